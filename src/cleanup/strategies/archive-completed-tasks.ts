import type { Item } from "../../manager/item.ts";
import type { Strategy } from "../strategy.ts";
import { removals } from "./removals.ts";

/**
 * Archives all items of tasks that are marked completed: items with `taskState: "completed"`, and items that share the
 * `taskId` of such an item whose state is the latest said of the task.
 *
 * @returns a strategy of the default list of `working_memory`. Cost: O(items).
 * @example strategies.archiveCompletedTasks().name; // => "archiveCompletedTasks"
 */
export function archiveCompletedTasks(): Strategy {
  return {
    name: "archiveCompletedTasks",
    loss: "recoverable",
    units(view) {
      const states = latestStates(view.items);
      return removals(view, (item) =>
        item.taskId === undefined ? item.taskState === "completed" : states.get(item.taskId) === "completed",
      );
    },
  };
}

/** What was last said of each task; a task that was opened again is open. */
function latestStates(items: readonly Item[]): Map<string, Item["taskState"]> {
  const states = new Map<string, Item["taskState"]>();
  for (const { taskId, taskState } of items) {
    if (taskId !== undefined && taskState !== undefined) states.set(taskId, taskState);
  }
  return states;
}
