import type { Item } from "../../manager/item.ts";
import type { Strategy } from "../strategy.ts";
import { removals } from "./removals.ts";

/**
 * Archives the items of agents that have ended: those marked `agentState: "ended"`, and those with the `agentId` of an agent
 * of which that was said last.
 *
 * @returns a strategy of the default list of `agent_context`. Cost: O(items).
 * @example strategies.archiveFinishedAgents().loss; // => "recoverable"
 */
export function archiveFinishedAgents(): Strategy {
  return {
    name: "archiveFinishedAgents",
    loss: "recoverable",
    units(view) {
      const ended = endedAgents(view.items);
      return removals(view, (item) =>
        item.agentId === undefined ? item.agentState === "ended" : ended.has(item.agentId),
      );
    },
  };
}

function endedAgents(items: readonly Item[]): Set<string> {
  const ended = new Set<string>();
  for (const { agentId, agentState } of items) {
    if (agentId === undefined || agentState === undefined) continue;
    if (agentState === "ended") ended.add(agentId);
    else ended.delete(agentId);
  }
  return ended;
}
