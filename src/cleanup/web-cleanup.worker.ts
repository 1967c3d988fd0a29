import { TokenBudgetError } from "../errors.ts";
import { countWithTable } from "../tokenizer/count-with-table.ts";
import type { EncodingName } from "../tokenizer/types.ts";
import { adoptTokenizerModule, type tokenizerModule } from "../wasm/tokenizer-core.ts";
import { serveBatches } from "../workers/serve-batches.ts";
import { cleanupTasks } from "./tasks/index.ts";

/** What a worker is sent once: the compiled module, and each vocabulary that it counts with. */
export type CleanupWorkerNeed =
  | { readonly tokenizer: ReturnType<typeof tokenizerModule> }
  | { readonly encoding: EncodingName; readonly table: Uint8Array };

const counters = new Map<string, (text: string) => number>();

serveBatches(
  {
    ...cleanupTasks,
    counter: async (encoding) => {
      const count = counters.get(encoding);
      if (count === undefined) throw new TokenBudgetError("WORKER_FAILED", "no vocabulary was sent", { encoding });
      return count;
    },
  },
  (need: CleanupWorkerNeed) => {
    if ("tokenizer" in need) adoptTokenizerModule(need.tokenizer);
    else counters.set(need.encoding, countWithTable(need.encoding, need.table));
  },
);
