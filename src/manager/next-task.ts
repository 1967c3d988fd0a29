interface Scheduling {
  setImmediate?: (run: () => void) => unknown;
}

/**
 * A later task of the event loop, so that what else waits there has its turn. By a message where there is no
 * `setImmediate`: pages put off timers that follow each other, and those of hidden pages by a second.
 */
export function nextTask(): Promise<void> {
  const { setImmediate } = globalThis as Scheduling;
  if (setImmediate) return new Promise((resolve) => setImmediate(resolve));
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
