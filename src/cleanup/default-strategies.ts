import { archiveCompletedTasks } from "./strategies/archive-completed-tasks.ts";
import { archiveFinishedAgents } from "./strategies/archive-finished-agents.ts";
import { archiveInteractions } from "./strategies/archive-interactions.ts";
import { archiveLeastUsed } from "./strategies/archive-least-used.ts";
import { cacheDocumentation } from "./strategies/cache-documentation.ts";
import { compressInactive } from "./strategies/compress-inactive.ts";
import { deduplicate } from "./strategies/deduplicate.ts";
import { keepLatestState } from "./strategies/keep-latest-state.ts";
import { removeDebugInfo } from "./strategies/remove-debug-info.ts";
import { removeRedundantExchanges } from "./strategies/remove-redundant-exchanges.ts";
import { summarizeOldInteractions } from "./strategies/summarize-old-interactions.ts";
import { unloadUnusedSkills } from "./strategies/unload-unused-skills.ts";
import type { Strategy } from "./strategy.ts";

/**
 * The default strategies by component, in the order in which they run. A fresh record of fresh lists at each call: change
 * it as you like and hand it over as the option `strategies`. Cost: some objects.
 * @example
 * const own = defaultStrategies();
 * own.knowledge_base = [strategies.deduplicate({ threshold: 0.8 })];
 * const manager = await createTokenBudgetManager({ total: 10_000, cleanup: { strategies: own } });
 * own.working_memory?.map(({ name }) => name);
 * // => ["compressInactive", "removeDebugInfo", "archiveCompletedTasks", "archiveLeastUsed"]
 */
export function defaultStrategies(): Record<string, Strategy[]> {
  return {
    system_context: [],
    working_memory: [compressInactive(), removeDebugInfo(), archiveCompletedTasks(), archiveLeastUsed()],
    knowledge_base: [unloadUnusedSkills(), cacheDocumentation(), deduplicate(), archiveLeastUsed()],
    agent_context: [archiveFinishedAgents(), keepLatestState()],
    interaction_buffer: [summarizeOldInteractions(), removeRedundantExchanges(), archiveInteractions()],
  };
}

/** What a plan shows for a fixed component, which a cleanup never touches. */
export const planOnlyStrategies = (): Strategy[] => [deduplicate()];
