import type { TaskRegistry } from "../../workers/executor.ts";
import { runModule } from "./module.ts";
import { shorten } from "./shorten.ts";
import { compareTexts, signText } from "./similarity.ts";

/** The pure tasks that strategies send to the workers, by name. What counts tokens for them, each kind of worker adds. */
export const cleanupTasks = {
  tasks: { shorten, signText, compareTexts },
  asyncTasks: { module: runModule },
} satisfies Omit<TaskRegistry, "counter">;
