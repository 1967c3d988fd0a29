import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createTokenizerSync, type Tokenizer } from "../../src/index.ts";
import { Comparison } from "./compare.ts";
import { contexts, contextTexts } from "./contexts.ts";
import { randomText } from "./generate.ts";
import { codePointStep, encodings, isLong, realTextUnits, seed, stringCount } from "./plan.ts";
import { Random } from "./random.ts";

const samples = join(import.meta.dirname, "../../bench/samples");
const timeout = isLong ? 1_800_000 : 60_000;

describe.each(encodings)(`%s against the reference (seed ${seed})`, (encoding) => {
  /** Ends a comparison: all that differs is shown, nothing may. */
  const finish = (what: string, comparison: Comparison) => {
    const { strings, characters, differences } = comparison.summary;
    if (isLong)
      console.log(
        `${encoding}, ${what}: ${strings} strings, ${characters} characters, ${differences.length} differences`,
      );
    expect(differences).toEqual([]);
    expect(strings).toBeGreaterThan(0);
  };

  test("random and spliced strings", { timeout }, () => {
    const comparison = new Comparison(encoding);
    const tokens = comparison.tokenTexts();
    const random = new Random(seed);
    for (let i = 0; i < stringCount; i++) {
      const { kind, text } = randomText(random, tokens);
      comparison.text(kind, text);
      if (i % 8 === 0) comparison.chunks(kind, text.slice(0, 300), random);
    }
    finish("random strings", comparison);
  });

  test(`code points in ${contexts.length} contexts`, { timeout }, () => {
    const comparison = new Comparison(encoding);
    const block = 512 * codePointStep;
    const phase = seed % codePointStep;
    for (let from = phase; from < 0x110000; from += block) {
      const to = Math.min(from + block, 0x110000);
      for (const { context, text } of contextTexts(from, to, codePointStep)) comparison.text(`in ${context}`, text);
    }
    finish(`code points in ${contexts.length} contexts`, comparison);
  });

  test("real text of every class", { timeout }, () => {
    const comparison = new Comparison(encoding);
    const random = new Random(seed);
    const classes = readdirSync(samples).filter((file) => file.endsWith(".txt"));
    expect(classes.length).toBeGreaterThan(12);
    for (const file of classes) {
      const whole = readFileSync(join(samples, file), "utf8");
      const start = random.int(Math.max(1, whole.length - realTextUnits));
      // Short enough for the reference, which is quadratic in long pieces such as base64.
      for (let at = start; at < Math.min(start + realTextUnits, whole.length); at += 3000) {
        comparison.text(file, whole.slice(at, at + 3000));
      }
      comparison.chunks(file, whole.slice(start, start + 200), random);
    }
    finish("real text", comparison);
  });
});

/** A tokenizer with a fault, for the test of the tests. */
function faulty(fault: Partial<Pick<Tokenizer, "count" | "encode" | "counter">>): Tokenizer {
  const sound = createTokenizerSync("cl100k_base");
  return {
    encoding: "cl100k_base",
    count: (text) => sound.count(text),
    encode: (text) => sound.encode(text),
    decodeBytes: (ids) => sound.decodeBytes(ids),
    counter: () => sound.counter(),
    ...fault,
  } as Tokenizer;
}

test("a fault in one character, one context or one append is noticed, and shown small", () => {
  const sound = createTokenizerSync("cl100k_base");
  const javascriptBlanks = (text: string | Uint8Array) =>
    sound.count(String(text).replaceAll("\u0085", "\u00a0\u00a0"));
  const counts = new Comparison("cl100k_base", faulty({ count: javascriptBlanks }));
  for (const { context, text } of contextTexts(0x60, 0x100)) counts.text(context, text);
  expect(counts.summary.differences.length).toBeGreaterThan(5);
  expect(counts.summary.differences.every(({ text }) => text.length <= 3 && text.includes("\u0085"))).toBe(true);

  const random = new Random(seed);
  const forgetful = () => {
    const counter = sound.counter();
    let last = "";
    return {
      get tokens() {
        return counter.tokens + (last === "\r" ? 1 : 0);
      },
      append(text: string) {
        last = text.slice(-1);
        return counter.append(text);
      },
      snapshot: () => counter.snapshot(),
      rewind: counter.rewind.bind(counter),
    };
  };
  const appends = new Comparison("cl100k_base", faulty({ counter: forgetful }));
  for (let i = 0; i < 50; i++) appends.chunks("lines", "a\r\n\r\nb\r\n", random);
  expect(appends.summary.differences.length).toBeGreaterThan(10);

  const wrongTable = new Comparison("o200k_base", faulty({}));
  wrongTable.text("prose", "Tokenizers differ here");
  expect(wrongTable.summary.differences.length).toBe(2);
});
