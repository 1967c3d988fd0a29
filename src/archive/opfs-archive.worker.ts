import { ArchiveService } from "./archive-service.ts";
import type { ArchiveRequest } from "./protocol.ts";
import { openOpfs } from "./wasm-sqlite.ts";

interface WorkerScope {
  onmessage: ((event: { readonly data: string | readonly ArchiveRequest[] }) => void) | null;
  postMessage(message: unknown): void;
}

// SQLite blocks the thread that it runs in, and a page's main thread has no synchronous access to files: hence a worker.
const scope = globalThis as unknown as WorkerScope;
let service: ArchiveService | undefined;
let turn: Promise<unknown> = Promise.resolve();

// The first message is the archive's folder; all others are requests.
scope.onmessage = ({ data }) => {
  if (typeof data === "string") service = new ArchiveService(() => openOpfs(data));
  else {
    turn = turn.then(async () => {
      scope.postMessage(await service!.reply(data));
    });
  }
};
