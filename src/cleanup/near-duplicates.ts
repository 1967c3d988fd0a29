import type { Item } from "../manager/item.ts";
import { BandIndex, bandsFor } from "./similarity/bands.ts";
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
  const signatures = await sign(items, tools);
  const candidates = await findCandidates(
    signatures,
    threshold,
    (older, newer) => pairs(items[older]!, items[newer]!),
    tools,
  );
  const near = await compare(items, candidates, threshold, tools);
  const like = new Map<Item, Item>();
  for (let i = items.length - 1; i >= 0; i--) {
    const kept = near[i]!.find((other) => !like.has(items[other]!));
    if (kept !== undefined) like.set(items[i]!, items[kept]!);
  }
  return like;
}

async function sign(items: readonly Item[], tools: StrategyTools): Promise<(Uint32Array | undefined)[]> {
  const weighed = items.map((item) => ({ input: { text: item.text }, chars: item.text.length }));
  const signatures: (Uint32Array | undefined)[] = [];
  for await (const results of tools.map("signText", weighed, {})) {
    for (const { outcome } of results) {
      signatures.push("value" in outcome ? (outcome.value as Uint32Array) : undefined);
    }
  }
  return signatures;
}

/** For each text the newer ones that share a band with it; who has enough of them is no candidate for others. */
async function findCandidates(
  signatures: readonly (Uint32Array | undefined)[],
  threshold: number,
  pairs: (older: number, newer: number) => boolean,
  { pace }: StrategyTools,
): Promise<number[][]> {
  const index = new BandIndex(bandsFor(threshold));
  const found: number[][] = signatures.map(() => []);
  for (let i = signatures.length - 1; i >= 0; i--) {
    const signature = signatures[i];
    if (!signature) continue;
    const newer = index.candidates(signature).filter((other) => pairs(i, other));
    found[i] = newer.slice(-mostCompared).reverse();
    if (newer.length < mostCompared) index.add(signature, i);
    if (pace.due()) await pace.rest();
  }
  return found;
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
