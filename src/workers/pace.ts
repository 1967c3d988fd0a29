/** Keeps long work on the calling thread from blocking it: `rest` lets other tasks of the event loop run. */
export interface Pace {
  /** True once the present slice of work has lasted its time. */
  due(): boolean;
  /** Resolves in a later task of the event loop and starts a new slice. */
  rest(): Promise<void>;
}

/** Work runs in slices of at most `sliceMs`, as far as its steps are short. */
export function createPace(sliceMs = 4): Pace {
  let started = performance.now();
  return {
    due: () => performance.now() - started >= sliceMs,
    rest: async () => {
      await nextTask();
      started = performance.now();
    },
  };
}

interface Scheduling {
  setImmediate?: (run: () => void) => unknown;
}

/** A later task of the event loop; unlike a timer it is not slowed down by nesting. */
export function nextTask(): Promise<void> {
  const { setImmediate } = globalThis as Scheduling;
  if (setImmediate) return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => {
      port2.close();
      resolve();
    };
    port1.postMessage(undefined);
  });
}
