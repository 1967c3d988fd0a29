// The only file that imports benny. It runs on the archived benchmark.js, which shapes what is done here.
import benny from "benny";

export type Work = () => unknown;

/** `caseMs`: how long each function is sampled; `minSamples`: samples at least, for functions slower than that. */
export interface RunOptions {
  readonly caseMs: number;
  readonly minSamples: number;
}

/**
 * Runs each function in turn, over and over for its share of time, and returns the median of its samples in
 * nanoseconds per call. Functions that return a promise are awaited.
 *
 * An error thrown or rejected in a function rejects here: benny alone drops the first and dies of the second.
 */
export async function runOnce(name: string, work: ReadonlyMap<string, Work>, options: RunOptions): Promise<number[]> {
  let failure: { error: unknown } | undefined;
  const keep = (error: unknown) => {
    failure ??= { error };
  };
  const guard = (call: Work) => () => {
    if (failure !== undefined) return undefined;
    try {
      const result = call();
      return result instanceof Promise ? result.catch(keep) : result;
    } catch (error) {
      return keep(error);
    }
  };
  const cases = [...work].map(([caseName, call]) => benny.add(caseName, () => guard(call)));
  const seconds = options.caseMs / 1000;
  const summary = await quietly(() =>
    benny.suite(
      name,
      ...cases,
      benny.configure({ cases: { delay: 0, maxTime: seconds, minTime: seconds / 10, minSamples: options.minSamples } }),
    ),
  );
  if (failure !== undefined) throw failure.error;
  return summary.results.map((result) => result.details.median * 1e9);
}

/** benny announces each suite by console.log, from within; a round is not worth a line. */
async function quietly<T>(run: () => Promise<T>): Promise<T> {
  const { log } = console;
  console.log = () => {};
  try {
    return await run();
  } finally {
    console.log = log;
  }
}
