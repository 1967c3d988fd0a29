import { parentPort, workerData } from "node:worker_threads";
import { createTokenizerSync } from "../../tokenizer/index.ts";
import { countFile, pieceBuffer } from "./count-file.ts";

// One thread of the pool: paths come in, counts go out, in order.
const tokenizer = createTokenizerSync((workerData as { encoding: string }).encoding);
const pieces = pieceBuffer();

parentPort!.on("message", (paths: readonly string[]) => {
  parentPort!.postMessage(paths.map((path) => countFile(path, tokenizer, pieces)));
});
