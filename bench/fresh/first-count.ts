// A process of its own in the suite "start": from before the import to after the first count.
import { type Contestant, openContestant } from "../contestants.ts";

export interface StartTask {
  /** "none" loads nothing: what Node itself takes. */
  readonly contestant: Contestant | "none";
  readonly encoding: string;
}

export interface StartCost {
  readonly ms: number;
  readonly rssBytes: number;
}

const { contestant, encoding } = JSON.parse(process.argv[2]!) as StartTask;
const startedMs = performance.now();
if (contestant !== "none") {
  const tokenizer = (await openContestant(contestant, encoding))!;
  if (tokenizer.count("hello world") !== 2) throw new Error("hello world is two tokens");
}
const cost: StartCost = { ms: performance.now() - startedMs, rssBytes: process.memoryUsage.rss() };
console.log(JSON.stringify(cost));
