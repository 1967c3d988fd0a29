/** Called for each term of a text. `start` and `end` are UTF-16 offsets; `position` counts words, for adjacency. */
export type TermVisitor = (term: string, start: number, end: number, position: number) => void;

/** Longer runs (hashes, base64) are indexed, and searched, by this many UTF-16 units of their beginning. */
const maxTermUnits = 64;
/** A run of a script without spaces is segmented in windows, so that the segmenter's memory stays bounded. */
const windowUnits = 4096;

const wordRun = /[\p{L}\p{M}\p{N}_]+/uy;
const asciiWord = /^\w+$/;
const spaceless =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u30fc]/u;
const ideographic = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u30fc]+$/u;
const notWord = /[^\p{L}\p{M}\p{N}]+/gu;
const loneSurrogateEnd = /[\ud800-\udbff]$/;

const digit = 1;
const lower = 2;
const upper = 4;
const underscore = 8;
const asciiClass = new Uint8Array(128);
for (let code = 48; code < 58; code++) asciiClass[code] = digit;
for (let code = 97; code < 123; code++) asciiClass[code] = lower;
for (let code = 65; code < 91; code++) asciiClass[code] = upper;
asciiClass[95] = underscore;

let segmenter: Intl.Segmenter | undefined;

/**
 * Visits the terms of `text`, in order. Texts and queries go through this one function, so that what is found does not
 * depend on which of the two it was. Terms are folded: NFKC, lower case, accents off; they hold letters, marks and
 * digits only.
 *
 * - Scripts with spaces: runs of letters, marks and digits.
 * - Identifiers: the whole without its underscores, then its parts (`fooBar`, `foo_bar` → foobar, foo, bar).
 * - Chinese, Japanese, Thai, Lao, Khmer, Burmese: words of `Intl.Segmenter`; inside ideographic, kana and hangul words
 *   of three characters or more also each pair of neighbours, so that a part of a compound is found.
 *
 * @returns the number of terms visited, the text's length for ranking.
 */
export function visitTerms(text: string, visit: TermVisitor): number {
  const scan = new Scan(text, visit);
  scan.run();
  return scan.terms;
}

/** The distinct terms of a query, in order, at most `limit`. */
export function queryTerms(query: string, limit: number): string[] {
  const terms = new Set<string>();
  // Enough for any query that a person or a model writes; a pasted document is cut, not refused.
  visitTerms(query.slice(0, 20_000), (term) => {
    if (terms.size < limit) terms.add(term);
  });
  return [...terms];
}

class Scan {
  readonly text: string;
  readonly visit: TermVisitor;
  terms = 0;
  position = 0;

  constructor(text: string, visit: TermVisitor) {
    this.text = text;
    this.visit = visit;
  }

  run(): void {
    const { text } = this;
    const { length } = text;
    for (let at = 0; at < length; ) {
      const code = text.charCodeAt(at);
      if (code < 128 && asciiClass[code] === 0) {
        at++;
        continue;
      }
      const end = code < 128 ? this.asciiEnd(at) : at;
      if (end > at && (end === length || text.charCodeAt(end) < 128)) {
        this.identifier(at, end);
        at = end;
        continue;
      }
      wordRun.lastIndex = at;
      if (wordRun.test(text)) {
        this.unicodeRun(at, wordRun.lastIndex);
        at = wordRun.lastIndex;
      } else at++;
    }
  }

