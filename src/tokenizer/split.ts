import { checkObject, TokenBudgetError } from "../errors.ts";
import { checkLimit, checkString } from "./check-input.ts";
import { type Borders, codePointBorders, graphemeBorders } from "./graphemes.ts";
import { longestHead } from "./longest-head.ts";
import { longestTail } from "./longest-tail.ts";
import type { OrdinaryEncoding } from "./ordinary.ts";
import type { SplitOptions } from "./types.ts";

const nothing = { near: "", farTokens: 0 };

/**
 * Splits a text into chunks of at most `maxTokens` tokens each. Without overlap the chunks joined are the text. A chunk
 * ends after a line where one ends in its second half, else after a sentence there, else after the last line or sentence
 * in it, else after a word, else between graphemes; a grapheme that alone exceeds the limit is cut between code points.
 * A blank between sentences or words begins the later chunk, as it begins a token.
 * @param options.overlap tokens of the chunk before that each further chunk begins with at most, below maxTokens; they
 * count towards its limit. Where nothing new would fit beside them, that chunk repeats less.
 * @returns the chunks in order; none for an empty text.
 * @throws TokenBudgetError `INVALID_TEXT`; `INVALID_TOKENS` for limits that are no whole numbers, maxTokens below 1, an
 * overlap from maxTokens on, or maxTokens below the tokens of a single code point of the text (4 at most). Nothing has changed.
 * Cost: proportional to the text, with overlap to all chunks together.
 */
export function split(core: OrdinaryEncoding, text: string, maxTokens: number, options: SplitOptions = {}): string[] {
  checkString(text);
  checkLimit("maxTokens", maxTokens, 1);
  checkObject(options);
  const { overlap = 0 } = options;
  checkLimit("overlap", overlap);
  if (overlap >= maxTokens) {
    throw new TokenBudgetError("INVALID_TOKENS", "overlap must be below maxTokens", { overlap, maxTokens });
  }
  const chunks: string[] = [];
  const borders = graphemeBorders(text);
  let from = 0;
  let start = 0;
  while (from < text.length) {
    const end = chunkEnd(core, text, { start, from, borders }, maxTokens);
    if (end < 0) {
      start = from;
      continue;
    }
    chunks.push(text.slice(start, end));
    start = overlap === 0 ? end : overlapStart(core, text, { from, end }, overlap);
    from = end;
  }
  return chunks;
}

/** Where the chunk that begins at `start`, with new text from `from` on, ends; -1 where its overlap leaves no room. */
function chunkEnd(
  core: OrdinaryEncoding,
  text: string,
  place: { readonly start: number; readonly from: number; readonly borders: Borders },
  maxTokens: number,
): number {
  const { start, from, borders } = place;
  const farthest = longestHead(core, text, { from: start, to: text.length }, maxTokens, nothing, borders);
  if (farthest === text.length) return farthest;
  if (farthest > from) return preferredEnd(core, text, { start, from, farthest, borders }, maxTokens);
  if (start < from) return -1;
  const first = { from, to: borders.next(from) };
  const inside = longestHead(core, text, first, maxTokens, nothing, codePointBorders(text));
  if (inside > from) return inside;
  const point = String.fromCodePoint(text.codePointAt(from)!);
  const message = `maxTokens is below the ${core.count(point)} tokens of a single code point`;
  throw new TokenBudgetError("INVALID_TOKENS", message, { maxTokens, needed: core.count(point) });
}

/** The best border up to the farthest one at which the chunk still has no more than its tokens. */
function preferredEnd(
  core: OrdinaryEncoding,
  text: string,
  place: {
    readonly start: number;
    readonly from: number;
    readonly farthest: number;
    readonly borders: Borders;
  },
  maxTokens: number,
): number {
  const { start, from, farthest, borders } = place;
  const middle = Math.max(from, start + ((farthest - start) >> 1));
  const fits = (at: number) => core.count(text.slice(start, at)) <= maxTokens;
  const choices = [
    () => lastBorder(text, farthest, middle, endsLine),
    () => lastBorder(text, farthest, middle, endsSentence),
    () => lastBorder(text, middle, from, (t, at) => endsLine(t, at) || endsSentence(t, at)),
    () => lastBorder(text, farthest, from, endsWord),
  ];
  for (const choose of choices) {
    const at = choose();
    if (at === farthest || (at > from && borders.atOrBefore(at) === at && fits(at))) return at;
  }
  return farthest;
}

/** Where the chunk after one that brought text[from, end) begins: its last `overlap` tokens, whole graphemes of it. */
function overlapStart(
  core: OrdinaryEncoding,
  text: string,
  place: { readonly from: number; readonly end: number },
  overlap: number,
): number {
  const part = text.slice(place.from, place.end);
  return place.from + longestTail(core, part, overlap, "", graphemeBorders(part));
}

function lastBorder(text: string, from: number, to: number, ends: (text: string, at: number) => boolean): number {
  for (let at = from; at > to; at--) {
    if (ends(text, at)) return at;
  }
  return -1;
}

function endsLine(text: string, at: number): boolean {
  const unit = text.charCodeAt(at - 1);
  return unit === 10 || (unit === 13 && text.charCodeAt(at) !== 10) || unit === 0x2028 || unit === 0x2029;
}

/** After a full stop, question or exclamation mark and what closes with it, before a blank; after a full-width one. */
function endsSentence(text: string, at: number): boolean {
  const unit = text.charCodeAt(at - 1);
  if (unit === 0x3002 || unit === 0xff01 || unit === 0xff1f) return true;
  if (text.charCodeAt(at) !== 32) return false;
  let last = at - 1;
  while (last > 0 && at - last < 4 && "\"')]\u201d\u2019".includes(text[last]!)) last--;
  return ".!?".includes(text[last]!);
}

/** Before a blank that follows something else. */
function endsWord(text: string, at: number): boolean {
  return text.charCodeAt(at) === 32 && text.charCodeAt(at - 1) !== 32;
}
