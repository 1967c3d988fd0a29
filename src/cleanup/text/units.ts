import { contentStart, looksLikeCode } from "./code-lines.ts";
import { headingLevel } from "./headings.ts";
import { linesOf } from "./lines.ts";
import { isBlank, Region, regionSteps } from "./regions.ts";
import { addTrimmed, cutBefore, type Span, sentencesOf } from "./sentences.ts";

/** `context` and `change` are lines of a diff, `data` is a part of a line of JSON. */
export const UnitKind = {
  sentence: 0,
  line: 1,
  code: 2,
  signature: 3,
  heading: 4,
  context: 5,
  change: 6,
  data: 7,
} as const;

/** What a summary is made of: a sentence, a line of a list or log, a line of code, a heading. */
export interface Unit {
  readonly start: number;
  readonly end: number;
  readonly kind: number;
  /** Units of one paragraph stand together: sentences of a paragraph, lines of a block. */
  readonly paragraph: number;
  /** 1 to 6 for headings, else 0. */
  readonly level: number;
  /** True for the first unit of its paragraph. */
  readonly first: boolean;
  /** Steps of indentation of a line of code. */
  readonly depth: number;
  /** Which of how many equal lines it is; a line that stands there often is a prompt, a frame, boilerplate. */
  readonly repeat: Repeat;
}

export interface Repeat {
  /** Counted from 1. */
  readonly at: number;
  readonly line: { times: number };
}

/** The longest line that is one unit, and the longest part of a line of JSON. */
const MAX_LINE = 400;
const MAX_DATA = 160;
/** A line at least this long that ends in no end mark goes on in the next line. */
const MIN_WRAPPED = 45;
/** The longest line that is looked up among the lines before. */
const MAX_REPEATED = 200;

