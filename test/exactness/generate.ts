import { fragments } from "../support/texts.ts";
import type { Random } from "./random.ts";

/** Ranges of code points that the pre-tokenizers treat apart, weighted by being named more than once. */
const ranges: readonly (readonly [number, number])[] = [
  [0x00, 0x7f],
  [0x20, 0x7e],
  [0x41, 0x7a],
  [0x80, 0x24f],
  [0x250, 0x36f],
  [0x300, 0x345],
  [0x370, 0x58f],
  [0x590, 0x8ff],
  [0x660, 0x669],
  [0x900, 0xdff],
  [0xe00, 0xfff],
  [0x1000, 0x1fff],
  [0x2000, 0x206f],
  [0x2070, 0x2bff],
  [0x3000, 0x30ff],
  [0x3400, 0x9fff],
  [0x4e00, 0x9fff],
  [0xac00, 0xd7a3],
  [0xd800, 0xdfff],
  [0xe000, 0xfaff],
  [0xfb00, 0xffff],
  [0x10000, 0x1ffff],
  [0x1d400, 0x1d7ff],
  [0x1f000, 0x1faff],
  [0x20000, 0x323af],
  [0xe0000, 0xe01ef],
  [0, 0x10ffff],
];

/** Characters on which the patterns of the encodings turn. */
const turning = [
  ..." \t\n\r\u000b\u000c\u0085\u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000\ufeff\u200b\u180e",
  ..."'sStTmMdDlLrReEvV\u017f\u212a\u2019\"`/.,;:!?-_=#*(){}[]<>|\\",
  ..."aAzZéÉßſǅǈʰªºⅧⅷ\u0301\u0345\u0903\u20dd\ufe0f\u200d",
  ..."019٣५๓①½²Ⅻ𝟘",
  ..."使日のンー한ก\u0e31นनम\u093fПпΑα",
  ..."👍👩🏽🇩🇪𠀀𝒳\u{e0067}",
];

type Maker = (random: Random, tokens: readonly string[]) => string;

const codePoint: Maker = (random) => {
  const [from, to] = random.pick(ranges);
  return String.fromCodePoint(from + random.int(to - from + 1));
};
const fragment: Maker = (random) => random.pick(fragments);
const turn: Maker = (random) => random.pick(turning);
const token: Maker = (random, tokens) => random.pick(tokens);
const run: Maker = (random, tokens) => {
  const unit = random.pick([turn, turn, fragment, codePoint, token])(random, tokens);
  return unit.repeat(1 + random.int(random.pick([4, 12, 70, 200])));
};
const asciiPad: Maker = (random) => random.pick(["x", " ", "ab ", "the ", "."]).repeat(random.int(70));
const anything: Maker = (random, tokens) =>
  random.pick([codePoint, fragment, turn, turn, token, token, run, asciiPad])(random, tokens);

/** How strings are made; each kind finds faults that the others rarely do. */
export const kinds: Readonly<Record<string, Maker>> = {
  "code points": (random, tokens) => random.join(1 + random.int(12), () => codePoint(random, tokens)),
  "turning characters": (random, tokens) => random.join(1 + random.int(16), () => turn(random, tokens)),
  "joined tokens": (random, tokens) => random.join(1 + random.int(10), () => token(random, tokens)),
  "letters and case": (random) => random.join(1 + random.int(24), () => random.pick([..."aAbBzé使ǅʰ\u0301 '"])),
  "blanks and lines": (random) => random.join(1 + random.int(24), () => random.pick([..." \n\r\t/.a\u3000\u00a0"])),
  "window edges": (random, tokens) =>
    asciiPad(random, tokens) + random.join(1 + random.int(6), () => anything(random, tokens)),
  spliced: (random, tokens) => random.join(1 + random.int(8), () => anything(random, tokens)),
};

/** One string of some kind. */
export function randomText(random: Random, tokens: readonly string[]): { kind: string; text: string } {
  const kind = random.pick(Object.keys(kinds));
  return { kind, text: kinds[kind]!(random, tokens) };
}
