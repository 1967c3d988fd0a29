import { createTokenizer } from "../tokenizer/index.ts";
import type { TaskRegistry } from "../workers/executor.ts";
import { cleanupTasks } from "./tasks/index.ts";

/** The tasks of a cleanup with tokenizers that are loaded where they run. */
export const taskRegistry: TaskRegistry = {
  ...cleanupTasks,
  counter: async (encoding) => {
    const tokenizer = await createTokenizer(encoding);
    return (text) => tokenizer.count(text);
  },
};
