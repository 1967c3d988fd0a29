import { nextTask } from "./next-task.ts";

/** Keeps long work on the calling thread from blocking it: `rest` lets other tasks of the event loop run. */
export interface Pace {
  /** True once the present slice of work has lasted its time. */
  due(): boolean;
  /** Resolves in a later task of the event loop and starts a new slice. */
  rest(): Promise<void>;
}

/**
 * When the present slice began. All paced work of a thread shares it: with slices of their own, ten jobs at once would
 * take ten slices of each turn of the event loop.
 */
let sliceStarted = Number.NEGATIVE_INFINITY;
/** Jobs that rest, in order; each turn of the event loop one of them goes on. */
const resting: (() => void)[] = [];
let isTakingTurns = false;

/** Work runs in slices of at most `sliceMs`, as far as its steps are short, whatever else is paced on this thread. */
export function createPace(sliceMs = 4): Pace {
  return {
    due: () => performance.now() - sliceStarted >= sliceMs,
    rest: () =>
      new Promise((resolve) => {
        resting.push(resolve);
        if (!isTakingTurns) void takeTurns();
      }),
  };
}

async function takeTurns(): Promise<void> {
  isTakingTurns = true;
  while (resting.length > 0) {
    // Asked for before the job goes on: what others posted until now comes first, and what they post meanwhile after.
    await nextTask();
    sliceStarted = performance.now();
    resting.shift()!();
  }
  isTakingTurns = false;
}
