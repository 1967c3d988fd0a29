/**
 * Ends the current task, so that what else waits in the event loop has its turn. By a message where there is no
 * `setImmediate`: pages put off timers that follow each other, and those of hidden pages by a second.
 */
export function yieldToLoop(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else if (typeof MessageChannel === "function") {
      const { port1, port2 } = new MessageChannel();
      port2.onmessage = () => {
        port2.close();
        resolve();
      };
      port1.postMessage(undefined);
    } else setTimeout(resolve, 0);
  });
}

/** Work on the calling thread ends its task when it has lasted so long. */
const sliceMs = 3;

/** Tells long work when to yield: `if (slice.over()) await slice.next()`. */
export class TimeSlice {
  #startedMs = performance.now();

  over(): boolean {
    return performance.now() - this.#startedMs >= sliceMs;
  }

  async next(): Promise<void> {
    await yieldToLoop();
    this.#startedMs = performance.now();
  }
}
