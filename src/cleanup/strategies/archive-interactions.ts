import type { Item } from "../../manager/item.ts";
import type { EditUnit } from "../edit.ts";
import { readExchanges } from "../exchanges.ts";
import { checkSetting, hours } from "../settings.ts";
import type { Strategy } from "../strategy.ts";
import { isInstruction, type View } from "../view.ts";
import { removals } from "./removals.ts";

/** Settings of {@link archiveInteractions}. */
export interface ArchiveInteractionsOptions {
  /** Milliseconds since its creation after which an item leaves. Default 4 hours. */
  readonly olderThanMs?: number;
}

/**
 * Archives old interactions: an exchange (a user's message with all that answers it) leaves whole once it is old enough as
 * a whole. Of an exchange that can't leave whole, finished tool calls leave with their results, and its user's message stays,
 * so that the conversation still begins with it.
 *
 * @returns a strategy of the default list of `interaction_buffer`. Cost: O(items).
 * @throws TokenBudgetError `INVALID_ARGUMENT` for settings that are no numbers in range.
 * @example strategies.archiveInteractions({ olderThanMs: 3_600_000 }).name; // => "archiveInteractions"
 */
export function archiveInteractions({ olderThanMs = hours(4) }: ArchiveInteractionsOptions = {}): Strategy {
  checkSetting("olderThanMs", olderThanMs, 0);
  return {
    name: "archiveInteractions",
    loss: "recoverable",
    *units(view) {
      const old = (item: Item) => !isInstruction(item) && view.olderThan(item, olderThanMs);
      const broken = new Set<string>();
      const whole: EditUnit[] = [];
      const leaving = new Set<string>();
      for (const exchange of readExchanges(view)) {
        if (exchange.every((item) => old(item) && view.mayRemove(item))) {
          whole.push({ edits: exchange.map(({ id }) => ({ type: "archive", id })) });
          for (const { id } of exchange) leaving.add(id);
        } else if (exchange[0]!.role === "user") broken.add(exchange[0]!.id);
      }
      yield* inOrderOf(view, whole);
      yield* removals(view, (item) => old(item) && !leaving.has(item.id) && !broken.has(item.id));
      if (view.escalated) yield* stubs(view, (item) => broken.has(item.id) && old(item));
    },
  };
}

/** Where a caller waits for room, a question that must keep its place keeps it with a short text. */
function* stubs(view: View, leaves: (item: Item) => boolean): Generator<EditUnit, void, void> {
  for (const item of view.editable) {
    if (leaves(item) && item.edited !== "stub") yield { edits: [{ type: "stub", id: item.id }] };
  }
}

/** Units by the place of their first item in the order in which items are to go. */
function inOrderOf(view: View, units: readonly EditUnit[]): EditUnit[] {
  const place = new Map(view.editable.map(({ id }, i) => [id, i]));
  const first = (unit: EditUnit) => place.get(unit.edits[0]!.id) ?? 0;
  return [...units].sort((a, b) => first(a) - first(b));
}
