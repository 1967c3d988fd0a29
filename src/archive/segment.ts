import { base, classOf, ending, hangul, leading, letter, mark, plainBase, stacking } from "./character-class.ts";
import { fold } from "./fold.ts";

/** Called for each term of a text. `start` and `end` are UTF-16 offsets; `position` counts words, for adjacency. */
export type TermVisitor = (term: string, start: number, end: number, position: number) => void;

/**
 * Takes the plain characters of scripts without spaces, and their pairs, by their codes: a Chinese text has so many of them
 * that making a string of each takes longer than all else.
 */
export interface CodeVisitor {
  unit(code: number): void;
  pair(first: number, second: number): void;
}

/** Longer runs (hashes, base64) are indexed, and searched, by this many UTF-16 units of their beginning. */
const maxTermUnits = 64;
/** A character with more marks than any script has is cut. */
const maxClusterUnits = 16;

const asciiWord = /^\w+$/;
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

/**
 * Visits the terms of `text`, in order. Texts and queries are cut by one code, so that what is found does not depend on
 * which of the two it was, nor on the engine. Terms are folded (see `fold`).
 *
 * - Scripts with spaces: runs of letters, marks and digits.
 * - Identifiers: the whole without its underscores, then its parts (`fooBar`, `foo_bar` → foobar, foo, bar). Runs too
 *   long for an identifier (base64) are cut at underscores only.
 * - Korean: words, and in words of three syllables or more also each pair of neighbours (particles are written together
 *   with their word).
 * - Chinese, Japanese, Thai, Lao, Khmer, Burmese: each unit (a character; in the last four a consonant with its vowels
 *   and signs), and each pair of neighbours. Such a word of a query stands for its pairs, and a single unit for itself:
 *   every part of a text is found, whatever a dictionary would call a word.
 *
 * @param codes takes what it can in place of `visit`
 * @returns the number of terms visited, the text's length for ranking.
 */
export function visitTerms(text: string, visit: TermVisitor, codes?: CodeVisitor): number {
  return visitAll(text, visit, false, codes);
}

/** The distinct terms of a query, in order, at most `limit`. */
export function queryTerms(query: string, limit: number): string[] {
  const terms = new Set<string>();
  // Enough for any query that a person or a model writes; a pasted document is cut, not refused.
  const visit: TermVisitor = (term) => {
    if (terms.size < limit) terms.add(term);
  };
  visitAll(query.slice(0, 20_000), visit, true);
  return [...terms];
}

function visitAll(text: string, visit: TermVisitor, isQuery: boolean, codes?: CodeVisitor): number {
  const scan = new Scan(text, visit, isQuery, codes);
  scan.run();
  return scan.terms;
}

/** So many UTF-16 units of a text, or one less where the cut would split a character. */
export function wholeUnits(text: string, units: number): number {
  const splits = units > 0 && units < text.length && (text.charCodeAt(units - 1) & 0xfc00) === 0xd800;
  return splits && (text.charCodeAt(units) & 0xfc00) === 0xdc00 ? units - 1 : Math.min(units, text.length);
}

class Scan {
  readonly text: string;
  readonly visit: TermVisitor;
  readonly isQuery: boolean;
  readonly codes: CodeVisitor | undefined;
  terms = 0;
  position = 0;

  constructor(text: string, visit: TermVisitor, isQuery: boolean, codes: CodeVisitor | undefined) {
    this.text = text;
    this.visit = visit;
    this.isQuery = isQuery;
    this.codes = codes;
  }

  run(): void {
    const { text } = this;
    const { length } = text;
    for (let at = 0; at < length; ) {
      const code = text.charCodeAt(at);
      if (code < 128) {
        if (asciiClass[code] === 0) at++;
        else at = this.asciiRun(at);
        continue;
      }
      const kind = this.classAt(at);
      if (kind === letter || kind === mark) at = this.letterRun(at, at);
      else if (kind === hangul) at = this.hangulRun(at);
      else if (kind !== 0) at = this.spacelessRun(at);
      else at += this.sizeAt(at);
    }
  }

  classAt(at: number): number {
    const code = this.text.charCodeAt(at);
    return (code & 0xf800) === 0xd800 ? classOf(this.text.codePointAt(at)!) : classOf(code);
  }

