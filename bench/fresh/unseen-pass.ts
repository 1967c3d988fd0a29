// A thread of one contestant in one round of the suite "unseen": see there for what is done and why.
import { parentPort, workerData } from "node:worker_threads";
import { type Contestant, openContestant } from "../contestants.ts";

export interface UnseenTask {
  readonly contestant: Contestant;
  readonly encoding: string;
  /** Milliseconds for which the warm texts of all classes are counted first, at least once each. */
  readonly warmMs: number;
  readonly classes: readonly { readonly warm: readonly string[]; readonly timed: readonly string[] }[];
}

const { contestant, encoding, warmMs, classes } = workerData as UnseenTask;

/** Milliseconds of the timed pass over each class. */
async function run(): Promise<number[]> {
  const tokenizer = await openContestant(contestant, encoding);
  if (tokenizer === undefined) throw new Error(`${contestant} is not installed`);
  const pass = (texts: readonly string[]): number => {
    const startedMs = performance.now();
    for (const text of texts) tokenizer.count(text);
    return performance.now() - startedMs;
  };
  const startedMs = performance.now();
  do {
    for (const { warm } of classes) pass(warm);
  } while (performance.now() - startedMs < warmMs);
  return classes.map(({ warm, timed }) => {
    pass(warm);
    return pass(timed);
  });
}

parentPort!.postMessage(await run());
