/** What a character is when a text is cut into terms. */
export type CharacterClass = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export const notWord = 0;
/** A letter or digit of a script that puts spaces between its words. */
export const letter = 1;
/** A mark that belongs to the character before it, whatever that is. */
export const mark = 2;
/** A Korean syllable. */
export const hangul = 3;
/** A character of a script without spaces that begins a unit; `plainBase` is its own folded form. */
export const base = 4;
export const plainBase = 5;
/** A vowel or sign that ends a unit of such a script. */
export const ending = 6;
/** A vowel that is written before the consonant of its unit (Thai, Lao). */
export const leading = 7;
/** A sign that stacks the next consonant under this one (Khmer, Burmese). */
export const stacking = 8;

type Range = readonly [first: number, last: number];

// By code, not by the engine's tables: what is cut must not depend on which engine's Unicode is newer.
/** Han and kana (Unicode 16, blocks): every assigned character of them is a unit of its own. */
const plainRanges: readonly Range[] = [
  [0x3005, 0x3007],
  [0x3041, 0x3096],
  [0x309d, 0x309e],
  [0x30a1, 0x30fa],
  [0x30fc, 0x30fe],
  [0x31f0, 0x31ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
];
const foldedRanges: readonly Range[] = [
  [0x3021, 0x3029],
  [0x3031, 0x3035],
  [0x3038, 0x303b],
  [0x309f, 0x309f],
  [0x30ff, 0x30ff],
  [0xf900, 0xfaff],
  [0xff66, 0xff9d],
  [0x1aff0, 0x1b16f],
  [0x20000, 0x3fffd],
];
/** Thai, Lao, Burmese, Khmer: letters and marks; their digits and punctuation are outside. */
const clusterRanges: readonly Range[] = [
  [0x0e01, 0x0e4e],
  [0x0e81, 0x0ece],
  [0x0edc, 0x0edf],
  [0x1000, 0x103f],
  [0x1050, 0x108f],
  [0x109a, 0x109d],
  [0x1780, 0x17d3],
  [0x17d7, 0x17dd],
  [0xa9e0, 0xa9ef],
  [0xa9fa, 0xa9fe],
  [0xaa60, 0xaa7f],
];
const endingRanges: readonly Range[] = [
  [0x0e30, 0x0e30],
  [0x0e32, 0x0e33],
  [0x0e45, 0x0e45],
  [0x0eb0, 0x0eb0],
  [0x0eb2, 0x0eb3],
  [0x0ebd, 0x0ebd],
  [0x3099, 0x309a],
  [0xff9e, 0xff9f],
];
const leadingRanges: readonly Range[] = [
  [0x0e40, 0x0e44],
  [0x0ec0, 0x0ec4],
];
const stackingCodes: readonly number[] = [0x1039, 0x17d2];

const markPattern = /\p{M}/u;
const letterPattern = /[\p{L}\p{N}]/u;

const pages: (Uint8Array | undefined)[] = [];

/** @param code a code point. Cost: a look-up; the first one of each 256 fills their part of the table. */
export function classOf(code: number): CharacterClass {
  const page = pages[code >> 8] ?? fillPage(code >> 8);
  return page[code & 255] as CharacterClass;
}

function fillPage(number: number): Uint8Array {
  const page = Uint8Array.from({ length: 256 }, (_, low) => classify((number << 8) | low));
  pages[number] = page;
  return page;
}

function classify(code: number): CharacterClass {
  if (code === 0x5f) return letter;
  if (code >= 0xac00 && code <= 0xd7a3) return hangul;
  if (within(plainRanges, code)) return plainBase;
  if (within(foldedRanges, code)) return base;
  if (within(endingRanges, code)) return ending;
  if (within(leadingRanges, code)) return leading;
  if (stackingCodes.includes(code)) return stacking;
  const character = String.fromCodePoint(code);
  if (within(clusterRanges, code))
    return markPattern.test(character) ? ending : letterPattern.test(character) ? base : 0;
  if (markPattern.test(character)) return mark;
  return letterPattern.test(character) ? letter : notWord;
}

function within(ranges: readonly Range[], code: number): boolean {
  return ranges.some(([first, last]) => code >= first && code <= last);
}
