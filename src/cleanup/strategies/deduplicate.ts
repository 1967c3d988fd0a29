import type { Item } from "../../manager/item.ts";
import type { EditUnit } from "../edit.ts";
import { nearDuplicates } from "../near-duplicates.ts";
import { checkSetting } from "../settings.ts";
import type { Strategy, StrategyTools } from "../strategy.ts";
import { isInstruction, type View } from "../view.ts";

/** Settings of {@link deduplicate}. */
export interface DeduplicateOptions {
  /** Jaccard similarity of their shingles from which on two texts count as the same. Default 0.9. */
  readonly threshold?: number;
  /** Shorter items are compared exactly only. Default 16. */
  readonly minTokens?: number;
}

/**
 * Drops items that say what a newer one says: exact duplicates, then near-duplicates, found by MinHash and compared exactly.
 * What may not leave (pinned, recent) stays and stands for its copies.
 *
 * @returns a strategy of the default list of `knowledge_base`. Cost: linear in the text, as long as few items are alike.
 * @throws TokenBudgetError `INVALID_ARGUMENT` for settings that are no numbers in range.
 * @example strategies.deduplicate({ threshold: 0.8 }).name; // => "deduplicate"
 */
export function deduplicate({ threshold = 0.9, minTokens = 16 }: DeduplicateOptions = {}): Strategy {
  checkSetting("threshold", threshold, 0.5, 1);
  checkSetting("minTokens", minTokens, 0);
  return {
    name: "deduplicate",
    loss: "recoverable",
    async *units(view, tools) {
      const items = view.items.filter((item) => item.group === undefined && !isInstruction(item) && !isCall(item));
      items.sort((a, b) => a.createdAt - b.createdAt || a.sequence - b.sequence);
      const same = exactDuplicates(items, view);
      for (const item of same) yield drop(item);
      const rest = items.filter((item) => !same.has(item) && item.tokens >= minTokens);
      if (!hasNews(rest, tools)) return;
      const near = await nearDuplicates(rest, threshold, tools);
      for (const item of rest) {
        if (near.has(item) && view.mayRemove(item)) yield drop(item);
        else tools.markTried(item);
      }
    },
  };
}

const drop = (item: Item): EditUnit => ({ edits: [{ type: "drop", id: item.id }] });
const isCall = ({ kind }: Item): boolean => kind === "tool_call" || kind === "tool_result";

/** Nothing new since the last look means no new pair. */
const hasNews = (items: readonly Item[], tools: StrategyTools): boolean => items.some((item) => tools.isNew(item));

/** Those of which a copy stays: the newest that must stay, else the newest. Texts are hashed only where lengths agree. */
function exactDuplicates(items: readonly Item[], view: View): Set<Item> {
  const bySize = new Map<string, Item[]>();
  for (const item of items) {
    const size = `${item.tokens}:${item.text.length}`;
    const others = bySize.get(size);
    if (others) others.push(item);
    else bySize.set(size, [item]);
  }
  const leaving = new Set<Item>();
  for (const alike of bySize.values()) {
    if (alike.length === 1) continue;
    const byText = new Map<string, Item[]>();
    for (const item of alike) {
      const copies = byText.get(item.text);
      if (copies) copies.push(item);
      else byText.set(item.text, [item]);
    }
    for (const copies of byText.values()) {
      const stays = copies.findLast((item) => !view.mayRemove(item)) ?? copies.at(-1)!;
      for (const item of copies) if (item !== stays && view.mayRemove(item)) leaving.add(item);
    }
  }
  return leaving;
}
