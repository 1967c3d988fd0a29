import { classOf, ending, leading, mark, stacking } from "../../archive/character-class.ts";

/** Letters of an inflected word by which it is known: enough to tell stems apart, short enough to drop endings. */
const STEM = 8;
/** The longest run of such a script that is read at once. */
const MAX_RUN = 2000;
/** Kana of a longer run of hiragana by which it is known: what follows are endings. */
const HIRAGANA_STEM = 4;

/** What a UTF-16 unit is to a word. */
export const CharKind = { other: 0, word: 1, unspaced: 2 } as const;

/**
 * Reads the words of text[start, end): calls `take` with a hash of each one, in lower case and cut to its first eight
 * letters so that inflections meet. Of ideographs each pair counts as a word (or one that stands alone), a run of katakana is
 * a word, and of longer hiragana the beginning is. Of Thai, Lao, Burmese and Khmer each pair of consonants with their vowels and
 * signs is. Hashes are 31 bits: two words that share one count as one.
 */
export function readWords(text: string, start: number, end: number, take: Take): void {
  for (let i = start; i < end; ) {
    const kind = charKind(text.charCodeAt(i));
    if (kind === CharKind.other) {
      i++;
      continue;
    }
    const from = i;
    if (kind === CharKind.word) {
      let hash = BASIS;
      do {
        if (i - from < STEM) hash = Math.imul(hash ^ lowerCase(text.charCodeAt(i)), PRIME);
        i++;
      } while (i < end && charKind(text.charCodeAt(i)) === CharKind.word);
      // A single letter says nothing, nor do two of a Latin word.
      if (i - from > 2 || (i - from === 2 && text.charCodeAt(from) >= 0x80)) take(hash >>> 1, from, i);
      continue;
    }
    const script = scriptOf(text.charCodeAt(i));
    const limit = Math.min(end, i + MAX_RUN);
    do i++;
    while (i < limit && scriptOf(text.charCodeAt(i)) === script);
    if (script === Script.ideograph) readPairs(text, from, i, take);
    else if (script === Script.katakana) takeWhere(i - from > 1, text, from, i, take);
    else if (script === Script.hiragana) takeWhere(i - from > 2, text, from, Math.min(i, from + HIRAGANA_STEM), take);
    else readSyllables(text, from, i, take);
  }
}

type Take = (hash: number, from: number, to: number) => void;

function readPairs(text: string, start: number, end: number, take: Take): void {
  if (end - start === 1) take(hashWord(text, start, end), start, end);
  for (let i = start; i + 1 < end; i++) take(hashWord(text, i, i + 2), i, i + 2);
}

function takeWhere(holds: boolean, text: string, start: number, end: number, take: Take): void {
  if (holds) take(hashWord(text, start, end), start, end);
}

function readSyllables(text: string, start: number, end: number, take: Take): void {
  let before = start;
  for (let from = start; from < end; ) {
    const to = syllableEnd(text, from, end);
    if (from > start || to === end) take(hashWord(text, before, to), before, to);
    before = from;
    from = to;
  }
}

/** The end of a consonant with what is written before, above, below and behind it. */
function syllableEnd(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && classOf(text.charCodeAt(at)) === leading) at++;
  for (at++; at < end; ) {
    const kind = classOf(text.charCodeAt(at));
    if (kind === stacking) at += 2;
    else if (kind === mark || kind === ending) at++;
    else break;
  }
  return Math.min(at, end);
}

// FNV-1a
const BASIS = 0x811c9dc5 | 0;
const PRIME = 0x01000193;

/** The hash under which {@link readWords} hands on text[start, end), a whole word. */
export function hashWord(text: string, start = 0, end = text.length): number {
  let hash = BASIS;
  const to = Math.min(end, start + STEM);
  for (let i = start; i < to; i++) hash = Math.imul(hash ^ lowerCase(text.charCodeAt(i)), PRIME);
  return hash >>> 1;
}

/** Lower case of the 256 units of each page, made when a page is first met. */
const lowerPages: (Uint16Array | undefined)[] = [];

function lowerCase(code: number): number {
  if (code < 0x80) return code >= 0x41 && code <= 0x5a ? code + 32 : code;
  const page = code >> 8;
  let lower = lowerPages[page];
  if (lower === undefined) {
    lower = Uint16Array.from({ length: 256 }, (_, i) => {
      const folded = String.fromCharCode(page * 256 + i).toLowerCase();
      return folded.length === 1 ? folded.charCodeAt(0) : page * 256 + i;
    });
    lowerPages[page] = lower;
  }
  return lower[code & 0xff]!;
}

export function charKind(code: number): number {
  if (code < 0x80) {
    return (code >= 0x61 && code <= 0x7a) ||
      (code >= 0x41 && code <= 0x5a) ||
      (code >= 0x30 && code <= 0x39) ||
      code === 0x5f
      ? CharKind.word
      : CharKind.other;
  }
  if (code < 0x0900)
    return code < 0xc0 || code === 0xd7 || code === 0xf7 || code === 0x060c || code === 0x061f || code === 0x06d4
      ? latinSign(code)
      : CharKind.word;
  if (isUnspaced(code)) return CharKind.unspaced;
  // Danda, general punctuation and symbols, CJK punctuation, full-width signs, specials.
  if (code === 0x0964 || code === 0x0965 || (code >= 0x2000 && code < 0x2c00)) return CharKind.other;
  if ((code >= 0x3000 && code < 0x3040) || (code >= 0xff00 && code < 0xff10)) return CharKind.other;
  return (code >= 0xff1a && code < 0xff21) || code >= 0xfff0 ? CharKind.other : CharKind.word;
}

/** ª, µ and º are letters. */
function latinSign(code: number): number {
  return code === 0xaa || code === 0xb5 || code === 0xba ? CharKind.word : CharKind.other;
}

/** Thai, Lao, Burmese, Khmer, kana and ideographs: scripts that put no spaces between words. */
export function isUnspaced(code: number): boolean {
  if (code < 0x0e00) return false;
  return (
    code <= 0x0eff ||
    (code >= 0x1000 && code <= 0x109f) ||
    (code >= 0x1780 && code <= 0x17ff) ||
    (code >= 0x3040 && code <= 0x30ff) ||
    isIdeograph(code)
  );
}

const Script = { spaced: 0, ideograph: 1, katakana: 2, hiragana: 3, southeast: 4 } as const;

function scriptOf(code: number): number {
  if (!isUnspaced(code)) return Script.spaced;
  if (isIdeograph(code)) return Script.ideograph;
  if (code < 0x3040) return Script.southeast;
  return code < 0x30a0 ? Script.hiragana : Script.katakana;
}

function isIdeograph(code: number): boolean {
  return (code >= 0x3400 && code <= 0x9fff) || (code >= 0xf900 && code <= 0xfaff);
}
