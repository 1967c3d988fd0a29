import { describe, expect, test } from "vitest";
import type { RetentionReport } from "../../../src/index.ts";
import { entry, type Rooms } from "./rooms.ts";
import { collectUncaught } from "./uncaught.ts";

/** What the rules of retention delete, and what they tell. */
export function retentionContract(name: string, rooms: Rooms): void {
  describe(`${name}: retention`, () => {
    test("without rules nothing is ever deleted", async () => {
      const archive = await rooms.opened({ now: () => 1e15 });
      await archive.put("s", [entry("old", { archivedAt: 0 })]);
      expect(await archive.prune()).toEqual({ deleted: [], freedBytes: 0 });
      expect((await archive.list("s")).length).toBe(1);
    });

    test("by age: what is older than the limit goes, and is reported", async () => {
      let now = 1_000;
      const reports: RetentionReport[] = [];
      const archive = await rooms.opened({
        retention: { maxAgeMs: 100 },
        now: () => now,
        onRetention: (report) => reports.push(report),
      });
      const [a, b] = await archive.put("s", [
        entry("aaaa", { itemId: "a", archivedAt: 1_000 }),
        entry("bb", { itemId: "b", archivedAt: 1_050 }),
      ]);
      const [c] = await archive.put("t", [entry("aaaa", { itemId: "c", archivedAt: 1_000 })]);
      now = 1_100;
      expect(await archive.prune()).toEqual({ deleted: [], freedBytes: 0 });
      now = 1_101;
      const report = await archive.prune();
      expect(report).toEqual({
        deleted: [
          { namespace: "s", ref: a, itemId: "a", archivedAt: 1_000, reason: "age" },
          { namespace: "t", ref: c, itemId: "c", archivedAt: 1_000, reason: "age" },
        ],
        freedBytes: 4,
      });
      expect(reports).toEqual([report]);
      expect(await archive.get("s", a!)).toBe(undefined);
      expect(await archive.search("t", "aaaa")).toEqual([]);
      now = 1_200;
      // A put applies the rules too, but never to what it has just stored.
      const [d] = await archive.put("s", [entry("dd", { itemId: "d", archivedAt: 1 })]);
      expect(reports[1]).toEqual({
        deleted: [{ namespace: "s", ref: b, itemId: "b", archivedAt: 1_050, reason: "age" }],
        freedBytes: 2,
      });
      expect((await archive.list("s")).map((each) => each.ref)).toEqual([d]);
      expect((await archive.prune()).deleted.map((each) => each.ref)).toEqual([d]);
    });

    test("by size: the oldest go until the texts fit; a text that others hold frees nothing", async () => {
      const reports: RetentionReport[] = [];
      const archive = await rooms.opened({
        retention: { maxBytes: 100 },
        onRetention: (report) => reports.push(report),
      });
      const [a, b] = await archive.put("s", [
        entry("a".repeat(40), { itemId: "a", archivedAt: 1 }),
        entry("é".repeat(20), { itemId: "b", archivedAt: 2 }),
      ]);
      const [a2] = await archive.put("t", [entry("a".repeat(40), { itemId: "a2", archivedAt: 3 })]);
      expect(reports).toEqual([]);
      const [c] = await archive.put("t", [entry("c".repeat(30), { itemId: "c", archivedAt: 4 })]);
      expect(reports.map((each) => each.freedBytes)).toEqual([40]);
      expect(reports[0]!.deleted.map((each) => [each.namespace, each.ref, each.reason])).toEqual([
        ["s", a, "size"],
        ["s", b, "size"],
      ]);
      expect((await archive.list("t")).map((each) => each.ref)).toEqual([c, a2]);
      expect(await archive.list("s")).toEqual([]);
    });

    test("by size: what can't fit at all is refused, and nothing is deleted for it", async () => {
      const archive = await rooms.opened({ retention: { maxBytes: 100 } });
      const [kept] = await archive.put("s", [entry("k".repeat(60))]);
      const tooMuch = [entry("x".repeat(60)), entry("y".repeat(60))];
      await expect(archive.put("s", tooMuch)).rejects.toMatchObject({
        code: "ARCHIVE_FAILED",
        data: { reason: "full", bytes: 120, maxBytes: 100 },
      });
      expect((await archive.list("s")).map((each) => each.ref)).toEqual([kept]);
      expect((await archive.put("s", [entry("x".repeat(60)), entry("x".repeat(60), { itemId: "again" })])).length).toBe(
        2,
      );
      expect((await archive.list("s")).length).toBe(2);
    });

    test("a callback that throws fails no call", async () => {
      const uncaught = collectUncaught();
      try {
        const archive = await rooms.opened({
          retention: { maxBytes: 10 },
          onRetention: () => {
            throw new Error("mine");
          },
        });
        await archive.put("s", [entry("a".repeat(10), { archivedAt: 1 })]);
        const [ref] = await archive.put("s", [entry("b".repeat(10))]);
        expect((await archive.list("s")).map((each) => each.ref)).toEqual([ref]);
        await new Promise((resolve) => setTimeout(resolve));
        expect(uncaught.seen).toMatchObject([{ message: "mine" }]);
      } finally {
        uncaught.stop();
      }
    });

    test("limits that are no whole numbers are refused", async () => {
      for (const retention of [{ maxBytes: -1 }, { maxAgeMs: 0.5 }, { maxAgeMs: Number.NaN }]) {
        await expect(rooms.opened({ retention })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      }
    });
  });
}
