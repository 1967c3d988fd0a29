import type { Worker } from "node:worker_threads";
import { TokenBudgetError } from "../errors.ts";
import { ArchiveClient } from "./archive-client.ts";
import { checkCount, invalid } from "./entry.ts";
import type { ArchiveReply } from "./protocol.ts";
import type { RetentionOptions } from "./retention.ts";
import type { SqliteDriver } from "./sqlite-driver.ts";
import type { SpawnWorker } from "./worker-link.ts";

/** Options of {@link SqliteArchive.open}; all of it has a default. */
export interface SqliteArchiveOptions extends RetentionOptions {
  /** Default `"auto"`: node:sqlite where Node has it, else the package libsql. */
  readonly driver?: SqliteDriver;
  /** How long a call waits for a lock that another process holds, in milliseconds. Default 10,000. */
  readonly busyTimeoutMs?: number;
  /** UTF-16 units of text that may wait in this process before calls are refused with `QUEUE_FULL`. Default 64 Mi. */
  readonly maxQueueUnits?: number;
  /** The worker's file, where a bundler moved it: the package's entry `token-budget/sqlite.worker`. A bundle in CommonJS needs it. */
  readonly workerUrl?: URL;
}

/** What the worker is started with. */
export interface SqliteWorkerData {
  readonly path: string;
  readonly driver: SqliteDriver;
  readonly busyTimeoutMs: number;
}

/**
 * An archive in an SQLite file, for Node. SQLite works in a thread of its own; several processes may open one file. An
 * archive that is idle does not keep the process alive.
 * Cost: a thread with SQLite, some 20 MB; each batch of puts is one transaction that is on the disk when they resolve.
 */
export class SqliteArchive extends ArchiveClient {
  /**
   * Opens the file, or creates it (not its folder).
   *
   * @throws TokenBudgetError `ARCHIVE_DRIVER_MISSING`, or `ARCHIVE_FAILED` with `data.reason`: `cannot-open`,
   * `read-only`, `corrupt`, `foreign-file`, `newer-schema`, `busy`, `full`, `io`. The file is as it was.
   * @example
   * const archive = await SqliteArchive.open(`session-${process.pid}.db`);
   * (await archive.list("session")).length; // => 0
   * await archive.close();
   */
  static async open(path: string, options: SqliteArchiveOptions = {}): Promise<SqliteArchive> {
    if (typeof path !== "string" || path === "" || path.includes("\0")) throw invalid("path");
    const data: SqliteWorkerData = {
      path,
      driver: options.driver ?? "auto",
      busyTimeoutMs: checkCount(options.busyTimeoutMs, 10_000, "busyTimeoutMs"),
    };
    const archive = new SqliteArchive(spawnIn(options.workerUrl ?? workerUrl(), data), options);
    await archive.open();
    return archive;
  }
}

function spawnIn(url: URL, data: SqliteWorkerData): SpawnWorker {
  return async (onMessage, onEnd) => {
    const { Worker: NodeWorker } = await workerThreads();
    const worker: Worker = new NodeWorker(url, { workerData: data, execArgv: [] });
    let cause: unknown;
    worker.on("message", (reply: ArchiveReply) => onMessage(reply));
    worker.on("error", (error) => {
      cause = error;
    });
    worker.on("exit", () => onEnd(cause));
    return {
      post: (requests) => worker.postMessage(requests),
      hold: (held) => (held ? worker.ref() : worker.unref()),
      terminate: () => void worker.terminate(),
    };
  };
}

/** Loaded when it is needed, and by a name that no bundler follows: this file may be part of a page. */
async function workerThreads(): Promise<typeof import("node:worker_threads")> {
  const name = "node:worker_threads";
  const host = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process;
  if (host === undefined) {
    throw new TokenBudgetError("ARCHIVE_DRIVER_MISSING", "SqliteArchive needs Node; in a browser use OpfsArchive");
  }
  const found = host.getBuiltinModule?.(name) ?? (await import(/* webpackIgnore: true */ /* @vite-ignore */ name));
  return found as typeof import("node:worker_threads");
}

/**
 * As in `pooled-cleanup.ts`: run from its TypeScript source, it takes the built one.
 * @throws TokenBudgetError INVALID_ARGUMENT in a bundle that is a CommonJS module: that has no address.
 */
function workerUrl(): URL {
  const here = import.meta.url as string | undefined;
  if (here === undefined) {
    const message = "a bundle in CommonJS does not know where the archive's worker is: give the option workerUrl";
    throw new TokenBudgetError("INVALID_ARGUMENT", message, { name: "workerUrl" });
  }
  const file = `${here.endsWith(".ts") ? "../../build/js/" : "../"}archive/sqlite-archive.worker.js`;
  return new URL(file, here);
}
