import { describe, expect, test } from "vitest";
import type { Archive, ArchiveInput } from "../../../src/index.ts";
import { entry, type Rooms } from "./rooms.ts";

/** Putting, getting, listing, deleting, closing. */
export function storingContract(name: string, rooms: Rooms): void {
  describe(`${name}: storing`, () => {
    test("what was put comes back as it came", async () => {
      const archive = await rooms.opened();
      const whole = entry("text\r\n", {
        tokens: 0,
        component: "c\u0000d",
        kind: "tool_result",
        itemId: "\ud800 id",
        createdAt: 1.5,
        archivedAt: -3,
        metadata: { role: "user", nested: [1, null, { "": "\udfff" }], __proto__: 1 } as ArchiveInput["metadata"] & {},
      });
      const [ref] = await archive.put("s", [whole]);
      expect(await archive.get("s", ref!)).toEqual({ ...whole, ref });
      const { text: _, ...summary } = whole;
      expect(await archive.list("s")).toEqual([{ ...summary, ref }]);
    });

    test.each([
      ["empty", ""],
      ["NUL", "a\u0000b\u0000"],
      ["a byte order mark", "\ufeffa\ufeff"],
      ["a lone high surrogate", "a\ud83d"],
      ["a lone low surrogate", "\ude00a"],
      ["surrogates the wrong way round", "\ude00\ud83d"],
      ["lone surrogates among pairs", "😀\ud83d😀\ude00\uffff\u{10ffff}é\ud7ff\ue000"],
      ["the replacement character", "\ufffd"],
      ["every code unit", String.fromCharCode(...Array.from({ length: 65536 }, (_, unit) => unit))],
      ["a megabyte", "0123456789abcdef".repeat(65536)],
    ])("text is kept unit by unit: %s", async (_, text) => {
      const space = rooms.space();
      const [other, ref] = await rooms.shared().put(space, [entry("\ufffd another"), entry(text)]);
      expect((await rooms.shared().get(space, ref!))?.text === text).toBe(true);
      expect((await rooms.shared().get(space, other!))?.text).toBe("\ufffd another");
    });

    test("texts that UTF-8 would confuse are different texts", async () => {
      const archive = await rooms.opened();
      const texts = ["\ud800", "\udbff", "\udc00", "\ufffd"];
      const refs = await archive.put(
        "s",
        texts.map((text) => entry(text)),
      );
      expect(new Set(refs).size).toBe(4);
      expect(await Promise.all(refs.map(async (ref) => (await archive.get("s", ref))?.text))).toEqual(texts);
    });

    test("the same entry put again keeps its ref and takes the later time", async () => {
      const archive = await rooms.opened();
      const [first, twice] = await archive.put("s", [entry("same"), entry("same", { archivedAt: 1 })]);
      const [again] = await archive.put("s", [entry("same", { archivedAt: 9_000 })]);
      expect([twice, again]).toEqual([first, first]);
      expect((await archive.list("s")).map((each) => each.archivedAt)).toEqual([9_000]);
      expect(await archive.delete("s", [first!])).toBe(1);
      expect(await archive.list("s")).toEqual([]);
    });

    test("one text of several items is one text with several refs; it stays until the last is deleted", async () => {
      const archive = await rooms.opened();
      const refs = await archive.put("s", [
        entry("shared text", { itemId: "a" }),
        entry("shared text", { itemId: "b", archivedAt: 3_000 }),
        entry("shared text", { itemId: "c" }),
      ]);
      const [elsewhere] = await archive.put("t", [entry("shared text", { itemId: "a" })]);
      expect(new Set(refs).size).toBe(3);
      // One hit for one text: the newest of its entries.
      expect((await archive.search("s", "shared")).map((hit) => hit.ref)).toEqual([refs[1]]);
      for (const [at, ref] of refs.entries()) {
        expect(await archive.delete("s", [ref])).toBe(1);
        expect(await archive.get("s", ref)).toBe(undefined);
        for (const left of refs.slice(at + 1)) expect((await archive.get("s", left))?.text).toBe("shared text");
        expect((await archive.search("s", "text")).length).toBe(at < 2 ? 1 : 0);
      }
      expect((await archive.get("t", elsewhere!))?.text).toBe("shared text");
      expect((await archive.search("t", "text")).length).toBe(1);
      const [back] = await archive.put("s", [entry("shared text", { itemId: "a" })]);
      expect((await archive.search("s", "text")).map((hit) => hit.ref)).toEqual([back]);
    });

    test("list: newest first, later puts first among equals; limit, offset, component", async () => {
      const archive = await rooms.opened();
      const refs = await archive.put("s", [
        entry("one", { archivedAt: 5 }),
        entry("two", { archivedAt: 9, component: "other" }),
        entry("three", { archivedAt: 5 }),
        entry("four", { archivedAt: 7 }),
      ]);
      const listed = async (options?: Parameters<Archive["list"]>[1]) =>
        (await archive.list("s", options)).map((each) => refs.indexOf(each.ref));
      expect(await listed()).toEqual([1, 3, 2, 0]);
      expect(await listed({ limit: 2 })).toEqual([1, 3]);
      expect(await listed({ limit: 2, offset: 1 })).toEqual([3, 2]);
      expect(await listed({ offset: 4 })).toEqual([]);
      expect(await listed({ limit: 0 })).toEqual([]);
      expect(await listed({ component: "other" })).toEqual([1]);
      expect(await listed({ component: "working_memory", offset: 1 })).toEqual([2, 0]);
    });

    test("long lists and deletions: in order and once each, whatever their steps are", async () => {
      const archive = await rooms.opened();
      const count = 1_000;
      // Three of each time, so that steps end among equals.
      const refs = await archive.put(
        "s",
        Array.from({ length: count }, (_, at) => entry(`${at}`, { archivedAt: Math.floor(at / 3) })),
      );
      await archive.put("t", [entry("5"), entry("another")]);
      const times = refs.map((ref, at) => ({ ref, at, time: Math.floor(at / 3) }));
      const newestFirst = times.sort((one, other) => other.time - one.time || other.at - one.at).map(({ ref }) => ref);
      const listed = async (options?: Parameters<Archive["list"]>[1]) =>
        (await archive.list("s", options)).map((each) => each.ref);
      expect(await listed()).toEqual(newestFirst);
      expect(await listed({ offset: 399, limit: 402 })).toEqual(newestFirst.slice(399, 801));
      expect(await listed({ limit: 400 })).toEqual(newestFirst.slice(0, 400));
      expect(await listed({ limit: 800, offset: 600 })).toEqual(newestFirst.slice(600));
      expect(await archive.delete("s", [...refs.slice(0, 900), ...refs.slice(100, 200)])).toBe(900);
      expect(await listed()).toEqual(newestFirst.slice(0, 100));
      // Closing waits for what was begun before.
      const last = [archive.delete("s", [...refs]), archive.list("t")] as const;
      const closing = archive.close();
      await expect(archive.list("s")).rejects.toMatchObject({ code: "CLOSED" });
      await closing;
      expect(await last[0]).toBe(100);
      expect((await last[1]).length).toBe(2);
    });

    test("delete: counts what was there, once each", async () => {
      const archive = await rooms.opened();
      const refs = await archive.put("s", [entry("one"), entry("two")]);
      expect(await archive.delete("s", [])).toBe(0);
      expect(await archive.delete("s", ["", "0", "zzzzzzzzzzzzz", "0000000000000", "__proto__"])).toBe(0);
      expect(await archive.delete("s", [refs[0]!, refs[0]!])).toBe(1);
      expect((await archive.list("s")).map((each) => each.ref)).toEqual([refs[1]]);
    });

    test("a namespace sees nothing of another", async () => {
      const archive = await rooms.opened();
      const names = ["a", "b", "", "a\u0000", "\ud800", "\ufffd", "__proto__"];
      for (const name of names) await archive.put(name, [entry(`secret of ${JSON.stringify(name)}`)]);
      for (const [at, name] of names.entries()) {
        const [mine, ...others] = await archive.list(name);
        expect(others).toEqual([]);
        expect((await archive.get(name, mine!.ref))?.text).toBe(`secret of ${JSON.stringify(name)}`);
        const next = names[(at + 1) % names.length]!;
        expect(await archive.get(next, mine!.ref)).toBe(undefined);
        expect(await archive.delete(next, [mine!.ref])).toBe(0);
        expect((await archive.search(name, "secret")).map((hit) => hit.ref)).toEqual([mine!.ref]);
      }
      expect(await archive.list("none")).toEqual([]);
      expect(await archive.search("none", "secret")).toEqual([]);
      expect(await archive.get("none", "0000000000000")).toBe(undefined);
    });

    test("a bad entry is refused with the whole put, and changes nothing", async () => {
      const archive = await rooms.opened();
      const cyclic: Record<string, unknown> = {};
      cyclic.self = cyclic;
      const bad: readonly unknown[] = [
        undefined,
        null,
        "text",
        { ...entry("x"), text: 5 },
        { ...entry("x"), tokens: -1 },
        { ...entry("x"), tokens: 1.5 },
        { ...entry("x"), archivedAt: Number.NaN },
        { ...entry("x"), createdAt: Number.POSITIVE_INFINITY },
        { ...entry("x"), component: undefined },
        { ...entry("x"), metadata: cyclic },
        { ...entry("x"), metadata: { big: 1n } },
      ];
      for (const each of bad) {
        const put = archive.put("s", [entry("good"), each as ArchiveInput]);
        await expect(put).rejects.toMatchObject({ name: "TokenBudgetError", code: "INVALID_ARGUMENT" });
      }
      // So late in the put that what came before has been sent already.
      const many = Array.from({ length: 5_000 }, (_, at) => entry(`${"many ".repeat(60)}${at}`));
      await expect(archive.put("s", [...many, null as never])).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(await archive.list("s")).toEqual([]);
      expect(await archive.search("s", "good many")).toEqual([]);
      await archive.put("s", [entry("good")]);
      expect((await archive.list("s")).length).toBe(1);
    });

    test("bad arguments are typed errors", async () => {
      const archive = await rooms.opened();
      const calls = [
        () => archive.put(1 as never, []),
        () => archive.put("s", "x" as never),
        () => archive.search("s", 1 as never),
        () => archive.search("s", "x", { limit: -1 }),
        () => archive.list("s", { limit: 1.5 }),
        () => archive.list("s", { offset: Number.NaN }),
        () => archive.delete("s", "x" as never),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      expect(await archive.put("s", [])).toEqual([]);
      expect(await archive.get("s", 5 as never)).toBe(undefined);
    });

    test("calls after close are refused; closing twice is no error", async () => {
      const archive = await rooms.opened();
      await archive.put("s", [entry("x")]);
      await archive.close();
      await archive.close();
      await expect(archive.put("s", [entry("x")])).rejects.toMatchObject({ code: "CLOSED" });
      await expect(archive.get("s", "0000000000000")).rejects.toMatchObject({ code: "CLOSED" });
      await expect(archive.search("s", "x")).rejects.toMatchObject({ code: "CLOSED" });
      await expect(archive.list("s")).rejects.toMatchObject({ code: "CLOSED" });
      await expect(archive.delete("s", [])).rejects.toMatchObject({ code: "CLOSED" });
    });

    test("concurrent calls are carried out in order", async () => {
      const archive = await rooms.opened();
      const puts = Array.from({ length: 50 }, (_, at) => archive.put("s", [entry(`number ${at}`, { archivedAt: at })]));
      const listed = archive.list("s");
      const refs = (await Promise.all(puts)).map(([ref]) => ref);
      expect((await listed).map((each) => each.ref)).toEqual(refs.reverse());
    });
  });
}