  sizeAt(at: number): number {
    const { text } = this;
    if ((text.charCodeAt(at) & 0xfc00) !== 0xd800) return 1;
    return (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00 ? 2 : 1;
  }

  /** A run that begins with an ASCII letter, digit or underscore. @returns its end, as all of these do. */
  asciiRun(start: number): number {
    const { text } = this;
    let end = start + 1;
    let code = 0;
    for (; end < text.length; end++) {
      code = text.charCodeAt(end);
      if (code >= 128 || asciiClass[code] === 0) break;
    }
    if (end < text.length && code >= 128) {
      const kind = this.classAt(end);
      if (kind === letter || kind === mark) return this.letterRun(start, end);
    }
    this.identifier(start, end);
    return end;
  }

  /** An ASCII run of letters, digits and underscores. */
  identifier(start: number, end: number): void {
    const { text } = this;
    const cutsCase = end - start <= maxTermUnits;
    let parts = 0;
    let seen = 0;
    let previous = 0;
    for (let at = start; at < end; at++) {
      const kind = asciiClass[text.charCodeAt(at)]!;
      if (startsPart(text, at, end, previous, kind, cutsCase)) parts++;
      seen |= kind;
      previous = kind;
    }
    if (parts === 0) return;
    const run = text.slice(start, end);
    const cased = seen & upper ? run.toLowerCase() : run;
    this.emit(seen & underscore ? cased.replaceAll("_", "") : cased, start, end);
    if (parts > 1) this.parts(start, end, cutsCase);
    else this.position++;
  }

  parts(start: number, end: number, cutsCase: boolean): void {
    const { text } = this;
    let from = -1;
    let previous = 0;
    for (let at = start; at <= end; at++) {
      const kind = at < end ? asciiClass[text.charCodeAt(at)]! : underscore;
      const starts = at < end && startsPart(text, at, end, previous, kind, cutsCase);
      if (from >= 0 && (starts || kind === underscore)) {
        this.emit(text.slice(from, at).toLowerCase(), from, at);
        this.position++;
        from = -1;
      }
      if (starts) from = at;
      previous = kind;
    }
  }

  /** A run with letters beyond ASCII; `from` is where its end is looked for. */
  letterRun(start: number, from: number): number {
    const { text } = this;
    let end = from;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      if (code < 128 ? asciiClass[code] === 0 : !isLetter(this.classAt(end))) break;
      end += this.sizeAt(end);
    }
    const run = text.slice(start, end);
    for (let at = 0; at < run.length; ) {
      const bar = run.indexOf("_", at);
      const stop = bar < 0 ? run.length : bar;
      if (stop > at) this.word(run.slice(at, stop), start + at);
      at = stop + 1;
    }
    return end;
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
    this.position++;
  }

  hangulRun(start: number): number {
    const { text } = this;
    let end = start + 1;
    while (end < text.length && classOf(text.charCodeAt(end)) === hangul) end++;
    this.emit(text.slice(start, end), start, end);
    if (end - start > 2) {
      for (let at = start; at + 2 <= end; at++) this.emit(text.slice(at, at + 2), start, end);
    }
    this.position++;
    return end;
  }

  /** A run of a script without spaces. */
  spacelessRun(start: number): number {
    const { text, codes } = this;
    let units = 0;
    let before = "";
    let codeBefore = 0;
    let beforeStart = start;
    let at = start;
    while (at < text.length) {
      const end = this.clusterEnd(at);
      if (end === at) break;
      const code = end === at + 1 && classOf(text.charCodeAt(at)) === plainBase ? text.charCodeAt(at) : 0;
      const unit = code === 0 ? fold(text.slice(at, end)) : codes === undefined ? text[at]! : "";
      if (unit !== "" || code !== 0) {
        if (units > 0) {
          if (unit === "" && before === "") codes!.pair(codeBefore, code);
          else this.emit((before || char(codeBefore)) + (unit || char(code)), beforeStart, end);
          this.position++;
        }
        if (unit === "") codes!.unit(code);
        else if (!this.isQuery) this.emit(unit, at, end);
        if (unit === "") this.terms += units > 0 && before === "" ? 2 : 1;
        before = unit;
        codeBefore = code;
        beforeStart = at;
        units++;
      }
      at = end;
    }
    if (this.isQuery && units === 1) this.emit(before, beforeStart, at);
    this.position++;
    return at;
  }

  /** The end of the unit that begins at `start`: `start` itself where none does. */
  clusterEnd(start: number): number {
    const { text } = this;
    const most = Math.min(text.length, start + maxClusterUnits);
    // Most are followed by one of their kind.
    if (this.classAt(start) === plainBase && start + 1 < most && this.classAt(start + 1) === plainBase) {
      return start + this.sizeAt(start);
    }
    let at = start;
    while (at < most && this.classAt(at) === leading) at++;
    if (at < most && isBase(this.classAt(at))) at += this.sizeAt(at);
    while (at < most) {
      const kind = this.classAt(at);
      if (kind === stacking) {
        at++;
        if (at < most && isBase(this.classAt(at))) at += this.sizeAt(at);
      } else if (kind === ending || (kind === mark && at > start)) at += this.sizeAt(at);
      else break;
    }
    return at;
  }

  emit(term: string, start: number, end: number): void {
    this.terms++;
    if (term.length > maxTermUnits) term = term.slice(0, maxTermUnits).replace(loneSurrogateEnd, "");
    this.visit(term, start, end, this.position);
  }
}

/** A part starts after an underscore and, with `cutsCase`, at the border aB, and before the last capital of ABc. */
function startsPart(text: string, at: number, end: number, previous: number, kind: number, cutsCase: boolean): boolean {
  if (kind === underscore) return false;
  if (previous === 0 || previous === underscore) return true;
  if (kind !== upper || !cutsCase) return false;
  if (previous !== upper) return true;
  return at + 1 < end && asciiClass[text.charCodeAt(at + 1)] === lower;
}

function isLetter(kind: number): boolean {
  return kind === letter || kind === mark;
}

function isBase(kind: number): boolean {
  return kind === plainBase || kind === base;
}

const char = (code: number): string => String.fromCharCode(code);
