import { TokenBudgetError } from "../errors.ts";
import { countWithTable } from "../tokenizer/count-with-table.ts";
import type { EncodingName } from "../tokenizer/types.ts";
import { adoptTokenizerModule, type tokenizerModule } from "../wasm/tokenizer-core.ts";
import type { TaskCounter } from "../workers/executor.ts";
import { serveBatches } from "../workers/serve-batches.ts";
import { wholeCounter } from "./tasks/counters.ts";
import { cleanupTasks } from "./tasks/index.ts";

/** What a worker is sent once: the compiled module, and each vocabulary that it counts with. */
export type CleanupWorkerNeed =
  | { readonly tokenizer: ReturnType<typeof tokenizerModule> }
  | { readonly encoding: EncodingName; readonly table: Uint8Array };

const counters = new Map<string, TaskCounter>();

serveBatches(
  {
    ...cleanupTasks,
    counter: async (encoding) => {
      const counter = counters.get(encoding);
      if (counter === undefined) throw new TokenBudgetError("WORKER_FAILED", "no vocabulary was sent", { encoding });
      return counter;
    },
  },
  (need: CleanupWorkerNeed) => {
    if ("tokenizer" in need) adoptTokenizerModule(need.tokenizer);
    else counters.set(need.encoding, wholeCounter(countWithTable(need.encoding, need.table)));
  },
);
