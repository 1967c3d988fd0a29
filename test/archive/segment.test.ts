import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { queryTerms, visitTerms } from "../../src/archive/segment.ts";

const termsOf = (text: string) => {
  const terms: string[] = [];
  visitTerms(text, (term) => terms.push(term));
  return terms;
};

describe("terms", () => {
  test.each([
    ["The quick-brown fox.", ["the", "quick", "brown", "fox"]],
    ["don't", ["don", "t"]],
    ["fooBar", ["foobar", "foo", "bar"]],
    ["foo_bar", ["foobar", "foo", "bar"]],
    ["FOO_BAR", ["foobar", "foo", "bar"]],
    ["__init__", ["init"]],
    ["___", []],
    ["parseHTTPResponse2", ["parsehttpresponse2", "parse", "http", "response2"]],
    ["utf8Decoder", ["utf8decoder", "utf8", "decoder"]],
    ["XMLHttpRequest", ["xmlhttprequest", "xml", "http", "request"]],
    ["HTTP", ["http"]],
    ["3.14", ["3", "14"]],
    ["a@b.c/d?e=f", ["a", "b", "c", "d", "e", "f"]],
    ["Привет, МИР!", ["привет", "мир"]],
    ["ёлка й", ["елка", "и"]],
    ["имя_поля", ["имя", "поля"]],
    ["naïve café", ["naive", "cafe"]],
    ["ＡＢＣ１２", ["abc12"]],
    ["Straße", ["strasse"]],
    ["ΟΔΟΣ οδος", ["οδοσ", "οδοσ"]],
    ["⑴ ①", ["1", "1"]],
    ["共和国", ["共", "共和", "和", "和国", "国"]],
    ["東京都に", ["東", "東京", "京", "京都", "都", "都に", "に"]],
    ["データ", ["デ", "デー", "ー", "ータ", "タ"]],
    ["ﾃﾞｰﾀ か\u3099", ["デ", "デー", "ー", "ータ", "タ", "が"]],
    ["葛\u{e0100}飾", ["葛", "葛飾", "飾"]],
    ["𠮷野", ["𠮷", "𠮷野", "野"]],
    ["豈", ["豈"]],
    ["第2章。章", ["第", "2", "章", "章"]],
    ["ภาษาไทย", ["ภา", "ภาษา", "ษา", "ษาไท", "ไท", "ไทย", "ย"]],
    ["เป็นที่ ๒๕", ["เป็", "เป็น", "น", "นที่", "ที่", "๒๕"]],
    ["นํา นำ", ["นํา", "นํา"]],
    ["ພາສາລາວ", ["ພາ", "ພາສາ", "ສາ", "ສາລາ", "ລາ", "ລາວ", "ວ"]],
    ["ភាសាខ្មែរ", ["ភា", "ភាសា", "សា", "សាខ្មែ", "ខ្មែ", "ខ្មែរ", "រ"]],
    ["မြန်မာ", ["မြ", "မြန်", "န်", "န်မာ", "မာ"]],
    ["Python編程", ["python", "編", "編程", "程"]],
    ["한국어를", ["한국어를", "한국", "국어", "어를"]],
    ["API를 2024년", ["api", "를", "2024", "년"]],
    ["1\ufe0f\u20e3 ☎\ufe0f", ["1"]],
    ["हिन्दी भाषा", ["हिन्दी", "भाषा"]],
    ["مرحبا بالعالم", ["مرحبا", "بالعالم"]],
    ["\ud800a\udc00", ["a"]],
    ["👩‍👩‍👧 ok", ["ok"]],
    ["", []],
  ])("%j", (text, terms) => {
    expect(termsOf(text)).toEqual(terms);
  });

  test("a run too long for an identifier is cut at underscores only", () => {
    const base64 = "aB3dE".repeat(20);
    expect(termsOf(base64)).toEqual([base64.toLowerCase().slice(0, 64)]);
    const long = `test_${"x".repeat(70)}_fooBar`;
    expect(termsOf(long)).toEqual([`test${"x".repeat(60)}`, "test", "x".repeat(64), "foobar"]);
  });

  test.each([
    ["清理策略", ["清理", "理策", "策略"]],
    ["猫", ["猫"]],
    ["猫 AND 犬", ["猫", "and", "犬"]],
    ["データ", ["デー", "ータ"]],
    ["ไทย", ["ไทย"]],
    ["ไป", ["ไป"]],
    ["학교에", ["학교에", "학교", "교에"]],
  ])("a query's word without spaces stands for its pairs: %j", (query, terms) => {
    expect(queryTerms(query, 32)).toEqual(terms);
  });

  test("offsets lead back to the word, positions count words", () => {
    const seen: unknown[] = [];
    const text = "a fooBar 東京 ﾄﾞｱ z";
    visitTerms(text, (term, start, end, position) => seen.push([term, text.slice(start, end), position]));
    expect(seen).toEqual([
      ["a", "a", 0],
      ["foobar", "fooBar", 1],
      ["foo", "foo", 1],
      ["bar", "Bar", 2],
      ["東", "東", 3],
      ["東京", "東京", 3],
      ["京", "京", 4],
      ["ド", "ﾄﾞ", 5],
      ["ドア", "ﾄﾞｱ", 5],
      ["ア", "ｱ", 6],
      ["z", "z", 7],
    ]);
  });

  test("any text: terms are folded, bounded, and hold nothing that a query syntax knows", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        let last = 0;
        const terms: string[] = [];
        const count = visitTerms(text, (term, start, end, position) => {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(start).toBeLessThan(end);
          expect(position).toBeGreaterThanOrEqual(last);
          last = position;
          terms.push(term);
        });
        expect(count).toBe(terms.length);
        for (const term of terms) {
          expect(term).toMatch(/^[\p{L}\p{M}\p{N}]+$/u);
          expect(term).not.toMatch(/[A-Z²⁴]/);
          expect(term.length).toBeLessThanOrEqual(64);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test("a word is found as a query wherever a text has it between spaces", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }), (word) => {
        const inText = new Set(termsOf(`before ${word} after`));
        for (const term of queryTerms(word, 32)) expect(inText.has(term)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("any part of a text without spaces is found by its pairs", () => {
    const unit = fc.constantFrom(
      ..."一二三東京日本語データベース々〆ヶの𠮷",
      "ﾃﾞ",
      "ﾀ",
      "か\u3099",
      "葛\u{e0100}",
      "เป็",
      "ไท",
      "ย",
      "ນ້ຳ",
    );
    const text = fc.array(unit, { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(text, fc.nat(19), fc.nat(19), (units, one, other) => {
        const part = units.slice(Math.min(one, other), Math.max(one, other) + 1).join("");
        const inText = new Set(termsOf(units.join("")));
        for (const term of queryTerms(part, 64)) expect(inText.has(term)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test("a long run without a break takes time in proportion to its length", () => {
    const lengths = [60_000, 240_000].map((length) => {
      const startedMs = performance.now();
      for (const unit of ["a", "字", "ก", "é", "_", "aB", "é_", "เ", "ั", "어", "\u0301", "\u1039", "é "])
        visitTerms(unit.repeat(length / unit.length), () => {});
      return performance.now() - startedMs;
    });
    expect(lengths[1]! / lengths[0]!).toBeLessThan(16);
  });

  test("a query has at most so many distinct terms", () => {
    expect(queryTerms("a b a c d", 3)).toEqual(["a", "b", "c"]);
    expect(queryTerms("x ".repeat(1_000_000), 3)).toEqual(["x"]);
  });
});
