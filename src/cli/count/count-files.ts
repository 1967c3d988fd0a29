import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { createTokenizerSync } from "../../tokenizer/index.ts";
import { countFile, type FileCount, pieceBuffer } from "./count-file.ts";
import type { ListedFile } from "./list-files.ts";

/** What is told of the work as it goes on. */
export type OnCounted = (file: ListedFile, count: FileCount) => void;

/** Files of fewer bytes together are counted here: threads would take longer to start. */
const fewBytes = 4 << 20;
/** What one thread is given at a time: enough that it seldom waits, little enough that all end together. */
const batchBytes = 2 << 20;
const batchFiles = 128;
/** Batches that lie with a thread: the one it works on, and the next. */
const batchesAhead = 2;

/** Counts files on all cores. Each is reported once, in no order. */
export async function countFiles(files: readonly ListedFile[], encoding: string, onCounted: OnCounted): Promise<void> {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const threads = Math.min(availableParallelism(), files.length);
  if (bytes < fewBytes || threads < 2) return countHere(files, encoding, onCounted);
  const batches = batchesOf(files);
  const workers = Array.from({ length: threads }, () => startWorker(encoding));
  try {
    await Promise.all(workers.map((worker) => serve(worker, batches, onCounted)));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

async function countHere(files: readonly ListedFile[], encoding: string, onCounted: OnCounted): Promise<void> {
  const tokenizer = createTokenizerSync(encoding);
  const pieces = pieceBuffer();
  for (const file of files) onCounted(file, countFile(file.path, tokenizer, pieces));
}

function startWorker(encoding: string): Worker {
  // In the package this code is part of the command line's file, cli/main.js.
  const here = import.meta.url;
  const file = here.endsWith(".ts") ? "./count.worker.ts" : "./count/count.worker.js";
  return new Worker(new URL(file, here), { workerData: { encoding } });
}

/** Keeps one thread busy until there are no more batches. */
function serve(worker: Worker, batches: ListedFile[][], onCounted: OnCounted): Promise<void> {
  const sent: ListedFile[][] = [];
  return new Promise((resolve, reject) => {
    const send = () => {
      const batch = batches.shift();
      if (batch === undefined) return;
      sent.push(batch);
      worker.postMessage(batch.map((file) => file.path));
    };
    worker.on("message", (counts: readonly FileCount[]) => {
      send();
      for (const [at, file] of sent.shift()!.entries()) onCounted(file, counts[at]!);
      if (sent.length === 0) resolve();
    });
    worker.on("error", reject);
    worker.on("exit", () => reject(new Error("a counting thread ended early")));
    for (let ahead = 0; ahead < batchesAhead; ahead++) send();
    if (sent.length === 0) resolve();
  });
}

/** Batches of about the same size, the largest files first, so that no thread is left with a large one at the end. */
function batchesOf(files: readonly ListedFile[]): ListedFile[][] {
  const batches: ListedFile[][] = [];
  let batch: ListedFile[] = [];
  let bytes = 0;
  for (const file of files.toSorted((a, b) => b.bytes - a.bytes)) {
    batch.push(file);
    bytes += file.bytes;
    if (bytes < batchBytes && batch.length < batchFiles) continue;
    batches.push(batch);
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
