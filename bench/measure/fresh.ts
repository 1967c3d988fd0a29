// Fresh states: what a tokenizer has seen decides what it costs next, so some things are timed in a thread or a process of
// their own. Entries of bench/fresh/ are run; they get one JSON value and give one back.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { compiledFolder } from "../places.ts";

/** Runs bench/fresh/NAME.ts in a new thread. Rejects with its error. */
export function inFreshThread<Result>(name: string, input: unknown): Promise<Result> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(join(compiledFolder, "fresh", `${name}.js`), { workerData: input });
    worker.once("message", (result: Result) => {
      resolve(result);
      void worker.terminate();
    });
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`${name} ended with ${code} and no result`)));
  });
}

export interface ProcessOptions {
  /** Milliseconds after which the process is ended and the call resolves to undefined. Default 60,000. */
  readonly timeoutMs?: number;
  readonly nodeArguments?: readonly string[];
}

/** Runs bench/fresh/NAME.ts in a new process; undefined where it took longer than it may. Rejects where it fails. */
export function inFreshProcess<Result>(
  name: string,
  input: unknown,
  { timeoutMs = 60_000, nodeArguments = [] }: ProcessOptions = {},
): Promise<Result | undefined> {
  const file = join(compiledFolder, "fresh", `${name}.js`);
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [...nodeArguments, file, JSON.stringify(input)],
      { timeout: timeoutMs, encoding: "utf8" },
      (error, stdout) => {
        if (error?.killed) resolve(undefined);
        else if (error !== null) reject(error);
        else resolve(JSON.parse(stdout));
      },
    );
  });
}
