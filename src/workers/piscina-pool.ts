import { Piscina } from "piscina";
import type { ThreadPool } from "./pool-executor.ts";

export interface ThreadPoolOptions {
  readonly threads: number;
  /** Batches of ours that a thread is given at once. */
  readonly batchesPerThread: number;
  readonly workerFile: URL;
  /** Called with the first batch; handed to each thread once, when it starts: a compiled module in it is shared, not copied. */
  readonly workerData: () => unknown;
  /** Megabytes of heap a thread may use before it is ended. */
  readonly maxHeapMb: number;
  /** Milliseconds after which an idle thread ends. */
  readonly idleTimeoutMs: number;
}

/**
 * Worker threads of Node that run batches; the only file that knows piscina, which starts no thread for what waits in its
 * queue when one was ended. Starts no thread before the first batch; idle threads do not keep the process alive.
 */
export function createThreadPool(options: ThreadPoolOptions): ThreadPool {
  let ours: ThreadPool | undefined;
  let callers: ThreadPool | undefined;
  return {
    run(batch, kill) {
      if (kill === undefined) {
        ours ??= createPool(options, options.batchesPerThread);
        return ours.run(batch);
      }
      // A thread that runs code of the caller's may be ended, and nothing of ours with it.
      callers ??= createPool(options, 1);
      return callers.run(batch, kill);
    },
    async destroy() {
      await Promise.all([ours?.destroy(), callers?.destroy()]);
    },
  };
}

function createPool(options: ThreadPoolOptions, concurrentTasksPerWorker: number): ThreadPool {
  const piscina = new Piscina({
    filename: options.workerFile.href,
    minThreads: 0,
    maxThreads: options.threads,
    concurrentTasksPerWorker,
    idleTimeout: options.idleTimeoutMs,
    maxQueue: Number.POSITIVE_INFINITY,
    workerData: options.workerData(),
    // Texts die young and in large numbers. With less space for them V8 collects so often that texts in use grow old, and the
    // collectors' threads take the cores from ours.
    resourceLimits: { maxOldGenerationSizeMb: options.maxHeapMb, maxYoungGenerationSizeMb: 32 },
    recordTiming: false,
  });
  const rejects = new Set<(error: unknown) => void>();
  // A thread that dies before it took its first batch says so only here, and its batch would wait for good.
  piscina.on("error", (error) => {
    for (const reject of rejects) reject(error);
  });
  return {
    async run(batch, kill) {
      let reject: ((error: unknown) => void) | undefined;
      const died = new Promise<never>((_, rejectIt) => {
        reject = rejectIt;
      });
      rejects.add(reject!);
      try {
        return await Promise.race([piscina.run(batch, kill ? { signal: kill } : {}), died]);
      } finally {
        rejects.delete(reject!);
      }
    },
    destroy: () => piscina.destroy(),
  };
}
