import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTokenizerSync } from "../../src/index.ts";
import { splicedText } from "../support/texts.ts";

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const tokenizer = createTokenizerSync("o200k_base");

test("chunks end after lines, else sentences, else words", () => {
  const lines = "First line here.\nSecond line here.\nThird line here.\n";
  expect(tokenizer.split(lines, 6)).toEqual(["First line here.\n", "Second line here.\n", "Third line here.\n"]);
  const sentences = "One is short. Two is also short! Is three? Yes.";
  expect(tokenizer.split(sentences, 9)).toEqual(["One is short. Two is also short!", " Is three? Yes."]);
  expect(tokenizer.split("one two three four five six", 2)).toEqual(["one two", " three four", " five six"]);
  expect(tokenizer.split("你好。世界很大。", 5)).toEqual(["你好。", "世界很大。"]);
  expect(tokenizer.split("", 5)).toEqual([]);
  expect(tokenizer.split("whole", 5)).toEqual(["whole"]);
});

test("an overlap repeats the end of the chunk before", () => {
  expect(tokenizer.split("one two three four five six seven", 4, { overlap: 2 })).toEqual([
    "one two three four",
    " three four five six",
    " five six seven",
  ]);
});

describe(`random texts (seed ${seed})`, () => {
  test("chunks fit, are never empty, end between graphemes where they can, and joined they are the text", () => {
    const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
    fc.assert(
      fc.property(splicedText(30), fc.integer({ min: 4, max: 24 }), (text, maxTokens) => {
        const chunks = tokenizer.split(text, maxTokens);
        expect(chunks.join("")).toBe(text);
        for (const chunk of chunks) {
          expect(chunk).not.toBe("");
          expect(tokenizer.count(chunk)).toBeLessThanOrEqual(maxTokens);
        }
        const graphemes = [...segmenter.segment(text)];
        const torn = chunks
          .map((_, index) => chunks.slice(0, index + 1).join("").length)
          .map((end) => graphemes.find(({ index, segment }) => index < end && end < index + segment.length))
          .filter((grapheme) => grapheme !== undefined);
        for (const { segment } of torn) expect(tokenizer.count(segment)).toBeGreaterThan(maxTokens);
      }),
      { seed, numRuns: 300 },
    );
  });

  test("with overlap, each chunk is an end of what came before and something new", () => {
    fc.assert(
      fc.property(splicedText(30), fc.integer({ min: 4, max: 24 }), fc.nat(10), (text, maxTokens, wanted) => {
        const overlap = Math.min(wanted, maxTokens - 1);
        let seen = "";
        for (const chunk of tokenizer.split(text, maxTokens, { overlap })) {
          expect(tokenizer.count(chunk)).toBeLessThanOrEqual(maxTokens);
          const rest = text.slice(seen.length);
          let repeated = 0;
          while (!rest.startsWith(chunk.slice(repeated)) || !seen.endsWith(chunk.slice(0, repeated))) {
            repeated++;
            if (repeated >= chunk.length) break;
          }
          expect(repeated).toBeLessThan(chunk.length);
          expect(tokenizer.count(chunk.slice(0, repeated))).toBeLessThanOrEqual(overlap);
          seen += chunk.slice(repeated);
        }
        expect(seen).toBe(text);
      }),
      { seed, numRuns: 300 },
    );
  });
});

test("limits that cannot be kept are refused", () => {
  const wrong = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "4" as unknown as number];
  for (const maxTokens of wrong) {
    expect(() => tokenizer.split("some text", maxTokens)).toThrow(expect.objectContaining({ code: "INVALID_TOKENS" }));
  }
  for (const overlap of [-1, 0.5, Number.NaN, 3, 4]) {
    expect(() => tokenizer.split("some text", 3, { overlap })).toThrow(
      expect.objectContaining({ code: "INVALID_TOKENS" }),
    );
  }
  expect(() => tokenizer.split("\u{1f9ff}\u{1f9ff}", 1)).toThrow(
    expect.objectContaining({ code: "INVALID_TOKENS", data: { maxTokens: 1, needed: tokenizer.count("\u{1f9ff}") } }),
  );
  expect(() => tokenizer.split(5 as unknown as string, 3)).toThrow(expect.objectContaining({ code: "INVALID_TEXT" }));
});
