import type { Executor } from "../workers/executor.ts";
import { createInlineExecutor } from "../workers/inline.ts";
import { taskRegistry } from "./task-registry.ts";

/**
 * An executor of cleanup work on the calling thread, for browsers and tests: other tasks of the event loop run at least every
 * `sliceMs` milliseconds (default 4). Cost: the work itself, on this thread.
 * @example createInlineCleanup().concurrency; // => 1
 */
export const createInlineCleanup = (options: { readonly sliceMs?: number } = {}): Executor =>
  createInlineExecutor(taskRegistry, options);
