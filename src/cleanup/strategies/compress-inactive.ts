import type { Item } from "../../manager/item.ts";
import { checkSetting, hours } from "../settings.ts";
import { type Shortening, shortenItems } from "../shortening.ts";
import type { Strategy } from "../strategy.ts";
import { isInstruction } from "../view.ts";

/** Settings of {@link compressInactive}. */
export interface CompressInactiveOptions {
  /** Only items above this many tokens. Default 10,000; in an escalated round `escalatedOverTokens`. */
  readonly overTokens?: number;
  /** The same for an escalated round, where a caller waits for room. Default 200. */
  readonly escalatedOverTokens?: number;
  /** Milliseconds without use. Default 1 hour. */
  readonly unusedForMs?: number;
  /** Part of its tokens that an item keeps at most. Default 0.4. */
  readonly keep?: number;
}

/**
 * Compresses large items that are not in use: without loss first (all of them), then by stubs for what is bulky, then by
 * a summary of `keep` of their tokens. An item is compressed once; calls and instructions are left alone.
 *
 * @returns a strategy of the default list of `working_memory`. Cost: linear in the text of the items that qualify.
 * @throws TokenBudgetError `INVALID_ARGUMENT` for settings that are no numbers in range.
 * @example strategies.compressInactive({ overTokens: 2_000, keep: 0.3 }).name; // => "compressInactive"
 */
export function compressInactive(options: CompressInactiveOptions = {}): Strategy {
  const { overTokens = 10_000, escalatedOverTokens = 200, unusedForMs = hours(1), keep = 0.4 } = options;
  checkSetting("overTokens", overTokens, 0);
  checkSetting("escalatedOverTokens", escalatedOverTokens, 0);
  checkSetting("unusedForMs", unusedForMs, 0);
  checkSetting("keep", keep, 0, 1);
  return {
    name: "compressInactive",
    loss: "recoverable",
    async *units(view, tools) {
      const over = view.escalated ? Math.min(overTokens, escalatedOverTokens) : overTokens;
      const qualifies = (item: Item) =>
        item.tokens > over && view.unusedFor(item, unusedForMs) && isCompressible(item) && tools.isNew(item, "summary");
      const shortenings: Shortening[] = view.editable
        .filter(qualifies)
        .map((item) => ({ item, maxTokens: Math.max(1, Math.floor(item.tokens * keep)) }));
      yield* shortenItems(shortenings, { to: "lossless" }, tools);
      yield* shortenItems(shortenings, { to: "summary", supersedes: true }, tools);
    },
  };
}

const isCompressible = (item: Item): boolean =>
  item.kind !== "tool_call" && !isInstruction(item) && item.edited !== "summary" && item.edited !== "excerpt";
