import { workerData } from "node:worker_threads";
import { adoptTokenizerModule, type tokenizerModule } from "../wasm/tokenizer-core.ts";
import type { Batch, Outcome } from "../workers/executor.ts";
import { readLongTexts } from "../workers/large-text.ts";
import { runBatch } from "../workers/run-batch.ts";
import { taskRegistry } from "./task-registry.ts";

/** What each thread is given when it starts. */
export interface CleanupWorkerData {
  readonly tokenizer?: ReturnType<typeof tokenizerModule>;
}

const { tokenizer } = workerData as CleanupWorkerData;
if (tokenizer) adoptTokenizerModule(tokenizer);

/** Entry of a worker thread: answers one batch. */
export default (batch: Batch): Promise<readonly Outcome[]> =>
  runBatch({ ...batch, inputs: readLongTexts(batch.inputs) }, taskRegistry);
