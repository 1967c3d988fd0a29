import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Archive, ArchiveInput, RetentionOptions, RetentionReport } from "../../src/index.ts";

/** An entry in which only what a test is about is spelt out. */
export function entry(text: string, more: Partial<ArchiveInput> = {}): ArchiveInput {
  return {
    text,
    tokens: 7,
    component: "working_memory",
    kind: "text",
    itemId: "item-1",
    createdAt: 1_000,
    archivedAt: 2_000,
    ...more,
  };
}

/** An archive with retention rules. */
export type PrunableArchive = Archive & { prune(): Promise<RetentionReport> };

/** What every archive has to do, whatever it stores in. */
export function archiveContract(name: string, open: (options?: RetentionOptions) => Promise<PrunableArchive>): void {
  const opened = async (options?: RetentionOptions) => {
    const archive = await open(options);
    onTestFinished(() => archive.close());
    return archive;
  };
  // Opening a worker for each of the many small cases would take most of the time: these share one, not a namespace.
  let shared: Archive;
  let spaces = 0;
  beforeAll(async () => {
    shared = await open();
  });
  afterAll(() => shared.close());
  const found = async (texts: readonly string[], query: string) => {
    const space = `space ${spaces++}`;
    const refs = await shared.put(
      space,
      texts.map((text, at) => entry(text, { itemId: `item-${at}` })),
    );
    return (await shared.search(space, query)).map((hit) => refs.indexOf(hit.ref));
  };

  describe(`${name}: storing`, () => {
    test("what was put comes back as it came", async () => {
      const archive = await opened();
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
      const space = `space ${spaces++}`;
      const [other, ref] = await shared.put(space, [entry("\ufffd another"), entry(text)]);
      expect((await shared.get(space, ref!))?.text === text).toBe(true);
      expect((await shared.get(space, other!))?.text).toBe("\ufffd another");
    });

    test("texts that UTF-8 would confuse are different texts", async () => {
      const archive = await opened();
      const texts = ["\ud800", "\udbff", "\udc00", "\ufffd"];
      const refs = await archive.put(
        "s",
        texts.map((text) => entry(text)),
      );
      expect(new Set(refs).size).toBe(4);
      expect(await Promise.all(refs.map(async (ref) => (await archive.get("s", ref))?.text))).toEqual(texts);
    });

    test("the same entry put again keeps its ref and takes the later time", async () => {
      const archive = await opened();
      const [first, twice] = await archive.put("s", [entry("same"), entry("same", { archivedAt: 1 })]);
      const [again] = await archive.put("s", [entry("same", { archivedAt: 9_000 })]);
      expect([twice, again]).toEqual([first, first]);
      expect((await archive.list("s")).map((each) => each.archivedAt)).toEqual([9_000]);
      expect(await archive.delete("s", [first!])).toBe(1);
      expect(await archive.list("s")).toEqual([]);
    });

    test("one text of several items is one text with several refs; it stays until the last is deleted", async () => {
      const archive = await opened();
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
      const archive = await opened();
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

    test("delete: counts what was there, once each", async () => {
      const archive = await opened();
      const refs = await archive.put("s", [entry("one"), entry("two")]);
      expect(await archive.delete("s", [])).toBe(0);
      expect(await archive.delete("s", ["", "0", "zzzzzzzzzzzzz", "0000000000000", "__proto__"])).toBe(0);
      expect(await archive.delete("s", [refs[0]!, refs[0]!])).toBe(1);
      expect((await archive.list("s")).map((each) => each.ref)).toEqual([refs[1]]);
    });

    test("a namespace sees nothing of another", async () => {
      const archive = await opened();
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
      const archive = await opened();
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
      const archive = await opened();
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
      const archive = await opened();
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
      const archive = await opened();
      const puts = Array.from({ length: 50 }, (_, at) => archive.put("s", [entry(`number ${at}`, { archivedAt: at })]));
      const listed = archive.list("s");
      const refs = (await Promise.all(puts)).map(([ref]) => ref);
      expect((await listed).map((each) => each.ref)).toEqual(refs.reverse());
    });
  });

  describe(`${name}: search`, () => {
    test.each([
      ["Chinese", "清理策略", ["今天天气很好。", "内存不足时会运行清理策略。", "预算"], [1]],
      ["Chinese, part of a compound", "人民", ["中华人民共和国成立了", "我们喜欢人工智能"], [0]],
      [
        "Chinese, the rarer word decides",
        "模型 预算",
        ["模型很大", "模型很小", "模型的预算", "预算模型和模型"],
        [3, 2],
      ],
      ["Japanese", "東京", ["京都に行きました。", "東京都に住んでいます。", "大阪"], [1]],
      ["Japanese katakana", "データベース", ["新しいデータベースを作る", "ベースギター"], [0]],
      ["half-width katakana", "ﾃﾞｰﾀﾍﾞｰｽ", ["新しいデータベースを作る"], [0]],
      ["Thai", "ภาษา", ["วันนี้อากาศดี", "ภาษาไทยเป็นภาษาที่สวยงาม"], [1]],
      ["Thai, the second word", "อากาศ", ["วันนี้อากาศดี", "ภาษาไทยเป็นภาษาที่สวยงาม"], [0]],
      ["Lao", "ພາສາ", ["ພາສາລາວ", "ສະບາຍດີ"], [0]],
      ["Korean with a particle", "학교", ["학교에서 공부한다", "집에 간다"], [0]],
      ["Russian", "БЮДЖЕТ", ["Бюджет исчерпан", "Ошибка соединения"], [0]],
      ["Russian yo", "елка", ["Новогодняя ёлка", "палка"], [0]],
      ["accents", "resume", ["mon résumé", "presume"], [0]],
      ["composed or not", "cafe\u0301", ["Café", "caf"], [0]],
      ["full width", "error", ["ＥＲＲＯＲ 500", "terror"], [0]],
      ["German", "STRASSE", ["Die Straße", "Stra"], [0]],
      ["Greek final sigma", "ΟΔΟΣ", ["η οδος", "οδοσι"], [0]],
      ["emoji beside a word", "deploy", ["🚀deploy🚀", "🚀"], [0]],
      ["an identifier", "parseHttpResponse", ["parse_http_response(x)", "parseHTTPResponse()", "http"], [0, 1]],
      ["part of an identifier", "response", ["parseHTTPResponse2", "let httpResponse = 1", "responsive"], [1]],
      ["snake case", "user_id", ["UserId", "user", "SELECT user_id FROM t"], [2, 0]],
      ["a path", "src/archive/segment.ts", ["see src/archive/segment.ts:12", "nothing"], [0]],
      ["a number", "ECONNREFUSED 5432", ["port 5433", "connect ECONNREFUSED 127.0.0.1:5432"], [1]],
      ["a long hash", "a".repeat(80), [`sha ${"a".repeat(80)}`, "a"], [0]],
    ])("%s", async (_, query, texts, expected) => {
      const hits = await found(texts, query);
      expect(hits.slice(0, expected.length).sort()).toEqual([...expected].sort());
      for (const at of hits.slice(expected.length)) expect(expected.includes(at)).toBe(false);
    });

    test.each(["", "   ", "()", "\"'*^:+-.,;!?()[]{}<>|&~", "。、「」", "🚀", "\ud800", "\u0000"])(
      "a query without words finds nothing: %j",
      async (query) => {
        expect(await found(["some text", "()"], query)).toEqual([]);
      },
    );

    test.each([
      'target"',
      '"target',
      '""target""',
      "target*",
      "^target",
      "target:",
      "terms:target",
      "{terms}:target",
      "-target",
      "target AND",
      "NEAR(target, 5)",
      "NOT target",
      "target OR",
      "(target",
      "target)",
      "target + ",
      "target; DROP TABLE entries; --",
      "target' OR '1'='1",
      "target\u0000x",
      "target % _ \\",
      "target\ud800",
    ])("a query is plain text, never syntax: %j", async (query) => {
      expect((await found(["the target line", "another line"], query))[0]).toBe(0);
    });

    test.each(["NEAR", "AND", "OR", "NOT", "rowid", "rank"])("an operator of FTS is a word: %s", async (word) => {
      expect(await found([`${word.toLowerCase()} the end`, "nothing"], word)).toEqual([0]);
    });

    test("rare words weigh more, repeated words some, long texts less; neighbours stay neighbours", async () => {
      const filler = Array.from({ length: 30 }, (_, at) => `common filler number ${at}`);
      expect((await found([...filler, "common zebra"], "common zebra"))[0]).toBe(30);
      expect(await found(["cat dog", "cat cat cat dog"], "cat")).toEqual([1, 0]);
      expect(await found([`cat ${"other words ".repeat(50)}`, "cat dog"], "cat")).toEqual([1, 0]);
      expect(await found(["refused the connection", "connection refused"], "connection refused")).toEqual([1, 0]);
      expect(await found(["alpha beta", "alpha gamma", "alpha beta gamma"], "alpha beta gamma")).toEqual([2, 0, 1]);
    });

    test("limit and component", async () => {
      const archive = await opened();
      const texts = Array.from({ length: 25 }, (_, at) =>
        entry(`apple ${at}`, { component: at % 5 === 0 ? "knowledge_base" : "working_memory" }),
      );
      await archive.put("s", texts);
      expect((await archive.search("s", "apple")).length).toBe(10);
      expect((await archive.search("s", "apple", { limit: 3 })).length).toBe(3);
      expect((await archive.search("s", "apple", { limit: 0 })).length).toBe(0);
      const some = await archive.search("s", "apple", { component: "knowledge_base", limit: 100 });
      expect(some.map((hit) => hit.component)).toEqual(Array.from({ length: 5 }, () => "knowledge_base"));
    });

    test("a hit says what the entry was, with an excerpt around the match", async () => {
      const archive = await opened();
      const text = `${"nothing to see here. ".repeat(100)}The needle 🪡 lies here. ${"And more of the same. ".repeat(100)}`;
      const [ref] = await archive.put("s", [entry(text, { tokens: 900, metadata: { role: "tool" } })]);
      const [hit] = await archive.search("s", "needle");
      expect(hit).toMatchObject({ ref, tokens: 900, itemId: "item-1", metadata: { role: "tool" } });
      expect(hit!.snippet).toContain("The needle 🪡 lies here.");
      expect(hit!.snippet.length).toBeLessThanOrEqual(242);
      expect(hit!.snippet.startsWith("…") && hit!.snippet.endsWith("…")).toBe(true);
      expect(text).toContain(hit!.snippet.slice(1, -1));
      expect(hit!.score).toBeGreaterThan(0);
    });

    test("a word at the end of a long text is found", async () => {
      const archive = await opened();
      const [ref] = await archive.put("s", [entry(`${"é lorem ipsum dolor ".repeat(20_000)} needle`)]);
      expect((await archive.search("s", "needle")).map((hit) => hit.ref)).toEqual([ref]);
    });
  });
  describe(`${name}: retention`, () => {
    test("without rules nothing is ever deleted", async () => {
      const archive = await opened({ now: () => 1e15 });
      await archive.put("s", [entry("old", { archivedAt: 0 })]);
      expect(await archive.prune()).toEqual({ deleted: [], freedBytes: 0 });
      expect((await archive.list("s")).length).toBe(1);
    });

    test("by age: what is older than the limit goes, and is reported", async () => {
      let now = 1_000;
      const reports: RetentionReport[] = [];
      const archive = await opened({
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
      const archive = await opened({
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
      const archive = await opened({ retention: { maxBytes: 100 } });
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
      const seen: unknown[] = [];
      const uncaught = (error: unknown) => seen.push(error);
      const before = process.listeners("uncaughtException");
      process.removeAllListeners("uncaughtException");
      process.on("uncaughtException", uncaught);
      try {
        const archive = await opened({
          retention: { maxBytes: 10 },
          onRetention: () => {
            throw new Error("mine");
          },
        });
        await archive.put("s", [entry("a".repeat(10), { archivedAt: 1 })]);
        const [ref] = await archive.put("s", [entry("b".repeat(10))]);
        expect((await archive.list("s")).map((each) => each.ref)).toEqual([ref]);
        await new Promise((resolve) => setImmediate(resolve));
        expect(seen).toMatchObject([{ message: "mine" }]);
      } finally {
        process.off("uncaughtException", uncaught);
        for (const listener of before) process.on("uncaughtException", listener);
      }
    });

    test("limits that are no whole numbers are refused", async () => {
      for (const retention of [{ maxBytes: -1 }, { maxAgeMs: 0.5 }, { maxAgeMs: Number.NaN }]) {
        await expect(opened({ retention })).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      }
    });
  });
}
