import { createPace } from "../manager/pace.ts";
import { maxBatchChars } from "./batches.ts";
import type { Batch, Executor } from "./executor.ts";
import { shareLongTexts } from "./large-text.ts";
import type { ThreadPoolOptions } from "./piscina-pool.ts";
import { createPoolExecutor, type PoolExecutorOptions } from "./pool-executor.ts";

/** The next batch is at the thread when one is done, whatever the calling thread does meanwhile. */
const batchesPerThread = 2;

/** An executor in Node's worker threads, whose library is loaded with the first batch: importing this file costs nothing. */
export const createThreadExecutor = (
  options: Omit<PoolExecutorOptions & ThreadPoolOptions, "start" | "pack" | "batchesPerThread">,
): Executor =>
  createPoolExecutor({
    ...options,
    batchesPerThread,
    start: async () => (await import("./piscina-pool.ts")).createThreadPool({ ...options, batchesPerThread }),
    pack: async (batch: Batch) =>
      batch.chars > maxBatchChars ? { ...batch, inputs: await shareLongTexts(batch.inputs, createPace()) } : batch,
  });
