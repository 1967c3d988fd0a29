import type { Task } from "../../workers/executor.ts";
import { createSimilarity } from "../similarity/index.ts";

let similarity: ReturnType<typeof createSimilarity> | undefined;
const shared = () => {
  similarity ??= createSimilarity();
  return similarity;
};

/** The MinHash signature of a text. */
// biome-ignore lint/correctness/useYield: one signature is one short step
export const signText = function* ({ text }: { readonly text: string }): Generator<void, Uint32Array> {
  return shared().signature(text).slice();
} satisfies Task;

/** A text and those that its signature says may be near it. */
export interface CompareInput {
  readonly text: string;
  readonly others: readonly string[];
}

/** For each other text, whether it is as near as asked, by the exact measure. */
export const compareTexts = function* (
  { text, others }: CompareInput,
  { threshold }: { readonly threshold: number },
): Generator<void, boolean[]> {
  const near: boolean[] = [];
  for (const other of others) {
    near.push(shared().jaccard(text, other) >= threshold);
    yield;
  }
  return near;
} satisfies Task;
