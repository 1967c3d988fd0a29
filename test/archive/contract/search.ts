import { describe, expect, test } from "vitest";
import { entry, type Rooms } from "./rooms.ts";

/** Finding words of many scripts, ranking, excerpts. */
export function searchContract(name: string, rooms: Rooms): void {
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
      ["Chinese, one character of a word", "猫", ["我家的猫咪睡着了", "我家的狗睡着了"], [0]],
      ["Chinese, across the words of a dictionary", "运行清", ["内存不足时会运行清理策略。", "清理运行"], [0]],
      ["Chinese, a question", "为什么部署失败了", ["昨天的部署成功了", "部署失败：证书过期", "天气很好"], [1, 0]],
      ["Japanese, kanji with its ending", "作る", ["新しい本を作るのが好き", "作文を書く"], [0]],
      ["Japanese katakana", "データベース", ["新しいデータベースを作る", "ベースギター"], [0]],
      ["half-width katakana", "ﾃﾞｰﾀﾍﾞｰｽ", ["新しいデータベースを作る"], [0]],
      ["Thai", "ภาษา", ["วันนี้อากาศดี", "ภาษาไทยเป็นภาษาที่สวยงาม"], [1]],
      ["Thai, the second word", "อากาศ", ["วันนี้อากาศดี", "ภาษาไทยเป็นภาษาที่สวยงาม"], [0]],
      ["Thai, a word of one unit", "ไป", ["ฉันไปตลาด", "ตลาดปิด"], [0]],
      ["Thai, an inner word of a compound", "ไฟฟ้า", ["โรงไฟฟ้าแห่งใหม่", "โรงเรียนแห่งใหม่"], [0]],
      ["Khmer", "ខ្មែរ", ["ភាសាខ្មែរ", "ភាសាថៃ"], [0]],
      ["Burmese", "မြန်မာ", ["မြန်မာစာ", "အင်္ဂလိပ်စာ"], [0]],
      ["Lao", "ພາສາ", ["ພາສາລາວ", "ສະບາຍດີ"], [0]],
      ["Korean after Latin letters", "API", ["API를 호출한다", "AP"], [0]],
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
      const hits = await rooms.found(texts, query);
      expect(hits.slice(0, expected.length).sort()).toEqual([...expected].sort());
      for (const at of hits.slice(expected.length)) expect(expected.includes(at)).toBe(false);
    });

    test.each([
      ["東京", ["京都に行きました。", "東京都に住んでいます。", "大阪"], [1]],
      ["清理", ["清楚的道理", "理清思路", "清理内存"], [2]],
      ["อากาศ", ["วันนี้อากาศดี", "กาแฟอร่อย", "โรงอาหาร"], [0]],
      ["학교", ["교학", "학생", "학교"], [2]],
    ])("characters that a word shares with others do not find those: %s", async (query, texts, expected) => {
      expect(await rooms.found(texts, query)).toEqual(expected);
    });

    test("characters that follow each other rank above the same ones apart", async () => {
      expect(await rooms.found(["策略要清理，清理要理策", "运行清理策略之前"], "清理策略")).toEqual([1, 0]);
    });

    test.each(["", "   ", "()", "\"'*^:+-.,;!?()[]{}<>|&~", "。、「」", "🚀", "\ud800", "\u0000"])(
      "a query without words finds nothing: %j",
      async (query) => {
        expect(await rooms.found(["some text", "()"], query)).toEqual([]);
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
      expect((await rooms.found(["the target line", "another line"], query))[0]).toBe(0);
    });

    test.each(["NEAR", "AND", "OR", "NOT", "rowid", "rank"])("an operator of FTS is a word: %s", async (word) => {
      expect(await rooms.found([`${word.toLowerCase()} the end`, "nothing"], word)).toEqual([0]);
    });

    test("rare words weigh more, repeated words some, long texts less; neighbours stay neighbours", async () => {
      const filler = Array.from({ length: 30 }, (_, at) => `common filler number ${at}`);
      expect((await rooms.found([...filler, "common zebra"], "common zebra"))[0]).toBe(30);
      expect(await rooms.found(["cat dog", "cat cat cat dog"], "cat")).toEqual([1, 0]);
      expect(await rooms.found([`cat ${"other words ".repeat(50)}`, "cat dog"], "cat")).toEqual([1, 0]);
      expect(await rooms.found(["refused the connection", "connection refused"], "connection refused")).toEqual([1, 0]);
      expect(await rooms.found(["alpha beta", "alpha gamma", "alpha beta gamma"], "alpha beta gamma")).toEqual([
        2, 0, 1,
      ]);
    });

    test("limit and component", async () => {
      const archive = await rooms.opened();
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
      const archive = await rooms.opened();
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

    test.each([
      ["plain text", "nothing to see here, move on. ", "and then the Needle lies here at last"],
      ["pairs of surrogates", "x😀", " and then the Needle lies here at last"],
      ["Chinese", "今天天气很好，没有什么可说的。", "然后在这里找到了needle这个词"],
    ])("the excerpt shows a word far behind in a long text: %s", async (_, filler, end) => {
      const archive = await rooms.opened();
      const text = filler.repeat(Math.ceil(600_001 / filler.length)) + end;
      await archive.put("s", [entry(text), entry("nothing of the kind")]);
      const [hit] = await archive.search("s", "needle");
      expect(hit!.snippet.toLowerCase()).toContain("needle");
      expect(text).toContain(hit!.snippet.replaceAll("…", ""));
    });

    test("a word at the end of a long text is found", async () => {
      const archive = await rooms.opened();
      const [ref] = await archive.put("s", [entry(`${"é lorem ipsum dolor ".repeat(20_000)} needle`)]);
      expect((await archive.search("s", "needle")).map((hit) => hit.ref)).toEqual([ref]);
    });
  });
}