const signature =
  /^(?:export |default |declare |abstract |public |private |protected |static |async |final |pub(?:\([a-z]+\))? |unsafe )*(?:function\*? |class |interface |type \w+ =|enum |struct |trait |impl[ <]|def |fn |func |namespace |module |template|typedef |const \w+ = (?:async )?\(|#define )/;

/** Splits a text into units, in order; white space between them belongs to none. Linear; pauses now and then. */
export function* unitSteps(text: string): Generator<void, Unit[]> {
  const lines = yield* linesOf(text);
  yield;
  const regions = yield* regionSteps(lines);
  yield;
  const builder = new UnitBuilder(text);
  let offset = 0;
  for (let i = 0; i < lines.length; ) {
    const line = lines[i]!;
    let next = i + 1;
    let end = offset + line.length;
    if (isBlank(line)) builder.paragraph++;
    else if (isData(line)) builder.addData(offset, end);
    else if (regions[i] !== Region.prose) builder.addCode(line, offset, regions[i]!);
    else {
      const level = headingLevel(lines, i);
      while (level === 0 && next < lines.length && regions[next] === Region.prose && wraps(lines, next - 1)) {
        end += lines[next]!.length + 1;
        next++;
      }
      if (level > 0) builder.addHeading(offset, end, level);
      else builder.addProse(offset, end, next > i + 1 || line.length > 80);
    }
    const many = i >> 9 !== next >> 9 || offset >> 13 !== end >> 13;
    offset = end + 1;
    if (many) yield;
    i = next;
  }
  return builder.units;
}

class UnitBuilder {
  readonly units: Unit[] = [];
  paragraph = 0;
  readonly #text: string;
  readonly #seen = new Map<string, { times: number }>();

  constructor(text: string) {
    this.#text = text;
  }

  addHeading(start: number, end: number, level: number): void {
    this.paragraph++;
    this.#add(trimmed(this.#text, start, end), UnitKind.heading, level);
    this.paragraph++;
  }

  addProse(start: number, end: number, wide: boolean): void {
    const spans = sentencesOf(this.#text, start, end);
    this.#add(
      spans,
      wide ? UnitKind.sentence : UnitKind.line,
      0,
      0,
      spans.length === 1 ? this.#repeat(start, end) : alone,
    );
  }

  addCode(line: string, offset: number, region: number): void {
    const from = contentStart(line);
    const end = offset + line.trimEnd().length;
    if (end <= offset + from) return;
    let kind: number = UnitKind.code;
    if (region === Region.diff) kind = line[0] === "+" || line[0] === "-" ? UnitKind.change : UnitKind.context;
    else if (signature.test(line.slice(from, from + 120))) kind = UnitKind.signature;
    // Indentation is part of a line of code.
    const spans: Span[] = [];
    for (let at = offset; at < end; ) {
      const to = end - at <= MAX_LINE ? end : cutBefore(this.#text, at + (MAX_LINE >> 1), at + MAX_LINE);
      spans.push([at, to]);
      at = to;
    }
    this.#add(spans, kind, 0, depthOf(line, from), this.#repeat(offset + from, end));
  }

  addData(start: number, end: number): void {
    const spans: Span[] = [];
    for (let from = start; from < end; ) {
      const to = end - from <= MAX_DATA ? end : dataCut(this.#text, from, from + MAX_DATA);
      addTrimmed(spans, this.#text, from, to);
      from = to;
    }
    this.#add(spans, UnitKind.data, 0, 0, this.#repeat(start, end));
  }

  #add(spans: readonly Span[], kind: number, level: number, depth = 0, repeat = alone): void {
    for (const [start, end] of spans) {
      const first = this.units.at(-1)?.paragraph !== this.paragraph;
      this.units.push({ start, end, kind, paragraph: this.paragraph, level, first, depth, repeat });
    }
  }

  #repeat(start: number, end: number): Repeat {
    if (end - start > MAX_REPEATED) return alone;
    const text = this.#text.slice(start, end);
    let line = this.#seen.get(text);
    if (line === undefined) {
      line = { times: 0 };
      this.#seen.set(text, line);
    }
    return { at: ++line.times, line };
  }
}

const alone: Repeat = { at: 1, line: { times: 1 } };

/** A line of JSON, perhaps behind a short label (`tool: {"id":…`). */
function isData(line: string): boolean {
  if (line.length < 40) return false;
  let at = 0;
  if (line[0] !== "{" && line[0] !== "[") {
    const label = line.slice(0, 24).indexOf(": ");
    if (label < 0) return false;
    at = label + 2;
  }
  if (line[at] !== "{" && line[at] !== "[") return false;
  const quote = line[at + 1] === "{" || line[at + 1] === "[" ? at + 2 : at + 1;
  return line[quote] === '"' || (line[quote] === "{" && line[quote + 1] === '"');
}

/** Behind the last member or element that ends before `high`. */
function dataCut(text: string, low: number, high: number): number {
  for (let i = high; i > low + 40; i--) {
    if (text[i - 1] !== "," && text[i - 2] !== ",") continue;
    const code = text.charCodeAt(i);
    if (code === 0x22 || code === 0x7b || code === 0x5b) return i;
  }
  return cutBefore(text, low + 40, high);
}

/** Tabs, or half the pairs of blanks, in front of the content. */
function depthOf(line: string, from: number): number {
  let depth = 0;
  for (let i = from - 1; i >= 0; i--) {
    if (line[i] === "\t") depth++;
    else if (line[i] === " ") depth += 0.25;
    else break;
  }
  return depth;
}

function trimmed(text: string, start: number, end: number): Span[] {
  const spans: Span[] = [];
  addTrimmed(spans, text, start, end);
  return spans;
}

const startsEntry = /^(?:[-*+•|#>]|\d+[.)]|\[|\S+:)/;
/** Lines before and behind that show how wide a text is wrapped, and the widest it is. */
const NEIGHBOURS = 6;
const MAX_WIDTH = 130;

/** True where the line's sentence goes on in the next line: the text is wrapped, not a list or a log. */
function wraps(lines: readonly string[], i: number): boolean {
  const line = lines[i]!;
  const next = lines[i + 1]!;
  if (line.length < MIN_WRAPPED || line.length > MAX_WIDTH || isBlank(next)) return false;
  const end = line.trimEnd();
  if (".!?:;。！？।|>".includes(end.at(-1)!)) return false;
  const first = next.trimStart();
  if (startsEntry.test(first.slice(0, 60)) || isData(next) || looksLikeCode(next)) return false;
  let width = 0;
  for (let k = Math.max(0, i - NEIGHBOURS); k <= i + NEIGHBOURS && k < lines.length; k++) {
    width = Math.max(width, Math.min(MAX_WIDTH + 1, lines[k]!.length));
  }
  // The next line's first word had no room on this one: the mark of a text that was wrapped.
  const blank = first.indexOf(" ");
  return width <= MAX_WIDTH && end.length + 1 + (blank < 0 ? first.length : blank) > width - 2;
}
