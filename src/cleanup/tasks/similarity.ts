import type { Task } from "../../workers/executor.ts";
import { createSimilarity } from "../similarity/index.ts";

let similarity: ReturnType<typeof createSimilarity> | undefined;
const shared = () => {
  similarity ??= createSimilarity();
  return similarity;
};

/** The MinHash signature of a text. */
export const signText = function* ({ text }: { readonly text: string }): Generator<void, Uint32Array> {
  return yield* shared().signatureSteps(text);
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
    near.push((yield* shared().jaccardSteps(text, other)) >= threshold);
    yield;
  }
  return near;
} satisfies Task;
