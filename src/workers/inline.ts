import { TokenBudgetError } from "../errors.ts";
import { createPace } from "../manager/pace.ts";
import type { Executor, TaskRegistry } from "./executor.ts";
import { runBatch } from "./run-batch.ts";

/**
 * An executor on the calling thread, for browsers and tests: it lets other tasks of the event loop run at least every
 * `sliceMs` (default 4), so far as the steps of its tasks are short.
 */
export function createInlineExecutor(registry: TaskRegistry, { sliceMs = 4 }: { sliceMs?: number } = {}): Executor {
  let closed = false;
  const stopFor = (signal: AbortSignal | undefined) => () => {
    if (closed) throw new TokenBudgetError("CLOSED", "the executor is closed");
    if (signal?.aborted) throw new TokenBudgetError("ABORTED", "the batch was aborted");
  };
  return {
    concurrency: 1,
    async run(batch, { signal } = {}) {
      const stop = stopFor(signal);
      stop();
      return runBatch(batch, registry, createPace(sliceMs), stop);
    },
    async close() {
      closed = true;
    },
  };
}
