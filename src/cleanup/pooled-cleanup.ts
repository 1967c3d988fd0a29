import { availableParallelism } from "node:os";
import { tokenizerModule } from "../wasm/tokenizer-core.ts";
import type { Executor } from "../workers/executor.ts";

import { checkPoolNumbers, smallBatches } from "../workers/pool-settings.ts";
import { createShared } from "../workers/shared.ts";
import { createThreadExecutor } from "../workers/thread-executor.ts";
import type { CleanupWorkerData } from "./cleanup.worker.ts";
import { createInlineCleanup } from "./inline-cleanup.ts";

/** How many threads {@link createPooledCleanup} may start, and what each may use. */
export interface PooledCleanupOptions {
  /** Worker threads; default: one a core, at most 8. Strategies of the caller's have as many of their own. */
  readonly workers?: number;
  /** Batches that may wait for a thread. Default 64. */
  readonly maxQueue?: number;
  /** Megabytes of heap a thread may use. Default 512. */
  readonly maxHeapMb?: number;
  /** Milliseconds after which an idle thread ends. Default 30,000. */
  readonly idleTimeoutMs?: number;
}

function start(options: PooledCleanupOptions): Executor {
  const file = workerFile();
  if (file === undefined) return createInlineCleanup();
  return createThreadExecutor({
    threads: options.workers ?? Math.min(8, Math.max(1, availableParallelism())),
    maxQueue: options.maxQueue ?? 64,
    maxHeapMb: options.maxHeapMb ?? 512,
    idleTimeoutMs: options.idleTimeoutMs ?? 30_000,
    workerFile: file,
    workerData: (): CleanupWorkerData => ({ tokenizer: tokenizerModule() }),
    ...smallBatches,
    inline: createInlineCleanup(),
  });
}

/**
 * Where this module runs as a source (a test runner's), the worker is the built one: Node 20 loads no TypeScript. In the package
 * this code may be in any folder beside the rooms. Undefined in a bundle that is a CommonJS module: that has no address.
 */
function workerFile(): URL | undefined {
  const here = import.meta.url as string | undefined;
  if (here === undefined) return undefined;
  return here.endsWith(".ts")
    ? new URL("../../build/js/cleanup/cleanup.worker.js", here)
    : new URL("../cleanup/cleanup.worker.js", here);
}

/**
 * An executor of cleanup work in worker threads of its own (Node). Starts no thread before the first batch.
 *
 * @throws TokenBudgetError `INVALID_ARGUMENT` for settings that can't be; nothing was started.
 * Cost: none until the first large batch; then a thread takes 25 to 60 MB, by how much it has cleaned, and ends when it was idle for a while.
 * @example
 * const executor = createPooledCleanup({ workers: 2 });
 * executor.concurrency; // => 2
 * await executor.close();
 */
export function createPooledCleanup(options: PooledCleanupOptions = {}): Executor {
  checkPoolNumbers(options);
  return start(options);
}

/**
 * A share of the pool that all managers of this process use; it ends when the last share is closed. Cost: an object.
 * @example
 * const share = shareCleanupPool();
 * await share.close(); // => undefined
 */
export const shareCleanupPool: () => Executor = createShared(() => start({}));
