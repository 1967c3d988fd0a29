import { checkSetting, hours } from "../settings.ts";
import type { Strategy } from "../strategy.ts";
import { removals } from "./removals.ts";

/** Settings of {@link unloadUnusedSkills}. */
export interface UnloadUnusedSkillsOptions {
  /** Milliseconds without use after which a skill leaves. Default 3 hours. */
  readonly unusedForMs?: number;
}

/**
 * Archives skills that were not used for a while.
 *
 * @returns a strategy of the default list of `knowledge_base`. Cost: O(items).
 * @throws TokenBudgetError `INVALID_ARGUMENT` for settings that are no numbers in range.
 * @example strategies.unloadUnusedSkills({ unusedForMs: 3_600_000 }).name; // => "unloadUnusedSkills"
 */
export function unloadUnusedSkills({ unusedForMs = hours(3) }: UnloadUnusedSkillsOptions = {}): Strategy {
  checkSetting("unusedForMs", unusedForMs, 0);
  return {
    name: "unloadUnusedSkills",
    loss: "recoverable",
    units: (view) => removals(view, (item) => item.kind === "skill" && view.unusedFor(item, unusedForMs)),
  };
}
