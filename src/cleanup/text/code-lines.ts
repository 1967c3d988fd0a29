import { type Steps, stepLines } from "./steps.ts";

const MIN_CODE_LINES = 2;

/** Words that open a statement or a declaration in common languages, with the blank or sign behind them. */
const openings = [
  ..."import |export |const |let |var |function |async |await |return |return;|class |def |elif |except |except:|raise ".split(
    "|",
  ),
  ..."public |private |protected |static |package |func |fn |pub |impl |struct |enum |interface |namespace |typedef ".split(
    "|",
  ),
  ..."if (|for (|while (|switch (|} |} else|else:|try:|finally:|#include|#define|#ifdef|#endif|#!/|/*|*/|//|@|self.|this.".split(
    "|",
  ),
  ..."throw |extends |template<|using |module |begin|end;|SELECT |INSERT |CREATE |$ |>>> |describe(|it(|test(|expect(".split(
    "|",
  ),
];
const openingsByFirst = new Map<string, string[]>();
for (const opening of openings.filter((each) => each !== "")) {
  openingsByFirst.set(opening[0]!, [...(openingsByFirst.get(opening[0]!) ?? []), opening]);
}

/** The share, 0 to 1, of non-blank lines that look like source code; 0 where there are fewer than two of them. */
export function* codeShareSteps(lines: readonly string[], start: number, end: number): Steps<number> {
  let code = 0;
  let seen = 0;
  for (let i = start; i < end; i++) {
    if (i % stepLines === 0) yield;
    const line = lines[i]!;
    const from = contentStart(line);
    if (from >= line.length) continue;
    seen++;
    if (looksLikeCode(line, from)) code++;
  }
  return code < MIN_CODE_LINES ? 0 : code / seen;
}

/** True for a line that ends or begins as statements and declarations do. A line number in front is passed over. */
export function looksLikeCode(line: string, from = contentStart(line)): boolean {
  let end = line.length;
  while (end > from && line.charCodeAt(end - 1) <= 0x20) end--;
  if (end === from) return false;
  const last = line[end - 1]!;
  // A line of JSON lines is a record.
  if (last === "}" && line.startsWith('{"', from)) return false;
  if (last === "{" || last === "}" || last === ";" || last === "(") return true;
  if (last === "[" || last === "]" || last === ")" || last === ",") {
    if (closesCode(line, from, end)) return true;
  }
  if (last === ":" && blockOpening(line, from)) return true;
  return startsWithOne(line, from, openingsByFirst.get(line[from]!) ?? []);
}

/** `x = [`, `foo(bar)`, `"key": value,`, `],`: brackets and assignments rather than a clause of prose. */
function closesCode(line: string, from: number, end: number): boolean {
  if (end - from <= 3) return true;
  const limit = Math.min(end, from + 200);
  for (let i = from; i < limit; i++) {
    const code = line.charCodeAt(i);
    if (code === 0x3d && line[i + 1] === " ") return true;
    if (code === 0x28 && i > from && isWord(line.charCodeAt(i - 1))) return true;
    if (code === 0x3a && (line[i - 1] === '"' || line[i - 1] === "'")) return true;
  }
  return line[from] === '"' || line[from] === "'" || line[from] === "{" || line[from] === "[";
}

const blockOpenings = ["if ", "for ", "while ", "with ", "case ", "def ", "class ", "else", "try", "elif "];

function blockOpening(line: string, from: number): boolean {
  return startsWithOne(line, from, blockOpenings);
}

/** Whether one of `openings` stands there. */
export function startsWithOne(line: string, from: number, openings: readonly string[]): boolean {
  for (const opening of openings) if (line.startsWith(opening, from)) return true;
  return false;
}

/** Where the content of a line starts: behind its indentation and behind a line number as file viewers print it. */
export function contentStart(line: string): number {
  let i = skipBlanks(line, 0);
  const digits = i;
  while (line.charCodeAt(i) >= 0x30 && line.charCodeAt(i) <= 0x39) i++;
  if (i === digits || i > digits + 7) return digits;
  const mark = line[i];
  if (mark !== ":" && mark !== "\t" && mark !== "|" && mark !== "→") return digits;
  return skipBlanks(line, i + 1);
}

function skipBlanks(line: string, from: number): number {
  let i = from;
  while (i < line.length && line.charCodeAt(i) <= 0x20) i++;
  return i;
}

function isWord(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f
  );
}
