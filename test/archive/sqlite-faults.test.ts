import { execFile } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import Database from "libsql";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { type ArchiveEntry, SqliteArchive, type SqliteArchiveOptions } from "../../src/index.ts";
import { expectConsistent } from "./consistency.ts";
import { entry } from "./contract/rooms.ts";

const run = promisify(execFile);
const fixture = (name: string) => join(import.meta.dirname, "fixtures", name);
const folder = mkdtempSync(join(tmpdir(), "token-budget-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newPath = () => join(folder, `fault-${files++}.db`);
const open = async (path: string, options?: SqliteArchiveOptions) => {
  const archive = await SqliteArchive.open(path, options);
  onTestFinished(() => archive.close());
  return archive;
};

/** Whether any of the entries holds a word of the query: by the simplest rule that tells for these. */
const inTexts = (entries: readonly ArchiveEntry[], query: string) =>
  entries.some(({ text }) => query.split(" ").some((word) => text.toLowerCase().includes(word)));

describe("opening", () => {
  test("what was stored is there after closing and opening again", async () => {
    const path = newPath();
    const first = await open(path);
    const [ref] = await first.put("s", [entry("kept \ud800")]);
    await first.close();
    const second = await open(path);
    expect((await second.get("s", ref!))?.text).toBe("kept \ud800");
    expect((await second.search("s", "kept")).length).toBe(1);
  });

  test("a schema of a newer version is refused, and the file left as it is", async () => {
    const path = newPath();
    await (await open(path)).close();
    const db = new Database(path);
    db.exec("PRAGMA user_version = 99");
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    db.close();
    const before = readFileSync(path);
    await expect(open(path)).rejects.toMatchObject({
      code: "ARCHIVE_FAILED",
      message: expect.stringContaining("newer version"),
      data: { reason: "newer-schema", found: 99, supported: 2 },
    });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("a file of schema version 1 is brought up to date: all entries, and searches as in a new one", async () => {
    const path = newPath();
    writeFileSync(path, gunzipSync(readFileSync(fixture("archive-v1.db.gz"))));
    const old = await open(path);
    const fresh = await open(newPath());
    const arrived = ["zh", "ja", "th", "en", "ko", "empty", "odd", "long", "zh again", "zh elsewhere", "plain"];
    for (const [space, count] of [
      ["s", 9],
      ["t", 2],
    ] as const) {
      const entries = new Map<string, ArchiveEntry>();
      for (const { ref, itemId } of await old.list(space)) entries.set(itemId, (await old.get(space, ref))!);
      const inOrder = arrived.flatMap((id) => entries.get(id) ?? []);
      expect(inOrder.length).toBe(count);
      const refs = await fresh.put(
        space,
        inOrder.map(({ ref: _, ...each }) => each),
      );
      expect(refs).toEqual(inOrder.map(({ ref }) => ref));
      for (const query of [
        "清理策略",
        "存不足",
        "天気",
        "京都",
        "สวย",
        "学校 학교",
        "refused 5432",
        "words",
        "deleted",
      ]) {
        const hits = await old.search(space, query);
        expect(hits).toEqual(await fresh.search(space, query));
        expect([query, hits.length > 0]).toEqual([query, inTexts(inOrder, query)]);
      }
    }
    expect((await old.search("s", "存不足")).length).toBe(1);
    await old.put("s", [entry("written by the newer version: 策略")]);
    expect((await old.search("s", "策略")).length).toBe(3);
    await old.close();
    expectConsistent(path);
    const again = await open(path);
    expect((await again.search("s", "策略")).length).toBe(3);
  });

  test("a database of another program is refused, and nothing is added to it", async () => {
    const path = newPath();
    const db = new Database(path);
    db.exec("CREATE TABLE theirs (a)");
    db.close();
    await expect(open(path)).rejects.toMatchObject({ code: "ARCHIVE_FAILED", data: { reason: "foreign-file" } });
    const after = new Database(path);
    expect(
      (after.prepare("SELECT name FROM sqlite_schema").all() as { name: string }[]).map((row) => row.name),
    ).toEqual(["theirs"]);
    after.close();
  });

  test("a file that is no database", async () => {
    const path = newPath();
    writeFileSync(path, "this is a letter, not a database. ".repeat(200));
    await expect(open(path)).rejects.toMatchObject({ code: "ARCHIVE_FAILED", data: { reason: "corrupt" } });
    expect(readFileSync(path, "utf8")).toBe("this is a letter, not a database. ".repeat(200));
  });

  test("pages that were overwritten", async () => {
    const path = newPath();
    const first = await open(path);
    await first.put(
      "s",
      Array.from({ length: 500 }, (_, at) => entry(`text ${at} `.repeat(30), { itemId: `${at}` })),
    );
    await first.close();
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0x5a, 4096));
    const archive = await open(path);
    await expect(archive.list("s")).rejects.toMatchObject({ code: "ARCHIVE_FAILED", data: { reason: "corrupt" } });
    await expect(archive.search("s", "text")).rejects.toMatchObject({ code: "ARCHIVE_FAILED" });
    await expect(archive.put("s", [entry("more")])).rejects.toMatchObject({ code: "ARCHIVE_FAILED" });
  });

  test.each([
    ["a folder that is not there", () => join(folder, "none", "a.db"), "cannot-open"],
    ["a folder", () => folder, "cannot-open"],
  ])("%s", async (_, path, reason) => {
    await expect(open(path())).rejects.toMatchObject({ code: "ARCHIVE_FAILED", data: { reason } });
  });

  test.skipIf(process.platform === "win32")("a file that may only be read", async () => {
    const place = join(folder, "read-only");
    mkdirSync(place);
    const path = join(place, "a.db");
    const first = await open(path);
    await first.put("s", [entry("kept")]);
    await first.close();
    const before = readFileSync(path);
    chmodSync(path, 0o444);
    chmodSync(place, 0o555);
    chmodSync(folder, 0o755);
    // The superuser may write anywhere, so it is asked of nobody.
    const user = process.getuid!() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const { stdout } = await run(process.execPath, [fixture("put-one.mjs"), path], user);
    expect(JSON.parse(stdout).code).toBe("ARCHIVE_FAILED");
    expect(["read-only", "cannot-open"]).toContain(JSON.parse(stdout).reason);
    chmodSync(place, 0o755);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test.each([
    ["", "a\0b"],
    [5 as never, {} as never],
  ])("a path that is none", async (...paths) => {
    for (const path of paths) await expect(open(path)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("no driver: the error says what to install", async () => {
    // A copy of the built library in a place from which no package is found.
    const alone = join(folder, "alone");
    mkdirSync(alone);
    cpSync(resolve(import.meta.dirname, "../../build/js"), alone, { recursive: true });
    writeFileSync(join(alone, "package.json"), '{"type":"module"}');
    const workerUrl = pathToFileURL(join(alone, "archive/sqlite-archive.worker.js"));
    await expect(open(newPath(), { workerUrl, driver: "libsql" })).rejects.toMatchObject({
      code: "ARCHIVE_DRIVER_MISSING",
      message: expect.stringContaining("npm install libsql@0.5.29"),
    });
  });

  test.skipIf(Number(process.versions.node.split(".")[0]) >= 22)("no node:sqlite on this version of Node", async () => {
    await expect(open(newPath(), { driver: "node" })).rejects.toMatchObject({ code: "ARCHIVE_DRIVER_MISSING" });
  });

  test("no worker where it should be", async () => {
    const workerUrl = pathToFileURL(join(folder, "none.js"));
    await expect(open(newPath(), { workerUrl })).rejects.toMatchObject({ code: "WORKER_FAILED" });
  });
});

describe("failing at work", () => {
  const workerUrl = pathToFileURL(fixture("crashing.worker.mjs"));

  test.each(["please throw", "please exit"])(
    "a worker that ends (%s) fails what it had; the next call starts another",
    async (query) => {
      const archive = await open(newPath(), { workerUrl });
      const [ref] = await archive.put("s", [entry("before")]);
      const failed = [archive.search("s", query), archive.get("s", ref!)];
      for (const call of failed) {
        await expect(call).rejects.toMatchObject({ name: "TokenBudgetError", code: "WORKER_FAILED" });
      }
      expect((await archive.get("s", ref!))?.text).toBe("before");
      await archive.put("s", [entry("after")]);
      expect((await archive.list("s")).length).toBe(2);
    },
  );

  test("what still waits when the worker ends is carried out by the next", async () => {
    const archive = await open(newPath(), { workerUrl });
    const large = Array.from({ length: 600 }, (_, at) => entry(`${at} ${"x".repeat(3_000)}`));
    const calls = [archive.put("s", large), archive.search("s", "please throw"), archive.put("s", large.slice(0, 9))];
    const results = await Promise.allSettled(calls);
    expect(results[1]).toMatchObject({ status: "rejected", reason: { code: "WORKER_FAILED" } });
    const kept = (await archive.list("s")).length;
    expect([0, 9, 600]).toContain(kept);
    if (results[0]!.status === "fulfilled") expect(kept).toBe(600);
  });

  test("closing after the worker has ended is no error", async () => {
    const archive = await open(newPath(), { workerUrl });
    const failed = archive.search("s", "please exit");
    await expect(failed).rejects.toMatchObject({ code: "WORKER_FAILED" });
    await archive.close();
    const other = await open(newPath(), { workerUrl });
    const [settled] = await Promise.all([other.search("s", "please exit").catch((error) => error), other.close()]);
    expect(settled).toMatchObject({ code: "WORKER_FAILED" });
  });

  test("too much that waits is refused, and the rest is carried out", async () => {
    const archive = await open(newPath(), { maxQueueUnits: 50_000 });
    const puts = Array.from({ length: 20 }, (_, at) => archive.put("s", [entry(`${at} `.repeat(5_000))]));
    const results = await Promise.allSettled(puts);
    const refused = results.filter((result) => result.status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: "QUEUE_FULL" });
    expect((await archive.list("s")).length).toBe(results.length - refused.length);
    // One call is taken whatever its size, when nothing waits.
    await archive.put("s", [entry("y".repeat(60_000))]);
  });

  test("a bad put among good ones fails alone", async () => {
    const archive = await open(newPath());
    const results = await Promise.allSettled([
      archive.put("s", [entry("one")]),
      archive.put("s", [entry("two"), { ...entry("bad"), tokens: -1 }]),
      archive.put("s", [entry("three")]),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((await archive.list("s")).length).toBe(2);
  });

  test.skipIf(process.platform === "win32")(
    "a full disk: the put fails, what was acknowledged stays, reading goes on",
    async () => {
      const path = newPath();
      // A limit on the size of files stands for the disk's.
      const script = `ulimit -f 3000; exec "${process.execPath}" "${fixture("fill-the-disk.mjs")}" "${path}"`;
      const { stdout } = await run("sh", ["-c", script]);
      const result = JSON.parse(stdout);
      expect(result).toMatchObject({ code: "ARCHIVE_FAILED", whole: true });
      expect(["full", "io"]).toContain(result.reason);
      expect(result.stored).toBeGreaterThan(5);
      expect(result.listed).toBe(result.stored);
      expectConsistent(path);
    },
  );
});

describe("processes", () => {
  test.each(["close", "leave", "import"])("a process ends by itself: %s", async (end) => {
    const path = newPath();
    const { stdout } = await run(process.execPath, [fixture("use-and-end.mjs"), path, end], { timeout: 20_000 });
    if (end === "import") return;
    expect(stdout).toMatch(/^[0-9a-f]{13}\n$/);
    const archive = await open(path);
    expect((await archive.get("s", stdout.trim()))?.text).toBe("a last word");
  });

  test("several processes create and fill one file", async () => {
    const path = newPath();
    const names = ["p", "q", "r"];
    await Promise.all(names.map((name) => run(process.execPath, [fixture("put-from-many.mjs"), path, name])));
    const archive = await open(path);
    expect((await archive.list("s")).length).toBe(600);
    // Half of the texts are the same in all three.
    expect((await archive.search("s", "processes", { limit: 1_000 })).length).toBe(100);
    await archive.close();
    expectConsistent(path);
    expect(statSync(path).size).toBeLessThan(1_000_000);
  });
});
