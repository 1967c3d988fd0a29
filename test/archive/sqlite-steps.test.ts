import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { type RetentionReport, SqliteArchive, type SqliteArchiveOptions } from "../../src/index.ts";
import { expectConsistent } from "./consistency.ts";
import { entry } from "./contract/rooms.ts";

const folder = mkdtempSync(join(tmpdir(), "token-budget-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newPath = () => join(folder, `steps-${files++}.db`);
const open = async (path: string, options?: SqliteArchiveOptions) => {
  const archive = await SqliteArchive.open(path, options);
  onTestFinished(() => archive.close());
  return archive;
};
const many = (count: number) =>
  Array.from({ length: count }, (_, at) => entry(`number ${at} of many`, { itemId: `${at}`, archivedAt: at }));

test("what others ask while many entries are deleted or listed comes in between", async () => {
  const path = newPath();
  const archive = await open(path);
  const refs = await archive.put("large", many(3_000));
  await archive.put("small", [entry("a needle")]);
  const order: string[] = [];
  const note = (name: string) => () => void order.push(name);
  const calls = [
    archive.list("large").then(note("listed")),
    archive.delete("large", refs).then(note("deleted")),
    archive.search("small", "needle").then(note("searched")),
    archive.put("small", [entry("more")]).then(note("put")),
  ];
  await Promise.all(calls);
  expect(order.slice(0, 2)).toEqual(["searched", "put"]);
  expect(await archive.list("large")).toEqual([]);
  await archive.close();
  expectConsistent(path);
});

test("a put deletes so many that are too old and leaves the rest to the next; prune deletes them all", async () => {
  const path = newPath();
  const first = await open(path);
  await first.put("s", many(3_000));
  await first.close();
  const reports: RetentionReport[] = [];
  const onRetention = (report: RetentionReport) => void reports.push(report);
  const archive = await open(path, { retention: { maxAgeMs: 10 }, now: () => 1e6, onRetention });
  await archive.put("s", [entry("new", { archivedAt: 1e6 })]);
  expect(reports.length).toBe(1);
  const early = reports[0]!.deleted;
  expect(early.length).toBeGreaterThanOrEqual(1_000);
  expect(early.length).toBeLessThan(1_300);
  expect(early.map((each) => each.itemId)).toEqual(Array.from({ length: early.length }, (_, at) => `${at}`));
  const { deleted, freedBytes } = await archive.prune();
  expect(deleted.map((each) => each.itemId)).toEqual(
    Array.from({ length: 3_000 - early.length }, (_, at) => `${early.length + at}`),
  );
  expect(new Set(deleted.map((each) => each.reason))).toEqual(new Set(["age"]));
  expect(reports.flatMap((report) => report.deleted).length).toBe(3_000);
  const texts = many(3_000).reduce((sum, { text }) => sum + text.length, 0);
  expect(reports[0]!.freedBytes + freedBytes).toBe(texts);
  expect((await archive.list("s")).map((each) => each.archivedAt)).toEqual([1e6]);
  expect(await archive.search("s", "number")).toEqual([]);
  await archive.close();
  expectConsistent(path);
});

test("a put deletes as many as the limit of size asks for, however many these are", async () => {
  const path = newPath();
  const archive = await open(path, { retention: { maxBytes: 60_000 } });
  const small = Array.from({ length: 2_900 }, (_, at) => entry(`${at}`.padStart(20, "."), { archivedAt: at }));
  await archive.put("s", small);
  const [large] = await archive.put("s", [entry("x".repeat(59_950), { archivedAt: 1e6 })]);
  // 50 bytes are left, for two texts of 20: the newest.
  expect((await archive.list("s")).map((each) => each.archivedAt)).toEqual([1e6, 2_899, 2_898]);
  expect((await archive.get("s", large!))?.text.length).toBe(59_950);
  await archive.close();
  expectConsistent(path);
});
