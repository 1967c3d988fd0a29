import { linesOf, TextBuilder } from "./lines.ts";
import { Region, regionSteps } from "./regions.ts";
import { type Steps, Stride, stepChars } from "./steps.ts";

/** Values that an unfinished document must show before it is taken for JSON that was cut off. */
const MIN_VALUES_WHEN_CUT = 8;

/**
 * Removes white space between the tokens of JSON documents that start a line and end one (or are cut off by the end of
 * the text). A scanner checks the grammar; every other character stays: 1.0, 1e400, duplicate keys, escapes.
 * Documents in code and diffs stay as they are.
 */
export function* jsonSpaceSteps(text: string): Steps<string> {
  if (!text.includes("{") && !text.includes("[")) return text;
  let parts: TextBuilder | undefined;
  let kept = 0;
  const guard = yield* guardSteps(text);
  const stride = new Stride();
  for (let i = yield* spaceSteps(text, 0); i < text.length; ) {
    const lineStart = i;
    const code = text.charCodeAt(i);
    if ((code === 0x7b || code === 0x5b) && !guard?.holds(i)) {
      const document = new TextBuilder();
      const scan = yield* scanSteps(text, i, document);
      if (scan.done && endsLine(text, scan.end)) {
        parts ??= new TextBuilder();
        parts.push(text.slice(kept, i));
        parts.append(document);
        kept = scan.end;
      }
      // What a failed attempt has read is not read again: this keeps the time linear. One that read nothing moves on.
      i = Math.max(scan.end, i + 1);
    }
    const newline = text.indexOf("\n", i);
    if (newline < 0) break;
    i = newline + 1;
    if (stride.over(i - lineStart + 8)) yield;
  }
  if (parts === undefined) return text;
  parts.push(text.slice(kept));
  const out = parts.text();
  return out.length < text.length ? out : text;
}

/** Tells for rising offsets whether a line lies in a fence or a diff. */
class Guard {
  readonly #lines: readonly string[];
  readonly #regions: Uint8Array;
  #line = 0;
  #lineEnd: number;

  constructor(lines: readonly string[], regions: Uint8Array) {
    this.#lines = lines;
    this.#regions = regions;
    this.#lineEnd = lines[0]!.length;
  }

