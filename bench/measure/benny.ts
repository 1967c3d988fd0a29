// The only file that imports benny. It runs on the archived benchmark.js, which shapes what is done here.
import benny from "benny";

export type Work = () => unknown;

/** A function to time, and whether it returns a promise: benny would call it once more to find out. */
export interface Case {
  readonly call: Work;
  readonly isAsync: boolean;
}

/** `caseMs`: how long each function is sampled; `minSamples`: samples at least, for functions slower than that. */
export interface RunOptions {
  readonly caseMs: number;
  readonly minSamples: number;
}

/**
 * Runs each function in turn, over and over for its share of time, and returns the shortest of its samples in
 * nanoseconds per call: what else runs on the machine, and the collector, only ever add. Functions that return a promise are awaited.
 *
 * An error thrown or rejected in a function rejects here: benny alone drops the first and dies of the second.
 */
export async function runOnce(name: string, work: ReadonlyMap<string, Case>, options: RunOptions): Promise<number[]> {
  let failure: { error: unknown } | undefined;
  let running = false;
  const keep = (error: unknown) => {
    failure ??= { error };
  };
  const guard = (call: Work, isAsync: boolean) => () => {
    if (failure !== undefined || !running) return isAsync ? Promise.resolve() : undefined;
    try {
      const result = call();
      return result instanceof Promise ? result.catch(keep) : result;
    } catch (error) {
      return keep(error);
    }
  };
  const cases = [...work].map(([caseName, { call, isAsync }]) => benny.add(caseName, () => guard(call, isAsync)));
  const seconds = options.caseMs / 1000;
  const run = () =>
    benny.suite(
      name,
      ...cases,
      benny.configure({ cases: { delay: 0, maxTime: seconds, minTime: seconds / 10, minSamples: options.minSamples } }),
    );
  const summary = await silenced(run, () => {
    running = true;
  });
  if (!running) throw new Error("benny ran without its announcement: nothing was timed");
  if (failure !== undefined) throw failure.error;
  return summary.results.map((result) => result.details.min * 1e9);
}

/**
 * benny announces each suite by console.log, from within: a round is not worth a line. The announcement is also the only sign that its
 * trial calls are over and that it starts to measure.
 */
async function silenced<T>(run: () => Promise<T>, announced: () => void): Promise<T> {
  const { log } = console;
  console.log = announced;
  try {
    return await run();
  } finally {
    console.log = log;
  }
}
