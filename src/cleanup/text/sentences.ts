/** Characters that are looked through at once; a longer paragraph is cut at a blank before. */
const MAX_PARAGRAPH = 8000;
/** The longest sentence; a longer one is cut at a clause or a blank. */
const MAX_SENTENCE = 500;
/** Short forms whose period ends no sentence. */
const shortForm =
  /(?:^|[\s(])(?:[A-Z]|e\.g|i\.e|etc|cf|vs|Mr|Mrs|Ms|Dr|Prof|St|No|Fig|Eq|Sec|approx|resp|т\.е|т\.д|др)\.\s*$/;

/** Start (inclusive) and end (exclusive) of a stretch of text. */
export type Span = readonly [start: number, end: number];

/**
 * The sentences of text[start, end), without the white space around them, by the rules of Unicode (UAX 29), for all
 * scripts. No `Intl.Segmenter`: its first use takes a page 15 ms, and engines differ. Line breaks inside do not end a
 * sentence. No sentence is longer than 500 characters.
 */
export function sentencesOf(text: string, start: number, end: number): Span[] {
  const spans: Span[] = [];
  if (end - start <= MAX_SENTENCE && !hasEndMark(text, start, end)) {
    addTrimmed(spans, text, start, end);
    return spans;
  }
  for (let from = start; from < end; ) {
    const to = end - from <= MAX_PARAGRAPH ? end : cutBefore(text, from + (MAX_PARAGRAPH >> 1), from + MAX_PARAGRAPH);
    const flat = text.slice(from, to).replaceAll("\n", " ").replaceAll("\r", " ");
    let open = -1;
    for (const [index, length] of breaksOf(flat)) {
      if (open < 0) open = index;
      const next = index + length;
      if (next < flat.length && shortForm.test(flat.slice(Math.max(open, next - 12), next))) continue;
      addSentence(spans, text, from + open, from + next);
      open = -1;
    }
    from = to;
  }
  return spans;
}

/** Whether a sentence may end before the end: most short lines of logs and lists need no further look. */
function hasEndMark(text: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x2e || code === 0x21 || code === 0x3f || code >= 0x0589) return true;
  }
  return false;
}

/** End marks, with the quotes, brackets and blanks that close with them. */
const ending = /(\p{Sentence_Terminal}+)[\p{Pe}\p{Pf}"']*\s*/gu;
/** What goes on with a sentence behind an end mark. */
const continues = /[,:;\-\u2013\u2014\u3001\uff0c\uff1a\uff1b]/;
const letterOrEnd = /\p{L}|\p{Sentence_Terminal}/u;

function* breaksOf(flat: string): Generator<readonly [index: number, length: number]> {
  let start = 0;
  for (const { 0: whole, 1: marks, index } of flat.matchAll(ending)) {
    const end = index + whole.length;
    if (end === flat.length || goesOn(flat, index, end, marks!, whole)) continue;
    yield [start, end - start];
    start = end;
  }
  if (start < flat.length) yield [start, flat.length - start];
}

/** Whether the sentence goes on behind an end mark: 3.14, U.S., etc. and so on. */
function goesOn(flat: string, index: number, end: number, marks: string, whole: string): boolean {
  const next = flat[end]!;
  if (continues.test(next)) return true;
  if (!marks.endsWith(".") && !marks.endsWith("\uff0e")) return false;
  const touches = whole === marks;
  if (touches && /\d/.test(next)) return true;
  const letter = letterOrEnd.exec(flat.slice(end, end + 40))?.[0] ?? "";
  if (letter !== letter.toUpperCase()) return true;
  return touches && letter !== "" && next === letter && /\p{L}/u.test(letter) && /\p{L}/u.test(flat[index - 1] ?? "");
}

/** Adds a sentence, cut where it is too long for one. */
function addSentence(spans: Span[], text: string, start: number, end: number): void {
  let from = start;
  while (end - from > MAX_SENTENCE) {
    const to = cutBefore(text, from + (MAX_SENTENCE >> 1), from + MAX_SENTENCE);
    addTrimmed(spans, text, from, to);
    from = to;
  }
  addTrimmed(spans, text, from, end);
}

export function addTrimmed(spans: Span[], text: string, start: number, end: number): void {
  let from = start;
  let to = end;
  while (from < to && isSpace(text.charCodeAt(from))) from++;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
  if (to > from) spans.push([from, to]);
}

/** The best place to cut between two offsets: behind a clause's end, else behind a blank, else between code points. */
export function cutBefore(text: string, low: number, high: number): number {
  for (let i = high; i > low; i--) if (";,:，；、：।".includes(text[i - 1]!)) return i;
  for (let i = high; i > low; i--) if (isSpace(text.charCodeAt(i - 1))) return i;
  const code = text.charCodeAt(high);
  return code >= 0xdc00 && code <= 0xdfff ? high - 1 : high;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0 || code === 0x3000;
}
