import { parentPort, workerData } from "node:worker_threads";
import { ArchiveService } from "./archive-service.ts";
import type { ArchiveRequest } from "./protocol.ts";
import type { SqliteWorkerData } from "./sqlite-archive.ts";
import { openSqlite } from "./sqlite-driver.ts";

// SQLite blocks the thread that it runs in, so it has one of its own: this.
const { path, driver, busyTimeoutMs } = workerData as SqliteWorkerData;
const port = parentPort!;
const service = new ArchiveService(() => openSqlite(path, driver, busyTimeoutMs));
let turn: Promise<unknown> = Promise.resolve();

port.on("message", (requests: readonly ArchiveRequest[]) => {
  turn = turn.then(async () => {
    port.postMessage(await service.handle(requests));
    if (requests.some((request) => request.op === "close")) port.close();
  });
});
