import type { Item } from "../manager/item.ts";
import { nearCandidates } from "./near-pairs.ts";
import type { StrategyTools } from "./strategy.ts";
import type { CompareInput } from "./tasks/similarity.ts";

/** Candidates that a text is compared with exactly, at most. */
const mostCompared = 8;

/**
 * Which items are near-duplicates of a newer one that stays: maps each to the one that it is like. Signatures are made and
 * candidates compared exactly in the workers; `pairs` may rule out a candidate before.
 *
 * @param items oldest first
 */
export async function nearDuplicates(
  items: readonly Item[],
  threshold: number,
  tools: StrategyTools,
  pairs: (older: Item, newer: Item) => boolean = () => true,
): Promise<Map<Item, Item>> {
  const weighed = items.map((item) => ({ input: { text: item.text }, chars: item.text.length }));
  const signatures: (Uint32Array | undefined)[] = [];
  for await (const results of tools.map("signText", weighed, {})) {
    for (const { outcome } of results) {
      signatures.push("value" in outcome ? (outcome.value as Uint32Array) : undefined);
    }
  }
  const candidates = nearCandidates(signatures, mostCompared).map((others, i) =>
    others.filter((other) => pairs(items[i]!, items[other]!)),
  );
  const near = await compare(items, candidates, threshold, tools);
  const like = new Map<Item, Item>();
  for (let i = items.length - 1; i >= 0; i--) {
    const kept = near[i]!.find((other) => !like.has(items[other]!));
    if (kept !== undefined) like.set(items[i]!, items[kept]!);
  }
  return like;
}

/** The candidates that hold by the exact measure. */
async function compare(
  items: readonly Item[],
  candidates: readonly (readonly number[])[],
  threshold: number,
  tools: StrategyTools,
): Promise<number[][]> {
  const near: number[][] = items.map(() => []);
  const open = candidates.flatMap((others, i) => (others.length > 0 ? [i] : []));
  const inputs = open.map((i) => {
    const input: CompareInput = { text: items[i]!.text, others: candidates[i]!.map((other) => items[other]!.text) };
    return { input, chars: input.others.reduce((sum, text) => sum + text.length, input.text.length) };
  });
  let next = 0;
  for await (const results of tools.map("compareTexts", inputs, { threshold })) {
    for (const { outcome } of results) {
      const i = open[next++]!;
      if ("value" in outcome) near[i] = candidates[i]!.filter((_, k) => (outcome.value as boolean[])[k]);
    }
  }
  return near;
}
