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
    ["研究生命的起源", ["研究", "生命", "的", "起源"]],
    ["共和国", ["共和国", "共和", "和国"]],
    ["東京都に", ["東京", "都", "に"]],
    ["ภาษาไทย", ["ภาษา", "ไทย"]],
    ["Python編程", ["python", "編", "程"]],
    ["한국어를", ["한국어를", "한국", "국어", "어를"]],
    ["हिन्दी भाषा", ["हिन्दी", "भाषा"]],
    ["مرحبا بالعالم", ["مرحبا", "بالعالم"]],
    ["\ud800a\udc00", ["a"]],
    ["👩‍👩‍👧 ok", ["ok"]],
    ["", []],
  ])("%j", (text, terms) => {
    expect(termsOf(text)).toEqual(terms);
  });

  test("offsets lead back to the word, positions count words", () => {
    const seen: unknown[] = [];
    const text = "a fooBar 東京 z";
    visitTerms(text, (term, start, end, position) => seen.push([term, text.slice(start, end), position]));
    expect(seen).toEqual([
      ["a", "a", 0],
      ["foobar", "fooBar", 1],
      ["foo", "foo", 1],
      ["bar", "Bar", 2],
      ["東京", "東京", 3],
      ["z", "z", 4],
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

  test("a long run without a break takes time in proportion to its length", () => {
    const lengths = [60_000, 240_000].map((length) => {
      const startedMs = performance.now();
      for (const unit of ["a", "字", "ก", "é", "_", "aB"]) visitTerms(unit.repeat(length / unit.length), () => {});
      return performance.now() - startedMs;
    });
    expect(lengths[1]! / lengths[0]!).toBeLessThan(16);
  });

  test("a query has at most so many distinct terms", () => {
    expect(queryTerms("a b a c d", 3)).toEqual(["a", "b", "c"]);
    expect(queryTerms("x ".repeat(1_000_000), 3)).toEqual(["x"]);
  });
});
