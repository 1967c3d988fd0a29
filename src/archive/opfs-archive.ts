import { TokenBudgetError } from "../errors.ts";
import { ArchiveClient } from "./archive-client.ts";
import { checkCount, invalid } from "./entry.ts";
import type { ArchiveReply } from "./protocol.ts";
import type { RetentionOptions } from "./retention.ts";
import type { SpawnWorker } from "./worker-link.ts";

/** Options of {@link OpfsArchive.open}; all of it has a default. */
export interface OpfsArchiveOptions extends RetentionOptions {
  /** UTF-16 units of text that may wait in the page before calls are refused with `QUEUE_FULL`. Default 64 Mi. */
  readonly maxQueueUnits?: number;
  /** Starts the worker, where a bundler needs to be told how: `opfs-archive.worker.js` of this package, a module. */
  readonly createWorker?: () => Worker;
}

/**
 * An archive in a browser: SQLite in a worker, its file in the origin's private file system. It lasts as long as the
 * origin's storage does. One tab at a time may have an archive open. Needs the package @sqlite.org/sqlite-wasm.
 * Cost: a worker with SQLite; the page itself only sends messages.
 */
export class OpfsArchive extends ArchiveClient {
  /**
   * Opens the archive of this name, or creates it.
   *
   * @param name letters, digits, `-` and `_`.
   * @throws TokenBudgetError `ARCHIVE_DRIVER_MISSING`, or `ARCHIVE_FAILED` with `data.reason`: `busy` (another tab has
   * it), `cannot-open` (no private file system, or no room), `corrupt`, `newer-schema`.
   * @example
   * const archive = await OpfsArchive.open("my-agent");
   * const manager = await createTokenBudgetManager({ total: 10_000, namespace: "today", cleanup: { archive } });
   * (await manager.search("certificate")).length; // => 0
   */
  static async open(name: string, options: OpfsArchiveOptions = {}): Promise<OpfsArchive> {
    if (typeof name !== "string" || !/^[\w-]{1,64}$/.test(name)) throw invalid("name");
    checkCount(options.maxQueueUnits, 0, "maxQueueUnits");
    if (options.createWorker === undefined && typeof Worker !== "function") {
      throw new TokenBudgetError("ARCHIVE_DRIVER_MISSING", "OpfsArchive needs a browser; in Node use SqliteArchive");
    }
    const archive = new OpfsArchive(spawnWith(options.createWorker ?? createWorker, `.token-budget-${name}`), options);
    await archive.open();
    return archive;
  }
}

/** In this very form, which bundlers know. */
function createWorker(): Worker {
  return new Worker(new URL("./opfs-archive.worker.js", import.meta.url), { type: "module" });
}

function spawnWith(create: () => Worker, folder: string): SpawnWorker {
  return async (onMessage, onEnd) => {
    const worker = create();
    let closeId = -1;
    let ended = false;
    // A web worker does not tell when it has ended: this side ends it, and knows.
    const end = (cause: unknown) => {
      if (ended) return;
      ended = true;
      worker.terminate();
      onEnd(cause);
    };
    worker.addEventListener("message", ({ data }: MessageEvent<ArchiveReply>) => {
      onMessage(data);
      if (data.responses.some((response) => response.id === closeId)) end(undefined);
    });
    worker.addEventListener("error", (event) => end(event.error ?? event.message));
    worker.postMessage(folder);
    return {
      post(requests) {
        closeId = requests.find((request) => request.op === "close")?.id ?? closeId;
        worker.postMessage(requests);
      },
      hold() {},
      terminate: () => queueMicrotask(() => end(undefined)),
    };
  };
}
