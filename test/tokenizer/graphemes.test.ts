import fc from "fast-check";
import { expect, test } from "vitest";
import { codePointBorders, graphemeBorders } from "../../src/tokenizer/graphemes.ts";
import { splicedText } from "../support/texts.ts";

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Steps taken from any place, in any order, against all borders of the text at once. */
function check(text: string, all: readonly number[], borders: ReturnType<typeof graphemeBorders>, step: number): void {
  for (let i = 0; i <= text.length; i++) {
    const at = (i * step) % (text.length + 1);
    const before = all.findLast((border) => border <= at);
    const next = all.find((border) => border > at) ?? text.length;
    const previous = all.findLast((border) => border < at) ?? 0;
    expect([at, borders.atOrBefore(at), borders.next(at), borders.previous(at)]).toEqual([at, before, next, previous]);
  }
}

const run = fc
  .tuple(
    fc.constantFrom("a", "👍", "👩\u200d", "🇩🇪", "\u0301", "क\u094d", "\r\n", "각", "\u1100", "🏽", " "),
    fc.nat(300),
  )
  .map(([unit, times]) => unit.repeat(times));

test(`borders are the segmenter's, wherever they are asked for (seed ${seed})`, () => {
  const text = fc.array(fc.oneof(splicedText(6), run), { maxLength: 3 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.constantFrom(1, 7, 997), (value, step) => {
      const all = [...Array.from(segmenter.segment(value), ({ index }) => index), value.length];
      check(value, all, graphemeBorders(value), step);
    }),
    { seed, numRuns: 150 },
  );
});

test("an engine without a segmenter has borders between code points", () => {
  const text = "a👍\ud83d\ude00\ud83d\ude00b\udc00\ud800";
  const all = [0, 1, 3, 5, 7, 8, 9, 10];
  check(text, all, codePointBorders(text), 1);
  const { Segmenter } = Intl;
  try {
    Reflect.deleteProperty(Intl, "Segmenter");
    check(text, all, graphemeBorders(text), 3);
  } finally {
    Object.defineProperty(Intl, "Segmenter", { value: Segmenter, configurable: true, writable: true });
  }
});

test("two plain characters never join, whichever they are", () => {
  const wrong: string[] = [];
  const check = (pair: string) => {
    if (graphemeBorders(pair).next(0) !== segmenter.segment(pair).containing(0)!.segment.length) wrong.push(pair);
  };
  for (let unit = 32; unit <= 0xffff; unit++) {
    const char = String.fromCharCode(unit);
    check(`a${char}`);
    check(`${char}a`);
    check(char + char);
  }
  const some = Array.from({ length: 0x10000 / 331 }, (_, index) => String.fromCharCode(32 + 331 * index));
  for (const left of some) for (const right of some) check(left + right);
  expect(wrong).toEqual([]);
});
