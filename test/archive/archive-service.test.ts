import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ArchiveService } from "../../src/archive/archive-service.ts";
import type { ArchiveRequest, ArchiveResponse } from "../../src/archive/protocol.ts";
import { putParts } from "../../src/archive/put-parts.ts";
import type { SqlDatabase } from "../../src/archive/sql-database.ts";
import type { ListPage } from "../../src/archive/sql-store.ts";
import { openSqlite } from "../../src/archive/sqlite-driver.ts";
import { type ArchiveInput, TokenBudgetError } from "../../src/index.ts";
import { expectConsistent } from "./consistency.ts";
import { entry } from "./contract/rooms.ts";

const folder = mkdtempSync(join(tmpdir(), "token-budget-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** A worker's service without the worker: requests are handled when the test says, and statements fail when it says. */
async function openService(retention?: { maxBytes: number }) {
  const path = join(folder, `service-${files++}.db`);
  const statements: string[] = [];
  let fails = (_sql: string) => false;
  const watched = (db: SqlDatabase): SqlDatabase => ({
    exec: (sql) => db.exec(sql),
    close: () => db.close(),
    prepare: (sql) => {
      const statement = db.prepare(sql);
      const run = (...values: Parameters<typeof statement.run>) => {
        statements.push(sql);
        if (fails(sql)) throw new TokenBudgetError("ARCHIVE_FAILED", "SQLite: io", { reason: "io" });
        statement.run(...values);
      };
      return { ...statement, run };
    },
  });
  const service = new ArchiveService(async () => watched(await openSqlite(path, "auto", 1_000)));
  let ids = 0;
  const put = (entries: readonly ArchiveInput[]): ArchiveRequest[] => {
    const id = ++ids;
    return [...putParts("s", entries, () => 5_000)].map((part) => part(id));
  };
  const list = async () => {
    const [answer] = await service.handle([
      { id: ++ids, op: "list", namespace: "s", page: { offset: 0, limit: 99, component: undefined } },
    ]);
    return (answer!.value as ListPage).entries.map((each) => each.itemId).sort();
  };
  await service.handle([{ id: ++ids, op: "open", retention }]);
  statements.length = 0;
  return {
    service,
    put,
    list,
    commits: () => statements.filter((sql) => sql === "COMMIT").length,
    failAt: (rule: typeof fails) => {
      fails = rule;
    },
    async close() {
      await service.handle([{ id: ++ids, op: "close" }]);
      expectConsistent(path);
    },
  };
}

const item = (itemId: string, text = `text of ${itemId}`) => entry(text, { itemId });
const codes = (responses: readonly ArchiveResponse[]) => responses.map(({ id, error }) => [id, error?.code ?? "ok"]);

describe("puts that share a transaction", () => {
  test("are answered after its commit, and not before", async () => {
    const { service, put, commits, list, close } = await openService();
    expect(await service.handle(put([item("a")]))).toEqual([]);
    expect(await service.handle(put([item("b")]))).toEqual([]);
    expect(commits()).toBe(0);
    expect(codes(service.commit())).toEqual([
      [2, "ok"],
      [3, "ok"],
    ]);
    expect(commits()).toBe(1);
    expect(service.commit()).toEqual([]);
    expect(await list()).toEqual(["a", "b"]);
    await close();
  });

  test("what reads comes after the puts before it, committed", async () => {
    const { service, put, commits, close } = await openService();
    const get = { id: 90, op: "list", namespace: "s", page: { offset: 0, limit: 9, component: undefined } } as const;
    const responses = await service.handle([...put([item("a")]), get]);
    expect(commits()).toBe(1);
    expect(codes(responses)).toEqual([
      [2, "ok"],
      [90, "ok"],
    ]);
    expect(responses[1]!.value).toMatchObject({ entries: [{ itemId: "a" }], next: undefined });
    await close();
  });

  test("one that comes in parts and is taken back leaves the others", async () => {
    const { service, put, list, close } = await openService();
    const long = put(Array.from({ length: 3 }, (_, at) => item(`long ${at}`, `${at} `.repeat(40_000))));
    expect(long.length).toBe(3);
    await service.handle(put([item("before")]));
    await service.handle(long.slice(0, 2));
    // In the middle of a put there is nothing to commit.
    expect(service.commit()).toEqual([]);
    await service.handle([{ id: long[0]!.id, op: "cancel" }, ...put([item("after")])]);
    expect(codes(service.commit())).toEqual([
      [3, "ok"],
      [4, "ok"],
    ]);
    expect(await list()).toEqual(["after", "before"]);
    await close();
  });

  test("one that breaks the limit of size leaves the others", async () => {
    const { service, put, list, close } = await openService({ maxBytes: 100 });
    await service.handle(put([item("small")]));
    const refused = await service.handle(put([item("large", "x".repeat(101))]));
    expect(refused).toMatchObject([{ id: 3, error: { code: "ARCHIVE_FAILED", data: { reason: "full" } } }]);
    expect(codes(service.commit())).toEqual([[2, "ok"]]);
    expect(await list()).toEqual(["small"]);
    await close();
  });

  test.each(["contents", "documents", "entries", "postings"])(
    "a failure of the disk while writing %s refuses all that were not committed, and nothing of them is stored",
    async (table) => {
      const { service, put, list, failAt, close } = await openService();
      await service.handle(put([item("kept")]));
      service.commit();
      await service.handle(put([item("one")]));
      failAt((sql) => sql.startsWith("INSERT") && sql.includes(table));
      expect(codes(await service.handle(put([item("two"), item("three")])))).toEqual([
        [4, "ARCHIVE_FAILED"],
        [3, "ARCHIVE_FAILED"],
      ]);
      failAt(() => false);
      await service.handle(put([item("four")]));
      expect(codes(service.commit())).toEqual([[5, "ok"]]);
      expect(await list()).toEqual(["four", "kept"]);
      await close();
    },
  );

  test("a failure in the middle of a put in parts leaves the others", async () => {
    const { service, put, list, failAt, close } = await openService();
    const long = put(Array.from({ length: 3 }, (_, at) => item(`long ${at}`, `${at} `.repeat(40_000))));
    await service.handle(put([item("before")]));
    await service.handle(long.slice(0, 1));
    failAt((sql) => sql.startsWith("INSERT") && sql.includes("postings"));
    expect(codes(await service.handle(long.slice(1)))).toEqual([[2, "ARCHIVE_FAILED"]]);
    failAt(() => false);
    expect(codes(service.commit())).toEqual([[3, "ok"]]);
    expect(await list()).toEqual(["before"]);
    await close();
  });

  test("a commit that fails refuses them all", async () => {
    const { service, put, list, failAt, close } = await openService();
    await service.handle([...put([item("a")]), ...put([item("b")])]);
    failAt((sql) => sql === "COMMIT");
    expect(codes(service.commit())).toEqual([
      [2, "ARCHIVE_FAILED"],
      [3, "ARCHIVE_FAILED"],
    ]);
    failAt(() => false);
    expect(await list()).toEqual([]);
    await close();
  });
});
