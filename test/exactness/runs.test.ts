import { describe, expect, test } from "vitest";
import { createTokenizerSync } from "../../src/index.ts";
import { Comparison } from "./compare.ts";
import { encodings, isLong, seed } from "./plan.ts";
import { Random } from "./random.ts";

/** Alphabets of runs without a break, on which tokenizers turn quadratic, or cut windows wrongly. */
const alphabets: Readonly<Record<string, readonly string[]>> = {
  "one letter": ["a"],
  capitals: ["A"],
  blanks: [" "],
  "line feeds": ["\n"],
  "carriage returns": ["\r\n"],
  "equal signs": ["="],
  base64: [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"],
  letters: [..."abcdefghijklmnopqrstuvwxyz"],
  acgt: [..."acgt"],
  Chinese: [..."我们今天去北京看长城因为天气很好而且大家都有时间的一是在不了有和人这中大为上个国"],
  Thai: [..."กขคงจฉชซดตถทธนบปพมยรลวสหอาีืูเแโใไ่้"],
  Devanagari: [..."कखगघङचछजझनम\u093e\u093f\u0940\u094d"],
  "joined emoji": ["👩\u200d👩\u200d👧\u200d👦"],
  flags: ["🇩", "🇪", "🇫"],
  marks: ["\u0301", "\u0302"],
  "letters with marks": ["a\u0301", "e\u0302"],
  digits: [..."0123456789"],
  "Arabic digits": [..."٠١٢٣٤٥٦٧٨٩"],
  "no-break spaces": ["\u00a0"],
  "blanks and lines": [" ", "\n"],
  "all white space": [..." \n\t\r\u000b\u0085\u00a0\u2003\u2028\u3000"],
  slashes: ["\n", "/"],
  punctuation: [..."!@#$%^&*()_+-=[]{}|;:,.<>/?"],
  contractions: ["'s", "'LL", "'\u017f"],
  "camel case": [..."aB"],
  "caseless and capitals": [..."使A"],
  "all cases": [..."使Aaǅʰ\u0301"],
  controls: ["\0", "\u0001", "\u007f"],
  "lone surrogates": ["\ud83d", "\ude00", "a"],
  Hangul: [..."한국어가나다라마바사"],
  kana: [..."あいうえおカキクケコー"],
  Cyrillic: [..."абвгдежзийклмнопрстуфхцчшщъыьэюя"],
};
const cases = Object.entries(alphabets);

/** What follows a run may change how it ends. */
const ends = ["", "a", "d", " ", "\n", "'s", "/x", "1", "\u0301", "。"];

describe.each(encodings)(`%s (seed ${seed})`, (encoding) => {
  test("runs as long as several windows, after and before anything", { timeout: 600_000 }, () => {
    const comparison = new Comparison(encoding);
    const random = new Random(seed);
    for (const [name, alphabet] of cases) {
      const lengths = isLong ? [60, 64, 128, 300, 700, 1500, 6000] : [70, 600];
      for (const length of lengths) {
        const start = random.pick(["", " ", "x", "word ", "\n", "a b ".repeat(random.int(20))]);
        const run = random.join(length, () => random.pick(alphabet));
        comparison.text(name, start + run + random.pick(ends));
        comparison.chunks(name, (start + run + random.pick(ends)).slice(0, 200), random);
      }
    }
    expect(comparison.summary.differences).toEqual([]);
  });

  test("of runs too long for the reference, count, encode and any appends say the same", { timeout: 600_000 }, () => {
    const tokenizer = createTokenizerSync(encoding);
    const random = new Random(seed);
    for (const [name, alphabet] of isLong ? cases : [random.pick(cases), random.pick(cases), random.pick(cases)]) {
      const text = random.join(isLong ? 1_000_000 : 300_000, () => random.pick(alphabet));
      const counter = tokenizer.counter();
      for (let at = 0; at < text.length; ) {
        const length = 1 + random.int(random.pick([10, 1000, 100_000]));
        counter.append(text.slice(at, at + length));
        at += length;
      }
      const ids = tokenizer.encode(text);
      expect([name, counter.tokens, ids.length]).toEqual([name, tokenizer.count(text), tokenizer.count(text)]);
      expect(Buffer.compare(tokenizer.decodeBytes(ids), new TextEncoder().encode(text))).toBe(0);
    }
  });
});
