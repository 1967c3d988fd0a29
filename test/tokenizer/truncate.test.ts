import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTokenizerSync, type EncodingName, type Tokenizer } from "../../src/index.ts";
import { reference } from "../support/reference.ts";
import { splicedText } from "../support/texts.ts";

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const encodings: EncodingName[] = ["o200k_base", "cl100k_base", "r50k_base"];
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const graphemes = (text: string) => [...segmenter.segment(text)].map(({ segment }) => segment);
/** Every place between parts, first to last. */
function places(parts: readonly string[]): number[] {
  const all = [0];
  for (const part of parts) all.push(all.at(-1)! + part.length);
  return all;
}

/** The longest cuts by trying every place: the definition in truncate's documentation, word for word. */
function bruteForce(tokenizer: Tokenizer, text: string, max: number, keep: string, marker: string): string {
  if (tokenizer.count(text) <= max) return text;
  const parts = graphemes(text);
  const fits = (result: string) => tokenizer.count(result) <= max;
  const head = (after: string, to: number) => {
    const last = (all: readonly number[]) =>
      all.filter((at) => at <= to).findLast((at) => fits(text.slice(0, at) + after)) ?? 0;
    const end = last(places(parts));
    return end > 0 || tokenizer.count(parts[0]!) <= max ? end : last(places([...parts[0]!]));
  };
  const tail = (whole: string, all: readonly number[], limit: number, before: string) =>
    all.find((at) => at === whole.length || tokenizer.count(before + whole.slice(at)) <= limit)!;
  if (keep === "head") return text.slice(0, head(marker, text.length)) + marker;
  if (keep === "tail") {
    const start = tail(text, places(parts), max, marker);
    const end = parts.at(-1)!;
    if (start < text.length || tokenizer.count(end) <= max) return marker + text.slice(start);
    return marker + end.slice(tail(end, places([...end]), max, marker));
  }
  const start = tail(text, places(parts), Math.floor((max - tokenizer.count(marker)) / 2), "");
  const after = marker + text.slice(start);
  if (start === text.length || !fits(after)) return text.slice(0, head(marker, text.length)) + marker;
  return text.slice(0, head(after, start - 1)) + after;
}

describe.each(encodings)("%s", (encoding) => {
  const tokenizer = createTokenizerSync(encoding);
  const count = (text: string) => reference(encoding).encode_ordinary(text).length;

  test(`the longest cut that fits, as brute force finds it (seed ${seed})`, () => {
    const marker = fc.constantFrom("", "…", " [cut] ", "\n…\n", "'s", "s and then. more words", "\u0301", "aa", "   ");
    fc.assert(
      fc.property(
        splicedText(),
        fc.nat(16),
        fc.constantFrom("head", "tail", "middle"),
        marker,
        (text, max, keep, mark) => {
          fc.pre(count(mark) <= max);
          const expected = bruteForce(tokenizer, text, max, keep, mark);
          const actual = tokenizer.truncate(text, max, { keep, marker: mark });
          expect(count(actual)).toBeLessThanOrEqual(max);
          expect(actual).toBe(expected);
        },
      ),
      { seed, numRuns: 400 },
    );
  });

  test(`runs of one character (seed ${seed})`, () => {
    const run = fc
      .tuple(
        fc.constantFrom("a", " ", "\n", "=", "使", "ก", "\u0301", "٣", "A", "aB", "\n ", "/", "👍", "ab"),
        fc.nat(120),
      )
      .map(([unit, times]) => unit.repeat(times));
    fc.assert(
      fc.property(run, run, fc.nat(20), fc.constantFrom("head", "tail", "middle"), (one, other, max, keep) => {
        const text = one + other;
        const options = { keep, marker: max > 2 ? "…" : "" } as const;
        expect(tokenizer.truncate(text, max, options)).toBe(bruteForce(tokenizer, text, max, keep, options.marker));
      }),
      { seed, numRuns: 150 },
    );
  });
});

test("cutting a long text down costs a small part of counting it", () => {
  const tokenizer = createTokenizerSync("o200k_base");
  const text = "Each of these sentences has its own number, so that no two are quite alike: 1. ".repeat(60_000);
  const elapsed = (work: () => void) => {
    work();
    const startedMs = performance.now();
    work();
    return performance.now() - startedMs;
  };
  const countMs = elapsed(() => tokenizer.count(text));
  for (const keep of ["head", "tail", "middle"] as const) {
    const options = { keep, marker: " [cut] " };
    expect(tokenizer.count(tokenizer.truncate(text, 1000, options))).toBe(1000);
    expect(elapsed(() => tokenizer.truncate(text, 1000, options))).toBeLessThan(countMs + 50);
  }
});
