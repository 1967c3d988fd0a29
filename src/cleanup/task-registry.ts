import { createTokenizer } from "../tokenizer/index.ts";
import type { TaskCounter, TaskRegistry } from "../workers/executor.ts";
import { stepwiseCounter } from "./tasks/counters.ts";
import { cleanupTasks } from "./tasks/index.ts";

const counters = new Map<string, TaskCounter>();

/** The tasks of a cleanup with tokenizers that are loaded where they run. */
export const taskRegistry: TaskRegistry = {
  ...cleanupTasks,
  counter: async (encoding) => {
    const known = counters.get(encoding);
    if (known) return known;
    const counter = stepwiseCounter(await createTokenizer(encoding));
    counters.set(encoding, counter);
    return counter;
  },
};
