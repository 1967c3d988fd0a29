import type { TaskRegistry } from "./executor.ts";
import { runBatch } from "./run-batch.ts";
import type { WebWorkerAnswer, WebWorkerMessage } from "./web-pool.ts";

interface WorkerScope {
  onmessage: ((event: { readonly data: WebWorkerMessage }) => void) | null;
  postMessage(message: WebWorkerAnswer): void;
}

/** The worker's side of a pool of web workers: keeps what it is sent once, and answers one batch after the other. */
export function serveBatches(registry: TaskRegistry, keep: (once: never) => void): void {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = async ({ data }) => {
    if ("once" in data) {
      keep(data.once as never);
      return;
    }
    try {
      scope.postMessage({ outcomes: await runBatch(data.batch, registry) });
    } catch (error) {
      // The kind of error and never its message, which may quote a text.
      scope.postMessage({ failed: error instanceof Error ? error.name : "thrown" });
    }
  };
  scope.postMessage("ready");
}
