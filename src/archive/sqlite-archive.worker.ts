import { parentPort, workerData } from "node:worker_threads";
import { ArchiveService } from "./archive-service.ts";
import type { ArchiveReply, ArchiveRequest } from "./protocol.ts";
import type { SqliteWorkerData } from "./sqlite-archive.ts";
import { openSqlite } from "./sqlite-driver.ts";

// SQLite blocks the thread that it runs in, so it has one of its own: this.
const { path, driver, busyTimeoutMs } = workerData as SqliteWorkerData;
const port = parentPort!;
const service = new ArchiveService(() => openSqlite(path, driver, busyTimeoutMs));
let turn: Promise<unknown> = Promise.resolve();
let isIdling = false;

const reply = (message: ArchiveReply) => port.postMessage(message);

port.on("message", (requests: readonly ArchiveRequest[]) => {
  turn = turn.then(async () => {
    reply({ batches: 1, responses: await service.handle(requests) });
    if (requests.some((request) => request.op === "close")) port.close();
    else commitWhenIdle();
  });
});

/** Messages that wait are handled before this, so that puts which come one after the other share a commit. */
function commitWhenIdle(): void {
  if (isIdling) return;
  isIdling = true;
  setImmediate(() => {
    isIdling = false;
    turn = turn.then(() => {
      const responses = service.commit();
      if (responses.length > 0) reply({ batches: 0, responses });
    });
  });
}
