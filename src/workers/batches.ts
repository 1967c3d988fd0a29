/** An input with its size, in characters of text that cross to a worker. */
export interface Weighed<T> {
  readonly input: T;
  readonly chars: number;
}

/** The inputs of one batch, and the characters in them. */
export interface Cut<T> {
  readonly inputs: readonly T[];
  readonly chars: number;
}

/** A batch never waits for more text than this, so that handing it over takes about a millisecond. */
export const maxBatchChars = 128 * 1024;
/** Below this, the way to a worker and back costs more than the work. */
const minBatchChars = 48 * 1024;
/** Batches a worker gets over a run: enough that both end at about the same time, and few to wake it up for. */
const batchesPerWorker = 4;

/** Cuts inputs into batches of about equal size, in order; a larger input is a batch of its own. */
export function cutBatches<T>(inputs: readonly Weighed<T>[], concurrency: number): Cut<T>[] {
  let total = 0;
  for (const { chars } of inputs) total += chars;
  const wanted = Math.ceil(total / (Math.max(1, concurrency) * batchesPerWorker));
  const limit = Math.min(maxBatchChars, Math.max(minBatchChars, wanted));
  const batches: Cut<T>[] = [];
  let batch: T[] = [];
  let chars = 0;
  for (const weighed of inputs) {
    if (batch.length > 0 && chars + weighed.chars > limit) {
      batches.push({ inputs: batch, chars });
      batch = [];
      chars = 0;
    }
    batch.push(weighed.input);
    chars += weighed.chars;
  }
  if (batch.length > 0) batches.push({ inputs: batch, chars });
  return batches;
}
