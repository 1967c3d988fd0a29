import type { Tokenizer } from "../../tokenizer/types.ts";
import type { TaskCounter } from "../../workers/executor.ts";
import { stepChars } from "../text/steps.ts";

/** Counts long texts part by part, so that what else the thread does can go on in between. */
export const stepwiseCounter = (tokenizer: Pick<Tokenizer, "count" | "counter">): TaskCounter => ({
  count: (text) => tokenizer.count(text),
  *countSteps(text) {
    if (text.length <= stepChars) return tokenizer.count(text);
    const counter = tokenizer.counter();
    for (let start = 0; start < text.length; start += stepChars) {
      counter.append(text.slice(start, start + stepChars));
      yield;
    }
    return counter.tokens;
  },
});

/** Counts any text at once: in a worker, or where counting is quick. */
export const wholeCounter = (count: (text: string) => number): TaskCounter => ({
  count,
  // biome-ignore lint/correctness/useYield: it counts in one step
  *countSteps(text) {
    return count(text);
  },
});
