import { vocabularyOf } from "../tokenizer/create.ts";
import type { EncodingName } from "../tokenizer/types.ts";
import { tokenizerModule } from "../wasm/tokenizer-core.ts";
import type { Batch, Executor } from "../workers/executor.ts";
import { createPoolExecutor } from "../workers/pool-executor.ts";
import { checkPoolNumbers, smallBatches } from "../workers/pool-settings.ts";
import { createShared } from "../workers/shared.ts";
import { createWebPool } from "../workers/web-pool.ts";
import { createInlineCleanup } from "./inline-cleanup.ts";
import type { CleanupWorkerNeed } from "./web-cleanup.worker.ts";

export type { Batch, Executor, Outcome, RunOptions } from "../workers/executor.ts";

/** How many web workers {@link createWebWorkerCleanup} may start; all of it has a default. */
export interface WebWorkerCleanupOptions {
  /** Web workers; default: one a core but one, which is the page's, at least 1 and at most 4. */
  readonly workers?: number;
  /** Batches that may wait for a worker. Default 64. */
  readonly maxQueue?: number;
  /** Milliseconds after which an idle worker ends. Default 30,000. */
  readonly idleTimeoutMs?: number;
  /** Starts a worker, where a bundler needs to be told how: `token-budget/web-workers.worker`, a module. */
  readonly createWorker?: () => Worker;
}

/** Our tasks answer a batch in a second at most; a worker that says nothing for so long is gone. */
const answerWithinMs = 60_000;

const start = ({ workers, maxQueue, idleTimeoutMs, createWorker }: WebWorkerCleanupOptions): Executor =>
  createPoolExecutor({
    threads: workers ?? defaultWorkers(),
    maxQueue: maxQueue ?? 64,
    ...smallBatches,
    start: async () =>
      createWebPool({
        createWorker: createWorker ?? createCleanupWorker,
        needs: needsOf,
        idleTimeoutMs: idleTimeoutMs ?? 30_000,
        answerWithinMs,
      }),
    inline: createInlineCleanup(),
  });

/** In this very form, which bundlers know. */
function createCleanupWorker(): Worker {
  return new Worker(new URL("./web-cleanup.worker.js", import.meta.url), { type: "module" });
}

function defaultWorkers(): number {
  const { hardwareConcurrency } = (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator ?? {};
  return Math.min(4, Math.max(1, (hardwareConcurrency ?? 2) - 1));
}

/** What a worker must know to count for a batch. A page's table is sent, as a worker of one file can't load it. */
async function needsOf({ encoding }: Batch): Promise<ReadonlyMap<string, CleanupWorkerNeed>> {
  const needs = new Map<string, CleanupWorkerNeed>();
  if (encoding === undefined) return needs;
  const table = await vocabularyOf(encoding);
  needs.set("tokenizer", { tokenizer: tokenizerModule() });
  // All of a buffer crosses, whatever part of it a view shows.
  const whole = table.byteLength === table.buffer.byteLength ? table : table.slice();
  needs.set(encoding, { encoding: encoding as EncodingName, table: whole });
  return needs;
}

/**
 * An executor of cleanup work in web workers of its own: the page's thread only hands texts over and takes results. Starts
 * no worker before the first batch of some size; where workers can't be started, the work is done on the page's thread, in
 * slices of 4 ms.
 *
 * @throws TokenBudgetError `INVALID_ARGUMENT` for settings that can't be; nothing was started.
 * Cost: none until the first batch of some size; then a worker with a core of its own, which ends when it was idle for a while.
 * @example
 * const executor = createWebWorkerCleanup({ workers: 2 });
 * const manager = await createTokenBudgetManager({ total: 200_000, cleanup: { executor: () => executor } });
 * executor.concurrency; // => 2
 * createWebWorkerCleanup({ workers: 0 }); // throws INVALID_ARGUMENT
 */
export function createWebWorkerCleanup(options: WebWorkerCleanupOptions = {}): Executor {
  const { createWorker: _, ...numbers } = options;
  checkPoolNumbers(numbers);
  return start(options);
}

/**
 * A share of the web workers that all managers of this page use; they end when the last share is closed. Cost: an object.
 *
 * @example
 * const manager = await createTokenBudgetManager({ total: 200_000, cleanup: { executor: shareWebWorkerCleanup } });
 * await manager.close(); // => undefined
 */
export const shareWebWorkerCleanup: () => Executor = createShared(() => start({}));
