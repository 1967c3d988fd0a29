import { checkSetting } from "../settings.ts";
import type { Strategy } from "../strategy.ts";
import { removals } from "./removals.ts";

/** Settings of {@link archiveLeastUsed}. */
export interface ArchiveLeastUsedOptions {
  /** Milliseconds without use that an item must have even here. Default 0. */
  readonly unusedForMs?: number;
}

/**
 * The last resort: does nothing but in an escalated round, where a caller waits for room that no other strategy could make.
 * Then the least recently used items leave for the archive, results of calls that stay are stubbed, and it stops as soon
 * as the need is met. So no request is refused while text that could come back takes its room.
 *
 * @returns a strategy that ends the default lists of `working_memory` and `knowledge_base`. Cost: O(items).
 * @throws TokenBudgetError `INVALID_ARGUMENT` for settings that are no numbers in range.
 * @example strategies.archiveLeastUsed({ unusedForMs: 60_000 }).name; // => "archiveLeastUsed"
 */
export function archiveLeastUsed({ unusedForMs = 0 }: ArchiveLeastUsedOptions = {}): Strategy {
  checkSetting("unusedForMs", unusedForMs, 0);
  return {
    name: "archiveLeastUsed",
    loss: "recoverable",
    units: (view) => (view.escalated ? removals(view, (item) => view.now - item.lastUsedAt >= unusedForMs) : []),
  };
}
