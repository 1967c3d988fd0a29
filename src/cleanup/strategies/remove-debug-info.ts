import type { Item } from "../../manager/item.ts";
import { checkSetting, hours } from "../settings.ts";
import { shortenItems } from "../shortening.ts";
import type { Strategy } from "../strategy.ts";
import { isInstruction } from "../view.ts";
import { removals } from "./removals.ts";

/** Settings of {@link removeDebugInfo}. */
export interface RemoveDebugInfoOptions {
  /** Milliseconds since its creation after which a debug item leaves. Default 2 hours. */
  readonly olderThanMs?: number;
}

/**
 * Archives old debug items, and takes stack traces, terminal codes, repeated log lines and base64 out of the others,
 * whatever their age.
 *
 * @returns a strategy of the default list of `working_memory`. Cost: linear in the text that was not looked at before.
 * @throws TokenBudgetError `INVALID_ARGUMENT` for settings that are no numbers in range.
 * @example strategies.removeDebugInfo({ olderThanMs: 0 }).name; // => "removeDebugInfo"
 */
export function removeDebugInfo({ olderThanMs = hours(2) }: RemoveDebugInfoOptions = {}): Strategy {
  checkSetting("olderThanMs", olderThanMs, 0);
  return {
    name: "removeDebugInfo",
    loss: "recoverable",
    async *units(view, tools) {
      yield* removals(view, (item) => item.kind === "debug" && view.olderThan(item, olderThanMs));
      const others = view.editable.filter((item) => item.kind !== "debug" && mayHoldDebugInfo(item));
      yield* shortenItems(
        others.map((item) => ({ item, maxTokens: 0 })),
        { to: "debug" },
        tools,
      );
    },
  };
}

const mayHoldDebugInfo = (item: Item): boolean =>
  item.kind !== "tool_call" && !isInstruction(item) && item.edited !== "summary" && item.edited !== "excerpt";
