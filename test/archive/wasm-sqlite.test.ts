import sqlite3InitModule from "@sqlite.org/sqlite-wasm";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { ArchiveClient } from "../../src/archive/archive-client.ts";
import { ArchiveService } from "../../src/archive/archive-service.ts";
import { OpfsArchive } from "../../src/archive/opfs-archive.ts";
import type { ArchiveRequest } from "../../src/archive/protocol.ts";
import { type WasmDatabase, wrapWasm } from "../../src/archive/wasm-sqlite.ts";
import type { SpawnWorker } from "../../src/archive/worker-link.ts";
import type { RetentionOptions } from "../../src/index.ts";
import { entry } from "./contract/rooms.ts";
import { archiveContract } from "./contract.ts";

// The browser's SQLite, with its database in memory: all of the OPFS archive but the private file system and the worker.
let openMemory: () => WasmDatabase;
beforeAll(async () => {
  const sqlite = await sqlite3InitModule();
  openMemory = () => new sqlite.oo1.DB(":memory:") as unknown as WasmDatabase;
});

const spawnHere: SpawnWorker = async (onMessage, onEnd) => {
  const service = new ArchiveService(async () => wrapWasm(openMemory(), "PRAGMA synchronous = FULL"));
  let turn: Promise<unknown> = Promise.resolve();
  return {
    post(requests) {
      const received: ArchiveRequest[] = structuredClone([...requests]);
      turn = turn.then(async () => {
        onMessage(structuredClone(await service.reply(received)));
        if (received.some((request) => request.op === "close")) onEnd(undefined);
      });
    },
    hold() {},
    terminate: () => queueMicrotask(() => onEnd(undefined)),
  };
};

class WasmArchive extends ArchiveClient {
  static async create(options: RetentionOptions = {}): Promise<WasmArchive> {
    const archive = new WasmArchive(spawnHere, options);
    await archive.open();
    return archive;
  }
}

archiveContract("SQLite in WebAssembly", (options) => WasmArchive.create(options));

/** A web worker as OpfsArchive sees it, that runs the same service here. */
class FakeWorker extends EventTarget {
  terminated = false;
  readonly messages: unknown[] = [];
  readonly #service = new ArchiveService(async () => wrapWasm(openMemory(), "PRAGMA synchronous = FULL"));
  #turn: Promise<unknown> = Promise.resolve();

  postMessage(data: unknown): void {
    this.messages.push(data);
    if (typeof data === "string") return;
    const requests = structuredClone(data) as ArchiveRequest[];
    if (requests.some((request) => request.op === "search" && request.query === "please fail")) {
      this.dispatchEvent(Object.assign(new Event("error"), { message: "as asked" }));
      return;
    }
    this.#turn = this.#turn.then(async () => {
      const reply = await this.#service.reply(requests);
      if (!this.terminated) this.dispatchEvent(new MessageEvent("message", { data: structuredClone(reply) }));
    });
  }

  terminate(): void {
    this.terminated = true;
  }
}

afterEach(() => vi.unstubAllGlobals());

test("OpfsArchive: names its folder first, ends its worker when closed, starts another after a failure", async () => {
  const workers: FakeWorker[] = [];
  const createWorker = () => {
    workers.push(new FakeWorker());
    return workers[workers.length - 1] as unknown as Worker;
  };
  const archive = await OpfsArchive.open("session-1", { createWorker });
  expect(workers[0]!.messages[0]).toBe(".token-budget-session-1");
  const [ref] = await archive.put("s", [entry("東京の天気")]);
  expect((await archive.search("s", "東京")).map((hit) => hit.ref)).toEqual([ref]);
  await expect(archive.search("s", "please fail")).rejects.toMatchObject({ code: "WORKER_FAILED" });
  expect(workers[0]!.terminated).toBe(true);
  // The fake's file was in memory: another worker begins anew.
  expect(await archive.list("s")).toEqual([]);
  await archive.close();
  expect(workers.map((worker) => worker.terminated)).toEqual([true, true]);
  await expect(archive.list("s")).rejects.toMatchObject({ code: "CLOSED" });
});

test("OpfsArchive: a bad name, and no browser, are typed errors", async () => {
  for (const name of ["", "a/b", "..", "x".repeat(65), 5 as never]) {
    await expect(OpfsArchive.open(name)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  }
  vi.stubGlobal("Worker", undefined);
  await expect(OpfsArchive.open("a")).rejects.toMatchObject({ code: "ARCHIVE_DRIVER_MISSING" });
});