  asciiEnd(start: number): number {
    const { text } = this;
    let end = start + 1;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      if (code >= 128 || asciiClass[code] === 0) break;
      end++;
    }
    return end;
  }

  /** An ASCII run of letters, digits and underscores. */
  identifier(start: number, end: number): void {
    const { text } = this;
    let parts = 0;
    let seen = 0;
    let previous = 0;
    for (let at = start; at < end; at++) {
      const kind = asciiClass[text.charCodeAt(at)]!;
      if (startsPart(text, at, end, previous, kind)) parts++;
      seen |= kind;
      previous = kind;
    }
    if (parts === 0) return;
    const run = text.slice(start, end);
    const cased = seen & upper ? run.toLowerCase() : run;
    this.emit(seen & underscore ? cased.replaceAll("_", "") : cased, start, end);
    if (parts > 1) this.parts(start, end);
    else this.position++;
  }

  parts(start: number, end: number): void {
    const { text } = this;
    let from = -1;
    let previous = 0;
    for (let at = start; at <= end; at++) {
      const kind = at < end ? asciiClass[text.charCodeAt(at)]! : underscore;
      const starts = at < end && startsPart(text, at, end, previous, kind);
      if (from >= 0 && (starts || kind === underscore)) {
        this.emit(text.slice(from, at).toLowerCase(), from, at);
        this.position++;
        from = -1;
      }
      if (starts) from = at;
      previous = kind;
    }
  }

  /** A run with characters beyond ASCII. */
  unicodeRun(start: number, end: number): void {
    const run = this.text.slice(start, end);
    if (spaceless.test(run)) {
      this.spacelessRun(start, end);
      return;
    }
    for (let at = 0; at < run.length; ) {
      const bar = run.indexOf("_", at);
      const stop = bar < 0 ? run.length : bar;
      if (stop > at) this.word(run.slice(at, stop), start + at);
      at = stop + 1;
    }
  }

  spacelessRun(start: number, end: number): void {
    for (let from = start; from < end; ) {
      let to = Math.min(from + windowUnits, end);
      if (to < end && loneSurrogateEnd.test(this.text.slice(to - 1, to))) to--;
      const part = this.text.slice(from, to);
      if (typeof Intl.Segmenter !== "function") this.word(part, from);
      else {
        segmenter ??= new Intl.Segmenter("und", { granularity: "word" });
        const segments = segmenter.segment(part);
        for (let at = 0; at < part.length; ) {
          const { segment, isWordLike } = segments.containing(at)!;
          if (isWordLike) this.word(segment, from + at);
          at += segment.length;
        }
      }
      from = to;
    }
  }

  word(word: string, start: number): void {
    const end = start + word.length;
    if (asciiWord.test(word)) {
      this.identifier(start, end);
      return;
    }
    const term = fold(word);
    if (term === "") return;
    this.emit(term, start, end);
    if (term.length > 2 && ideographic.test(term)) {
      const characters = [...term];
      for (let at = 0; characters.length > 2 && at + 1 < characters.length; at++) {
        this.emit(characters[at]! + characters[at + 1]!, start, end);
      }
    }
    this.position++;
  }

  emit(term: string, start: number, end: number): void {
    this.terms++;
    if (term.length > maxTermUnits) term = term.slice(0, maxTermUnits).replace(loneSurrogateEnd, "");
    this.visit(term, start, end, this.position);
  }
}

/** A part starts after an underscore, at the border aB, and before the last capital of ABc. */
function startsPart(text: string, at: number, end: number, previous: number, kind: number): boolean {
  if (kind === underscore) return false;
  if (previous === 0 || previous === underscore) return true;
  if (kind !== upper) return false;
  if (previous !== upper) return true;
  return at + 1 < end && asciiClass[text.charCodeAt(at + 1)] === lower;
}

/** Words recur: what they fold to is remembered for so many of them. */
const foldedWords = 8192;
const folded = new Map<string, string>();

/** Words that differ only in case, width, accents or Greek final sigma become one term. */
function fold(word: string): string {
  const known = folded.get(word);
  if (known !== undefined) return known;
  const term = word
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll("ς", "σ")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]+/g, "")
    .normalize("NFC")
    .replace(notWord, "");
  if (word.length <= maxTermUnits) {
    if (folded.size >= foldedWords) folded.clear();
    folded.set(word, term);
  }
  return term;
}
