interface Scheduling {
  setImmediate?: (run: () => void) => unknown;
  scheduler?: { postTask?(run: () => void): Promise<void> };
}

/**
 * A later task of the event loop, so that what else waits there has its turn. Where there is no `setImmediate` by the
 * scheduler, else by a message: pages put off timers that follow each other, and those of hidden pages by a second.
 */
export function nextTask(): Promise<void> {
  const { setImmediate, scheduler } = globalThis as Scheduling;
  if (setImmediate) return new Promise((resolve) => setImmediate(resolve));
  if (scheduler?.postTask) return scheduler.postTask(() => {});
  return new Promise((resolve) => {
    if (typeof MessageChannel !== "function") {
      setTimeout(resolve, 0);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => {
      port2.close();
      resolve();
    };
    port1.postMessage(undefined);
  });
}
