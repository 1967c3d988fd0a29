import { cutBatches, type Weighed } from "./batches.ts";
import type { Batch, Executor, Outcome, RunOptions } from "./executor.ts";

/** Batches a worker that are under way: two at the worker, and one that waits for it. */
const batchesAhead = 3;

/** One input with what became of it. */
export interface Mapped<T> {
  readonly input: T;
  readonly outcome: Outcome;
}

/**
 * Runs a task over many inputs, batch by batch, and yields the results in the order of the inputs, whichever worker
 * was first. At most three batches a worker are under way; who stops reading early leaves at most those behind.
 */
export async function* mapOrdered<T>(
  executor: Executor,
  job: Omit<Batch, "inputs" | "chars" | "jobChars">,
  inputs: readonly Weighed<T>[],
  options: RunOptions = {},
): AsyncGenerator<readonly Mapped<T>[], void, void> {
  const batches = cutBatches(inputs, executor.concurrency);
  const jobChars = batches.reduce((sum, { chars }) => sum + chars, 0);
  const underWay: Promise<readonly Outcome[]>[] = [];
  let next = 0;
  const startOne = () => {
    const running = executor.run({ ...job, ...batches[next++]!, jobChars }, options);
    running.catch(() => {});
    underWay.push(running);
  };
  for (let done = 0; done < batches.length; done++) {
    while (next < batches.length && underWay.length < executor.concurrency * batchesAhead) startOne();
    const outcomes = await underWay.shift()!;
    yield batches[done]!.inputs.map((input, i) => ({ input, outcome: outcomes[i] ?? { failed: "missing" } }));
  }
}
