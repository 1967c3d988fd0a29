import type { Item } from "../../manager/item.ts";
import { checkSetting, hours, minutes } from "../settings.ts";
import { type Shortening, shortenItems } from "../shortening.ts";
import type { Strategy } from "../strategy.ts";
import { isInstruction, isSpoken, type View } from "../view.ts";

/** Settings of {@link summarizeOldInteractions}. */
export interface SummarizeOldInteractionsOptions {
  /** Milliseconds since its creation after which an item is summarized. Default 2 hours. */
  readonly olderThanMs?: number;
  /** Younger items stay verbatim; between the two only lossless steps are taken. Default 30 minutes. */
  readonly keepFullMs?: number;
  /** Tokens that a group (a tool call with its results, or a message alone) keeps at most. Default 200. */
  readonly maxTokens?: number;
}

/** A result keeps at least this much, however long the call that it answers. */
const minTokensOfResult = 24;

/**
 * Summarizes old interactions in their place, so that roles keep their order: what is older than `keepFullMs` is compacted
 * without loss first, then what is older than `olderThanMs` is summarized to `maxTokens` a group. Calls keep their arguments.
 *
 * @returns a strategy of the default list of `interaction_buffer`. Cost: linear in the text of the old items.
 * @throws TokenBudgetError `INVALID_ARGUMENT` for settings that are no numbers in range, or `keepFullMs` above `olderThanMs`.
 * @example strategies.summarizeOldInteractions({ maxTokens: 100 }).name; // => "summarizeOldInteractions"
 */
export function summarizeOldInteractions(options: SummarizeOldInteractionsOptions = {}): Strategy {
  const { olderThanMs = hours(2), keepFullMs = minutes(30), maxTokens = 200 } = options;
  checkSetting("olderThanMs", olderThanMs, 0);
  checkSetting("keepFullMs", keepFullMs, 0, olderThanMs);
  checkSetting("maxTokens", maxTokens, 1);
  return {
    name: "summarizeOldInteractions",
    loss: "recoverable",
    async *units(view, tools) {
      const said = view.editable.filter(
        (item) => isSpoken(item) && item.kind !== "tool_call" && !isInstruction(item) && item.edited !== "summary",
      );
      const middleAged = said.filter((item) => view.olderThan(item, keepFullMs));
      yield* shortenItems(
        middleAged.map((item) => ({ item, maxTokens: 0 })),
        { to: "lossless" },
        tools,
      );
      const old = middleAged.filter((item) => view.olderThan(item, olderThanMs));
      yield* shortenItems(budgets(old, view, maxTokens), { to: "summary", supersedes: true }, tools);
    },
  };
}

/** What each item keeps of its group's tokens: calls stay whole, the others share the rest by their size. */
function budgets(items: readonly Item[], view: View, maxTokens: number): Shortening[] {
  const shortenings: Shortening[] = [];
  for (const item of items) {
    const here = view.members(item).filter((member) => member.component === view.component);
    const calls = sumTokens(here.filter(({ kind }) => kind === "tool_call"));
    const others = sumTokens(here) - calls;
    if (calls + others <= maxTokens) continue;
    const share = Math.floor((Math.max(0, maxTokens - calls) * item.tokens) / Math.max(1, others));
    const budget = here.length === 1 ? maxTokens : Math.max(minTokensOfResult, share);
    if (item.tokens > budget) shortenings.push({ item, maxTokens: budget });
  }
  return shortenings;
}

const sumTokens = (items: readonly Item[]): number => items.reduce((sum, { tokens }) => sum + tokens, 0);
