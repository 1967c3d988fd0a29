import { looksLikeCode } from "./code-lines.ts";
import { headingLevel } from "./headings.ts";
import { classifyLines, isBlank, Region } from "./regions.ts";
import { addTrimmed, cutBefore, type Span, sentencesOf } from "./sentences.ts";

export const UnitKind = { sentence: 0, line: 1, code: 2, signature: 3, heading: 4, diff: 5 } as const;

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
}

/** The longest line that is one unit. */
const MAX_LINE = 500;
/** A line at least this long that ends in no end mark goes on in the next line. */
const MIN_WRAPPED = 45;

const signature =
  /^\s*(?:\d+[:\t|→]\s*)?(?:export |default |declare |abstract |public |private |protected |static |async |final |pub(?:\([a-z]+\))? |unsafe )*(?:function\*? |class |interface |type \w+ =|enum |struct |trait |impl[ <]|def |fn |func |namespace |module |template|typedef |const \w+ = (?:async )?\(|#define )/;

/** Splits a text into units, in order; white space between them belongs to none. Linear. */
export function unitsOf(text: string): Unit[] {
  const lines = text.split("\n");
  const regions = classifyLines(lines);
  const units: Unit[] = [];
  let paragraph = 0;
  let offset = 0;
  for (let i = 0; i < lines.length; ) {
    const line = lines[i]!;
    if (isBlank(line)) {
      paragraph++;
      offset += line.length + 1;
      i++;
      continue;
    }
    const region = regions[i]!;
    if (region !== Region.prose) {
      addCode(units, text, line, offset, region, paragraph);
      offset += line.length + 1;
      i++;
      continue;
    }
    const level = headingLevel(lines, i);
    if (level > 0) paragraph++;
    let end = offset + line.length;
    let next = i + 1;
    while (level === 0 && next < lines.length && regions[next] === Region.prose && wraps(lines, next - 1)) {
      end += lines[next]!.length + 1;
      next++;
    }
    if (level > 0) addSpans(units, trimmed(text, offset, end), UnitKind.heading, paragraph++, level);
    else {
      const kind = next > i + 1 || line.length > 80 ? UnitKind.sentence : UnitKind.line;
      addSpans(units, sentencesOf(text, offset, end), kind, paragraph, 0);
    }
    offset = end + 1;
    i = next;
  }
  return units;
}

function addSpans(units: Unit[], spans: readonly Span[], kind: number, paragraph: number, level: number): void {
  for (const [start, end] of spans) {
    units.push({ start, end, kind, paragraph, level, first: units.at(-1)?.paragraph !== paragraph });
  }
}

function addCode(units: Unit[], text: string, line: string, offset: number, region: number, paragraph: number): void {
  const kind =
    region === Region.diff ? UnitKind.diff : signature.test(line.slice(0, 120)) ? UnitKind.signature : UnitKind.code;
  // Indentation is part of a line of code.
  const end = offset + line.trimEnd().length;
  for (let from = offset; from < end; ) {
    const to = end - from <= MAX_LINE ? end : cutBefore(text, from + (MAX_LINE >> 1), from + MAX_LINE);
    addSpans(units, [[from, to]], kind, paragraph, 0);
    from = to;
  }
}

function trimmed(text: string, start: number, end: number): Span[] {
  const spans: Span[] = [];
  addTrimmed(spans, text, start, end);
  return spans;
}

/** True where the line's sentence goes on in the next line: the text is wrapped, not a list or a log. */
function wraps(lines: readonly string[], i: number): boolean {
  const line = lines[i]!;
  const next = lines[i + 1]!;
  if (line.length < MIN_WRAPPED || isBlank(next)) return false;
  const end = line.trimEnd();
  if (".!?:;。！？।|>".includes(end.at(-1)!)) return false;
  const first = next.trimStart();
  const code = first.codePointAt(0) ?? 0x20;
  if (/^(?:[-*+•|#>]|\d+[.)]|\[)/.test(first) || looksLikeCode(next)) return false;
  const char = String.fromCodePoint(code);
  // A capital may start a name; a line that is much shorter than its neighbour is an entry of its own.
  return (
    char === char.toLowerCase() ||
    (end.length > 60 && next.length > 20 && char !== char.toLowerCase() && !/^\S+:/.test(first))
  );
}
