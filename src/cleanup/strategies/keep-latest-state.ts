import type { Item } from "../../manager/item.ts";
import type { Strategy } from "../strategy.ts";
import { removals } from "./removals.ts";

/**
 * Keeps the newest state of each agent and archives the older ones. States are items of kind `agent_state` with an `agentId`.
 *
 * @returns a strategy of the default list of `agent_context`. Cost: O(items).
 * @example strategies.keepLatestState().name; // => "keepLatestState"
 */
export function keepLatestState(): Strategy {
  return {
    name: "keepLatestState",
    loss: "recoverable",
    units(view) {
      const latest = new Map<string, Item>();
      for (const item of view.items) {
        if (!isState(item)) continue;
        const known = latest.get(item.agentId);
        if (!known || item.createdAt >= known.createdAt) latest.set(item.agentId, item);
      }
      return removals(view, (item) => isState(item) && latest.get(item.agentId) !== item);
    },
  };
}

const isState = (item: Item): item is Item & { agentId: string } =>
  item.kind === "agent_state" && item.agentId !== undefined;
