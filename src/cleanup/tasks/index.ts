import { createTokenizer } from "../../tokenizer/index.ts";
import type { TaskRegistry } from "../../workers/executor.ts";
import { runModule } from "./module.ts";
import { shorten } from "./shorten.ts";
import { compareTexts, signText } from "./similarity.ts";

/** The pure tasks that strategies send to the workers, by name. */
export const taskRegistry: TaskRegistry = {
  tasks: { shorten, signText, compareTexts },
  asyncTasks: { module: runModule },
  counter: async (encoding) => {
    const tokenizer = await createTokenizer(encoding);
    return (text) => tokenizer.count(text);
  },
};