  holds(offset: number): boolean {
    while (this.#lineEnd < offset) this.#lineEnd += this.#lines[++this.#line]!.length + 1;
    const region = this.#regions[this.#line];
    return region === Region.fence || region === Region.diff;
  }
}

/** Nothing where the text has no such thing. */
function* guardSteps(text: string): Steps<Guard | undefined> {
  if (!text.includes("```") && !text.includes("~~~") && !text.includes("@@ -") && !text.includes("<<<<<<< ")) {
    return undefined;
  }
  const lines = yield* linesOf(text);
  return new Guard(lines, yield* regionSteps(lines));
}

function* spaceSteps(text: string, from: number): Steps<number> {
  let i = from;
  for (; isJsonSpace(text.charCodeAt(i)); i++) if (i % stepChars === stepChars - 1) yield;
  return i;
}

function endsLine(text: string, end: number): boolean {
  let i = end;
  while (text[i] === " " || text[i] === "\t" || text[i] === "\r") i++;
  return i >= text.length || text[i] === "\n";
}

interface Scan {
  /** A whole document, or one that only the end of the text broke off. */
  readonly done: boolean;
  /** Behind the document, or where the grammar was broken. */
  readonly end: number;
}

/** What the grammar allows next. */
const Expect = { value: 0, firstValue: 1, key: 2, firstKey: 3, colon: 4, commaOrEnd: 5 } as const;

/** Reads a document and adds it to `parts` without the white space between its tokens. */
function* scanSteps(text: string, start: number, parts: TextBuilder): Steps<Scan> {
  const stack: number[] = [];
  let expect: number = Expect.value;
  let values = 0;
  let from = start;
  let i = start;
  let pause = start + stepChars;
  while (i < text.length) {
    if (i >= pause) {
      pause = i + stepChars;
      yield;
    }
    const code = text.charCodeAt(i);
    if (isJsonSpace(code)) {
      if (i > from) parts.push(text.slice(from, i));
      do i++;
      while (i < pause && isJsonSpace(text.charCodeAt(i)));
      from = i;
      continue;
    }
    if (code === 0x22) {
      let end = stringEnd(text, i + 1, pause);
      while (end <= PAUSED) {
        yield;
        end = stringEnd(text, PAUSED - end, PAUSED - end + stepChars);
      }
      if (end < 0)
        return end === CUT && values >= MIN_VALUES_WHEN_CUT
          ? endScan(text, parts, from, text.length, true)
          : endScan(text, parts, from, i + 1, false);
      if (expect === Expect.key || expect === Expect.firstKey) expect = Expect.colon;
      else if (expect === Expect.value || expect === Expect.firstValue) expect = Expect.commaOrEnd;
      else return endScan(text, parts, from, i, false);
      values++;
      i = end;
    } else if (code === 0x2c && expect === Expect.commaOrEnd) {
      expect = stack.at(-1) === 0x7b ? Expect.key : Expect.value;
      i++;
    } else if (code === 0x3a && expect === Expect.colon) {
      expect = Expect.value;
      i++;
    } else if ((code === 0x7b || code === 0x5b) && (expect === Expect.value || expect === Expect.firstValue)) {
      stack.push(code);
      expect = code === 0x7b ? Expect.firstKey : Expect.firstValue;
      i++;
    } else if (closes(code, stack.at(-1), expect)) {
      stack.pop();
      expect = Expect.commaOrEnd;
      i++;
      if (stack.length === 0) return endScan(text, parts, from, i, true);
    } else if (expect === Expect.value || expect === Expect.firstValue) {
      const end = literalEnd(text, i);
      if (end <= i) return endScan(text, parts, from, i, false);
      expect = Expect.commaOrEnd;
      values++;
      i = end;
    } else return endScan(text, parts, from, i, false);
  }
  return endScan(text, parts, from, i, values >= MIN_VALUES_WHEN_CUT);
}

/** Adds the rest of what was read, up to where it ended or broke off. A function made in the scan would be compiled with each. */
function endScan(text: string, parts: TextBuilder, from: number, end: number, done: boolean): Scan {
  parts.push(text.slice(from, end));
  return { done, end };
}

function closes(code: number, open: number | undefined, expect: number): boolean {
  if (code === 0x7d) return open === 0x7b && (expect === Expect.commaOrEnd || expect === Expect.firstKey);
  return code === 0x5d && open === 0x5b && (expect === Expect.commaOrEnd || expect === Expect.firstValue);
}

const CUT = -1;
const BROKEN = -2;
/** Less the offset where to go on. */
const PAUSED = -3;

/**
 * Behind the string that goes on at `from`; CUT where the text ends in it, BROKEN where it holds a control character. Where
 * it goes on behind `pause`, PAUSED less the offset.
 */
function stringEnd(text: string, from: number, pause: number): number {
  for (let i = from; i < text.length; i++) {
    if (i > pause) return PAUSED - i;
    const code = text.charCodeAt(i);
    if (code === 0x22) return i + 1;
    if (code === 0x5c) i++;
    else if (code < 0x20) return BROKEN;
  }
  return CUT;
}

/** Behind a number, `true`, `false` or `null` at `start`, or `start` where there is none. */
function literalEnd(text: string, start: number): number {
  for (const word of ["true", "false", "null"]) if (text.startsWith(word, start)) return start + word.length;
  let i = start;
  if (text[i] === "-") i++;
  const whole = digitsEnd(text, i);
  if (whole === i || (text[i] === "0" && whole > i + 1)) return start;
  i = whole;
  if (text[i] === ".") {
    const end = digitsEnd(text, i + 1);
    if (end === i + 1) return start;
    i = end;
  }
  if (text[i] === "e" || text[i] === "E") {
    const from = text[i + 1] === "+" || text[i + 1] === "-" ? i + 2 : i + 1;
    const end = digitsEnd(text, from);
    if (end === from) return start;
    i = end;
  }
  return i;
}

/** Behind the digits at `from`; `from` where there are more than any number has. */
function digitsEnd(text: string, from: number): number {
  let i = from;
  while (text.charCodeAt(i) >= 0x30 && text.charCodeAt(i) <= 0x39) if (++i - from > stepChars) return from;
  return i;
}

function isJsonSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
