import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createTokenizerSync, type TokenSpan } from "../../src/index.ts";
import { reference } from "../support/reference.ts";

const sample = (name: string) => readFileSync(new URL(`../../bench/samples/${name}.txt`, import.meta.url), "utf8");
const encodings = ["o200k_base", "cl100k_base", "p50k_base"] as const;
/** Letters by a small generator: no vocabulary has words like these. */
function letters(length: number, alphabet: string): string {
  const characters = [...alphabet];
  let state = 7;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return characters[Math.floor((state / 2_147_483_648) * characters.length)];
  }).join("");
}

/** Where the spans of ids lie, by the bytes of the text: the plain way. */
function spansOf(text: string, ids: Uint32Array, bytesOf: (id: number) => number): TokenSpan[] {
  const units: number[] = [];
  const widths: number[] = [];
  for (const character of text) {
    const bytes = Buffer.byteLength(character);
    const unit = (units.at(-1) ?? 0) + (widths.at(-1) ?? 0);
    for (let each = 0; each < bytes; each++) {
      units.push(unit);
      widths.push(character.length);
    }
  }
  let at = 0;
  return [...ids].map((id) => {
    const start = units[at]!;
    at += bytesOf(id);
    return { id, start, end: units[at - 1]! + widths[at - 1]! };
  });
}

describe.each(encodings)("%s: tokens with their places", (encoding) => {
  const tokenizer = createTokenizerSync(encoding);
  const bytesOf = (id: number) => tokenizer.decodeBytes([id]).length;

  test.each([
    ["real text", () => sample("emoji_mixed").slice(0, 40_000) + sample("zh").slice(0, 40_000) + sample("code_ts")],
    ["a run that the core takes in parts", () => `go ${letters(150_000, "abcdefghijklmnop")} on`],
    ["a run too long for the core's memory", () => `x ${letters(230_000, "etaoinshr")}. ${letters(70_000, "ABCx")}`],
    ["such a run, its characters in several tokens", () => letters(90_000, "\u4e00\u9f98\u9fa5\u6c49\u5b57\u9f8d")],
    ["a lone half of a pair at the edge of a part", () => `${"\u00e9".repeat(65_535)}\ud83d a \ude00${"b".repeat(9)}`],
  ])("%s, with other calls between two steps", (_, make) => {
    const text = make();
    const ids = tokenizer.encode(text);
    expect(tokenizer.decode(ids)).toBe(Buffer.from(text).toString());
    const counter = tokenizer.counter();
    const others = ["hello world", letters(70_000, "qxz"), letters(300_000, "mno")];
    const found: TokenSpan[] = [];
    let steps = 0;
    for (const span of tokenizer.tokens(text)) {
      found.push(span);
      if (found.length % 9_973 === 1) {
        const other = others[steps++ % others.length]!;
        counter.append(`${other} `);
        expect(tokenizer.encode(other).length).toBe(tokenizer.count(other));
        expect(tokenizer.tokens(other).next().done).toBe(false);
      }
    }
    expect(steps).toBeGreaterThan(0);
    const wanted = spansOf(text, ids, bytesOf);
    const wrong = found.findIndex(({ id, start, end }, at) => {
      const span = wanted[at];
      return span?.id !== id || span.start !== start || span.end !== end;
    });
    expect([found[wrong], found.length]).toEqual([undefined, wanted.length]);
  });

  test("each id has the bytes that the reference gives it", () => {
    const oracle = reference(encoding);
    for (const text of [
      sample("ru").slice(0, 20_000),
      sample("hi").slice(0, 20_000),
      sample("code_c").slice(0, 20_000),
    ]) {
      const spans = [...tokenizer.tokens(text)];
      const ids = oracle.encode_ordinary(text);
      expect(spans).toEqual(spansOf(text, ids, (id) => oracle.decode_single_token_bytes(id).length));
    }
  });
});

test("the first tokens of a long text come long before all of it is encoded", () => {
  const tokenizer = createTokenizerSync("o200k_base");
  const text = letters(4_000_000, "abcdefghij klmnop");
  const started = performance.now();
  const first = tokenizer.tokens(text).next();
  const firstMs = performance.now() - started;
  expect(first.done).toBe(false);
  const before = performance.now();
  expect(tokenizer.encode(text).length).toBeGreaterThan(1_000_000);
  expect(firstMs).toBeLessThan((performance.now() - before) / 4);
});

test("options that can't be are refused, and every special token has its place", () => {
  const tokenizer = createTokenizerSync("o200k_harmony");
  const bad = { allowedSpecial: ["<|none|>"] };
  expect(() => tokenizer.tokens("text", bad)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  const text = "<|start|>a<|message|>\u00e9<|reserved_201000|>";
  expect(
    [...tokenizer.tokens(text, { allowedSpecial: "all" })].map(({ start, end }) => text.slice(start, end)),
  ).toEqual(["<|start|>", "a", "<|message|>", "\u00e9", "<|reserved_201000|>"]);
});
