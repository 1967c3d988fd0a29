import fc from "fast-check";
import { expect, test } from "vitest";
import { createTokenizerSync } from "../../src/index.ts";
import { countUpTo } from "../../src/tokenizer/count-up-to.ts";
import type { OrdinaryEncoding } from "../../src/tokenizer/ordinary.ts";
import { fragments, splicedText } from "../support/texts.ts";

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const tokenizer = createTokenizerSync("o200k_base");
const prose = "The quick brown fox jumps over the lazy dog, and the dog does not mind. ".repeat(400);

test(`a limited count is the count, or says that it is more (seed ${seed})`, () => {
  fc.assert(
    fc.property(splicedText(), fc.nat(40), fc.boolean(), (text, limit, asBytes) => {
      const tokens = tokenizer.count(text);
      const counted = tokenizer.countUpTo(asBytes ? new TextEncoder().encode(text) : text, limit);
      expect(counted).toEqual(tokens > limit ? { tokens: limit, exceeded: true } : { tokens, exceeded: false });
    }),
    { seed, numRuns: 300 },
  );
});

test.each([
  ["prose", prose],
  ["Chinese without marks", "我们今天去北京看长城因为天气很好而且大家都有时间".repeat(600)],
  ["fragments", fragments.join("").repeat(25)],
])("long %s, at limits all around its count", (_, text) => {
  const tokens = tokenizer.count(text);
  for (const limit of [0, 1, tokens >> 1, tokens - 1, tokens, tokens + 1, tokens + 5000]) {
    const expected = tokens > limit ? { tokens: limit, exceeded: true } : { tokens, exceeded: false };
    expect(tokenizer.countUpTo(text, limit)).toEqual(expected);
    expect(tokenizer.countUpTo(new TextEncoder().encode(text), limit)).toEqual(expected);
  }
});

test.each([
  ["characters cut short", [0xe4, 0xbd, 0x61, 0xf0, 0x9f, 0x91, 0x20]],
  ["stray bytes", [0x80]],
  ["overlong and surrogate bytes", [0xc0, 0xaf, 0xed, 0xa0, 0x80, 0x0a]],
])("long bytes that are no UTF-8, %s, at limits all around their count", (_, unit) => {
  const bytes = new Uint8Array(unit.length * Math.ceil(40_000 / unit.length)).map((_, at) => unit[at % unit.length]!);
  const tokens = tokenizer.count(new TextDecoder().decode(bytes));
  for (const limit of [0, tokens >> 1, tokens - 1, tokens, tokens + 1]) {
    const expected = tokens > limit ? { tokens: limit, exceeded: true } : { tokens, exceeded: false };
    expect(tokenizer.countUpTo(bytes, limit)).toEqual(expected);
  }
});

test("a long text over the limit is not read to its end", () => {
  let units = 0;
  const watched: OrdinaryEncoding = {
    ...{ encoding: tokenizer.encoding, rankCount: 199_998, byteLengths: new Uint8Array() },
    count(text) {
      units += text.length;
      return tokenizer.count(text);
    },
    countMany: (texts) => tokenizer.countBatch(texts),
    encode: (text) => tokenizer.encode(text),
    *encodeSteps(text) {
      yield tokenizer.encode(text);
    },
    decodeBytes: (ids) => tokenizer.decodeBytes(ids),
    counter: () => tokenizer.counter(),
  };
  expect(countUpTo(watched, prose.repeat(40), 1000)).toEqual({ tokens: 1000, exceeded: true });
  expect(units).toBeLessThan(20_000);
});

test("limits and texts that are none are refused", () => {
  for (const limit of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, undefined as unknown as number]) {
    expect(() => tokenizer.countUpTo("text", limit)).toThrow(expect.objectContaining({ code: "INVALID_TOKENS" }));
  }
  for (const text of [undefined, null, 5, {}, ["text"], new Uint16Array(2)]) {
    expect(() => tokenizer.countUpTo(text as string, 5)).toThrow(expect.objectContaining({ code: "INVALID_TEXT" }));
  }
});

test(`tokens have the ids of encode and the places of their characters (seed ${seed})`, () => {
  const utf8 = new TextEncoder();
  fc.assert(
    fc.property(splicedText(), (text) => {
      const spans = [...tokenizer.tokens(text)];
      expect(spans.map(({ id }) => id)).toEqual([...tokenizer.encode(text)]);
      let bytes = 0;
      for (const { id, start, end } of spans) {
        const length = tokenizer.decodeBytes(Uint32Array.of(id)).length;
        const bytesBefore = utf8.encode(text.slice(0, start)).length;
        expect(bytesBefore).toBeLessThanOrEqual(bytes);
        expect(utf8.encode(text.slice(start, end)).length).toBeGreaterThanOrEqual(bytes - bytesBefore + length);
        // No character more than the token touches: without its first or last one, bytes would be missing.
        const characters = [...text.slice(start, end)];
        expect(bytesBefore + utf8.encode(characters[0]!).length).toBeGreaterThan(bytes);
        const withoutLast = characters.slice(0, -1).join("");
        expect(utf8.encode(withoutLast).length).toBeLessThan(bytes - bytesBefore + length);
        bytes += length;
      }
      expect(bytes).toBe(utf8.encode(text).length);
    }),
    { seed, numRuns: 300 },
  );
});

test("spans of special tokens and of characters in several tokens", () => {
  expect([...tokenizer.tokens("a<|endoftext|>b", { allowedSpecial: "all" })]).toEqual([
    { id: 64, start: 0, end: 1 },
    { id: 199999, start: 1, end: 14 },
    { id: 65, start: 14, end: 15 },
  ]);
  expect([...tokenizer.tokens("x\u{1f9ff}")].map(({ start, end }) => [start, end])).toEqual([
    [0, 1],
    [1, 3],
    [1, 3],
    [1, 3],
  ]);
  expect(() => tokenizer.tokens(5 as unknown as string)).toThrow(expect.objectContaining({ code: "INVALID_TEXT" }));
});

test("a batch is checked whole, then counted in order", () => {
  expect([...tokenizer.countBatch(["", "hello", "hello world", "\ud800"])]).toEqual([0, 1, 2, 1]);
  expect([...tokenizer.countBatch([])]).toEqual([]);
  expect(() => tokenizer.countBatch(["a", 5 as unknown as string])).toThrow(
    expect.objectContaining({ code: "INVALID_TEXT", data: { index: 1 } }),
  );
  expect(() => tokenizer.countBatch(new Array<string>(2))).toThrow(expect.objectContaining({ code: "INVALID_TEXT" }));
  expect(() => tokenizer.countBatch("text" as unknown as string[])).toThrow(
    expect.objectContaining({ code: "INVALID_ARGUMENT" }),
  );
});
