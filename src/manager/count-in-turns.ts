import type { TokenCounter } from "../tokenizer/types.ts";
import { nextTask } from "./next-task.ts";

/** UTF-16 units that are counted in a few milliseconds: more of them are counted in several tasks of the event loop. */
export const unitsAtOnce = 64 * 1024;

/** Counts a long text exactly, part by part. */
export async function countInTurns(counter: TokenCounter, text: string): Promise<number> {
  for (let start = 0; start < text.length; start += unitsAtOnce) {
    if (start > 0) await nextTask();
    counter.append(text.slice(start, start + unitsAtOnce));
  }
  return counter.tokens;
}

/** Runs of texts, in order, each short enough to be counted at once; a text that is too long for that is alone. */
export function* shortRuns(texts: readonly string[]): Generator<readonly string[]> {
  let from = 0;
  let units = 0;
  for (const [at, { length }] of texts.entries()) {
    if (at > from && units + length > unitsAtOnce) {
      yield texts.slice(from, at);
      from = at;
      units = 0;
    }
    units += length;
  }
  if (from < texts.length) yield texts.slice(from);
}
