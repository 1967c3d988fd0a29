import { nextTask } from "../manager/next-task.ts";

/** Work on the calling thread ends its task when it has lasted so long. */
const sliceMs = 3;

/** Tells long work when to yield: `if (slice.over()) await slice.next()`. */
export class TimeSlice {
  #startedMs = performance.now();

  over(): boolean {
    return performance.now() - this.#startedMs >= sliceMs;
  }

  async next(): Promise<void> {
    await nextTask();
    this.#startedMs = performance.now();
  }
}
