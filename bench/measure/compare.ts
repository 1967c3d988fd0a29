import { runOnce, type Work } from "./benny.ts";
import { median, pairedRatio } from "./statistics.ts";

/** Functions to time, by name. One may be left out where what it measures is not installed; its times are NaN. */
export type Cases<Name extends string> = { readonly [Case in Name]?: Work };

export interface CompareOptions {
  /** Rounds, each of which times every case once. Default 5 (3 in a smoke run). */
  readonly rounds?: number;
  /** Milliseconds a case is sampled in each round. Default 60 (20 in a smoke run). */
  readonly caseMs?: number;
  /** Samples of a case in each round at least, however slow it is. Default 1. */
  readonly minSamples?: number;
}

/** The times of one comparison, a list of rounds for each case. */
export interface Comparison<Name extends string> {
  /** Median over the rounds of the nanoseconds per call, each round's the shortest of its samples. */
  ns(name: Name): number;
  /** Median over the rounds of (time of `theirs` / time of `ours`): how many times as fast ours is. */
  ratio(ours: Name, theirs: Name): number;
}

/**
 * Times functions side by side: in each round every case is sampled once, every other round in reverse order, and ratios are
 * taken within a round. So what the machine does to both cancels out, where two runs a minute apart differ by 30 %.
 */
export async function compare<Name extends string>(
  cases: Cases<Name>,
  { rounds = 5, caseMs = 60, minSamples = 1 }: CompareOptions = {},
): Promise<Comparison<Name>> {
  const names = Object.keys(cases) as Name[];
  const isAsync = new Map<Name, boolean>();
  for (const name of names) isAsync.set(name, await returnsPromise(cases[name]!));
  const times = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? names : names.toReversed();
    const work = new Map(order.map((name) => [name, { call: cases[name]!, isAsync: isAsync.get(name)! }]));
    const results = await runOnce(`round ${round + 1}`, work, { caseMs, minSamples });
    order.forEach((name, index) => {
      times.get(name)!.push(results[index]!);
    });
  }
  return {
    ns: (name) => median(times.get(name) ?? []),
    ratio: (ours, theirs) => pairedRatio(times.get(ours) ?? [], times.get(theirs) ?? []),
  };
}

/** Calls a function once, to its end. This also compiles it, a little. */
async function returnsPromise(call: Work): Promise<boolean> {
  const result = call();
  await result;
  return result instanceof Promise;
}
