import type { Batch, Outcome } from "./executor.ts";
import type { ThreadPool } from "./pool-executor.ts";

/** What a web worker is sent: what it needs to know once, then batches, one at a time. */
export type WebWorkerMessage = { readonly once: unknown } | { readonly batch: Batch };

/** What a web worker answers: that its code runs, and what became of each batch. */
export type WebWorkerAnswer = "ready" | { readonly outcomes: readonly Outcome[] } | { readonly failed: string };

export interface WebPoolOptions {
  readonly createWorker: () => Worker;
  /**
   * What each worker is sent before the batch where it was not sent it yet, by a name. Structured clone copies it, but
   * for a compiled module, which is shared.
   */
  readonly needs: (batch: Batch) => Promise<ReadonlyMap<string, unknown>>;
  /** Milliseconds after which an idle worker ends. */
  readonly idleTimeoutMs: number;
  /** A worker that does not answer a batch for so long is ended: a page is not told when one dies without a word. */
  readonly answerWithinMs: number;
}

/** A worker and what is going on in it. */
interface Thread {
  readonly worker: Worker;
  readonly sent: Set<string>;
  isReady: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
  settle: ((answer: Exclude<WebWorkerAnswer, "ready"> | Error) => void) | undefined;
}

/** Workers that never ran a line, one after the other, after which it is not tried again. */
const mostFailedStarts = 2;

/** Web workers that run batches. Each starts with a batch that finds no idle one. */
export function createWebPool(options: WebPoolOptions): ThreadPool {
  const idle: Thread[] = [];
  const all = new Set<Thread>();
  let failedStarts = 0;
  let isClosed = false;

  const end = (thread: Thread, error: Error) => {
    all.delete(thread);
    if (idle.includes(thread)) idle.splice(idle.indexOf(thread), 1);
    clearTimeout(thread.timer);
    thread.worker.terminate();
    thread.settle?.(error);
  };

  const create = (): Worker => {
    try {
      return options.createWorker();
    } catch (cause) {
      throw failedToStart(cause);
    }
  };

  /** Why a worker that never ran ended: the second time in a row it is told that none can be started. */
  const failedToStart = (cause: unknown) =>
    Object.assign(new Error("a web worker can't be started", { cause }), {
      code: ++failedStarts >= mostFailedStarts ? "WORKER_MISSING" : "WORKER_FAILED",
    });

  const start = (): Thread => {
    const thread: Thread = {
      worker: create(),
      sent: new Set(),
      isReady: false,
      timer: undefined,
      settle: undefined,
    };
    all.add(thread);
    thread.worker.addEventListener("message", ({ data }: MessageEvent<WebWorkerAnswer>) => {
      thread.isReady = true;
      failedStarts = 0;
      if (data !== "ready") thread.settle?.(data);
    });
    thread.worker.addEventListener("error", (event) => {
      // It is told here, and nobody else needs to hear of it.
      event.preventDefault();
      end(thread, thread.isReady ? new Error("a web worker failed") : failedToStart(event.message));
    });
    thread.worker.addEventListener("messageerror", () => end(thread, new Error("a web worker's answer can't be read")));
    return thread;
  };

  const rest = (thread: Thread) => {
    if (!all.has(thread)) return;
    idle.push(thread);
    thread.timer = setTimeout(() => end(thread, new Error("idle")), options.idleTimeoutMs);
  };

  const answerOf = (thread: Thread, batch: Batch, kill: AbortSignal | undefined): Promise<readonly Outcome[]> =>
    new Promise((resolve, reject) => {
      const killed = () => end(thread, new Error("the batch was ended"));
      kill?.addEventListener("abort", killed, { once: true });
      thread.timer = setTimeout(() => end(thread, new Error("a web worker does not answer")), options.answerWithinMs);
      thread.settle = (answer) => {
        kill?.removeEventListener("abort", killed);
        clearTimeout(thread.timer);
        thread.settle = undefined;
        if ("outcomes" in answer) resolve(answer.outcomes);
        else reject(answer instanceof Error ? answer : new Error(answer.failed));
      };
      if (kill?.aborted) killed();
      else thread.worker.postMessage({ batch } satisfies WebWorkerMessage);
    });

  return {
    async run(batch, kill) {
      const needs = await options.needs(batch);
      if (isClosed) throw new Error("the pool was closed");
      const thread = idle.pop() ?? start();
      clearTimeout(thread.timer);
      try {
        for (const [name, once] of needs) {
          if (thread.sent.has(name)) continue;
          thread.worker.postMessage({ once } satisfies WebWorkerMessage);
          thread.sent.add(name);
        }
        return await answerOf(thread, batch, kill);
      } finally {
        rest(thread);
      }
    },
    async destroy() {
      isClosed = true;
      for (const thread of all) end(thread, new Error("the pool was closed"));
    },
  };
}
