import { wholeCounter } from "../../src/cleanup/tasks/counters.ts";
import type { Executor } from "../../src/workers/executor.ts";
import { createInlineExecutor } from "../../src/workers/inline.ts";

/** Answers "inline" where a worker would give its input back, so that a test sees who did the work. */
export const echoInline = (): Executor =>
  createInlineExecutor({
    tasks: {
      *echo() {
        yield;
        return "inline";
      },
    },
    counter: async () => wholeCounter(() => 0),
  });
