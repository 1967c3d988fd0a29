import { TokenBudgetError } from "../errors.ts";
import type { Batch, Executor, Outcome, RunOptions } from "./executor.ts";
import { createSlots } from "./slots.ts";
import { whenAborted } from "./when-aborted.ts";

/** Threads that run batches: of Node or of a page. */
export interface ThreadPool {
  /**
   * Rejects with whatever ended the batch. `kill` ends the batch's thread, and marks code of the caller's: of such batches give
   * it at most as many at once as there are threads.
   */
  run(batch: Batch, kill?: AbortSignal): Promise<readonly Outcome[]>;
  /** Ends all threads, whatever they are doing. */
  destroy(): Promise<void>;
}

export interface PoolExecutorOptions {
  readonly threads: number;
  /** Batches of ours that a thread is given at once. Default 1. */
  readonly batchesPerThread?: number;
  /** Called with the first batch. */
  readonly start: () => Promise<ThreadPool>;
  /** Makes a batch ready to cross to a thread, where that takes more than posting it. */
  readonly pack?: (batch: Batch) => Promise<Batch>;
  /** Batches that may wait for a thread at once, over all who share the pool. */
  readonly maxQueue: number;
  /** Batches with less text than this run on the calling thread at once. */
  readonly inlineBelowChars: number;
  /** Jobs with less text than this do not start the first thread, which would take longer than they do. Default 0. */
  readonly coldInlineBelowChars?: number;
  /** Serves where threads can't: small batches, a full queue, a worker that crashed twice or can't start. */
  readonly inline: Executor;
}

/**
 * Runs batches in worker threads. A batch whose worker dies is tried once more; then it runs on the calling thread, or is
 * refused with `WORKER_FAILED` where that would be dangerous: it ran out of memory, or runs code of the caller's. An abort
 * is answered at once.
 */
export function createPoolExecutor(options: PoolExecutorOptions): Executor {
  const ourSlots = createSlots(options.threads * (options.batchesPerThread ?? 1), options.maxQueue);
  const callerSlots = createSlots(options.threads, options.maxQueue);
  const closing = new AbortController();
  let pool: Promise<ThreadPool> | undefined;
  let threadsFail = false;

  const inline = (batch: Batch, signal: AbortSignal | undefined) => options.inline.run(batch, signal ? { signal } : {});

  async function run(batch: Batch, { signal, killAfterMs }: RunOptions): Promise<readonly Outcome[]> {
    const isOurs = killAfterMs === undefined;
    const isCold = !pool && (batch.jobChars ?? batch.chars) < (options.coldInlineBelowChars ?? 0);
    if (isOurs && (threadsFail || isCold || batch.chars < options.inlineBelowChars)) return inline(batch, signal);
    const slots = isOurs ? ourSlots : callerSlots;
    if (!(await slots.enter())) {
      checkOpen(closing.signal, signal);
      if (isOurs) return inline(batch, signal);
      throw new TokenBudgetError("QUEUE_FULL", "the queue of the worker pool is full", { maxQueue: options.maxQueue });
    }
    try {
      return await tryTwice(batch, signal, killAfterMs);
    } finally {
      slots.leave();
    }
  }

  async function tryTwice(
    batch: Batch,
    signal: AbortSignal | undefined,
    killAfterMs: number | undefined,
  ): Promise<readonly Outcome[]> {
    const message = (await options.pack?.(batch)) ?? batch;
    for (let attempt = 1; ; attempt++) {
      checkOpen(closing.signal, signal);
      try {
        pool ??= options.start();
        return await runWithin(await pool, message, signal, killAfterMs);
      } catch (error) {
        checkOpen(closing.signal, signal);
        if (error instanceof TokenBudgetError) throw error;
        const reason = reasonOf(error);
        if (reason === "missing") threadsFail = true;
        else if (attempt === 1) continue;
        if (killAfterMs === undefined && reason !== "memory") return inline(batch, signal);
        throw new TokenBudgetError("WORKER_FAILED", "a worker thread ended twice on one batch", { reason }, error);
      }
    }
  }

  return {
    concurrency: options.threads,
    async run(batch, runOptions = {}) {
      checkOpen(closing.signal, runOptions.signal);
      return untilStopped(run(batch, runOptions), closing.signal, runOptions.signal);
    },
    async close() {
      closing.abort();
      ourSlots.end();
      callerSlots.end();
      const ending = pool;
      pool = undefined;
      await (await ending?.catch(() => undefined))?.destroy();
      await options.inline.close();
    },
  };
}

/** How platforms, and pools of web workers, say that a worker can't be started at all. */
const missingCodes: ReadonlySet<unknown> = new Set([
  "ERR_MODULE_NOT_FOUND",
  "ERR_UNKNOWN_FILE_EXTENSION",
  "WORKER_MISSING",
]);

/** Why a batch was not answered. */
function reasonOf(error: unknown): "memory" | "missing" | "crash" {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === "ERR_WORKER_OUT_OF_MEMORY") return "memory";
  return missingCodes.has(code) ? "missing" : "crash";
}

function checkOpen(closing: AbortSignal, signal: AbortSignal | undefined): void {
  if (closing.aborted) throw new TokenBudgetError("CLOSED", "the worker pool is closed");
  if (signal?.aborted) throw new TokenBudgetError("ABORTED", "the batch was aborted");
}

/** The answer, or a typed error as soon as the pool closes or the caller aborts; the batch itself may end later. */
function untilStopped<T>(running: Promise<T>, closing: AbortSignal, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const look = () => {
      try {
        checkOpen(closing, signal);
      } catch (error) {
        reject(error);
      }
    };
    const ends = [whenAborted(closing, look), whenAborted(signal, look)];
    running.then(resolve, reject).finally(() => {
      for (const end of ends) end();
    });
  });
}

/**
 * One attempt. A batch of ours is never killed: it ends by itself soon. A thread with code of the caller's is ended by an
 * abort, or when its time is up.
 */
async function runWithin(
  pool: ThreadPool,
  batch: Batch,
  signal: AbortSignal | undefined,
  killAfterMs: number | undefined,
): Promise<readonly Outcome[]> {
  if (killAfterMs === undefined) return pool.run(batch);
  const kill = new AbortController();
  let late = false;
  const end = () => kill.abort();
  const timer = setTimeout(() => {
    late = true;
    end();
  }, killAfterMs);
  const ignore = whenAborted(signal, end);
  try {
    return await pool.run(batch, kill.signal);
  } catch (error) {
    if (late) throw new TokenBudgetError("WORKER_FAILED", "a strategy's module took too long", { killAfterMs }, error);
    throw error;
  } finally {
    clearTimeout(timer);
    ignore();
  }
}
