import type { TaskRegistry } from "../../workers/executor.ts";

/** The pure tasks that strategies send to the workers, by name. */
export const taskRegistry: TaskRegistry = {
  tasks: {},
  counter: async () => (text) => text.length,
};
