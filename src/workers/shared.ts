import { TokenBudgetError } from "../errors.ts";
import type { Executor } from "./executor.ts";

/** Hands out shares of one executor, which starts with the first share and is closed with the last. */
export function createShared(start: () => Executor): () => Executor {
  let executor: Executor | undefined;
  let shares = 0;
  return () => {
    executor ??= start();
    const mine = executor;
    shares++;
    let closed = false;
    return {
      concurrency: mine.concurrency,
      run: async (batch, options) => {
        if (closed) throw new TokenBudgetError("CLOSED", "this share of the worker pool was given back");
        return mine.run(batch, options);
      },
      async close() {
        if (closed) return;
        closed = true;
        if (--shares > 0) return;
        executor = undefined;
        await mine.close();
      },
    };
  };
}
