import { type Fold, foldLines, isLonger, linesOf } from "./lines.ts";
import { type Steps, stepLines } from "./steps.ts";

/** A dump shorter than this stays. */
const MIN_LINES = 8;
const KEEP_FIRST = 2;
const KEEP_LAST = 1;
/** Characters of a line that decide. */
const PREFIX = 200;
/** Lines that are read between two steps. */
const STEP = 256;

/** `00000010: 7f45 4c46 …` (xxd), `00000010  7f 45 …` (hexdump), `0000020 042577 …` (od), ` 0000 7f454c46 …` (objdump -s). */
const dumpLine =
  /^\s{0,4}(?:0x)?([0-9a-fA-F]{4,16}):?[ \t]{1,4}(?:[0-9a-fA-F]{2}|[0-9a-fA-F]{4}|[0-9]{6}|[0-9a-fA-F]{8})(?:[ \t]|$)/;
/** Two groups or more of one even width. */
const groups = /[ \t]([0-9a-fA-F]{2,8})[ \t]{1,3}([0-9a-fA-F]{2,8})(?=[ \t]|$)/;
/** `0x7ffe1230: 0x00000000 0x…` (gdb) and `0x7f, 0x45, …` (arrays in C). */
const wordLine = /^\s{0,16}(?:0x([0-9a-fA-F]{4,16})[^:]{0,40}:[ \t])?(?:[ \t]?0x[0-9a-fA-F]{2,16}[,\t ]{1,2}){3,64}/;

/** Replaces the middle of hex dumps by one line that says how many lines were there. */
export function* hexDumpSteps(text: string): Steps<string> {
  const lines = yield* linesOf(text);
  if (lines.length < MIN_LINES) return text;
  const folds: Fold[] = [];
  for (let i = 0; i < lines.length; ) {
    const end = offsetOf(lines[i]!) === undefined ? i : yield* dumpEnd(lines, i);
    if (i % stepLines === 0) yield;
    const from = i + KEEP_FIRST;
    const to = end - KEEP_LAST;
    const by = `[hex dump: ${to - from} lines removed]`;
    if (end - i >= MIN_LINES && isLonger(lines, from, to, by.length + 1)) folds.push({ from, to, by });
    i = Math.max(end, i + 1);
  }
  return folds.length > 0 ? yield* foldLines(lines, folds) : text;
}

/** Behind the dump that starts at line `start`: its offsets rise. `*` stands for equal lines. */
function* dumpEnd(lines: readonly string[], start: number): Steps<number> {
  let last = -1;
  let i = start;
  for (; i < lines.length; i++) {
    if (i % STEP === STEP - 1) yield;
    if (i > start && lines[i] === "*") continue;
    const offset = offsetOf(lines[i]!);
    if (offset === undefined || (offset !== ROW && offset <= last)) break;
    if (offset !== ROW) last = offset;
  }
  return i;
}

/** A row of bytes without an offset. */
const ROW = -1;

/** The offset in front of a line of a dump; undefined where the line is none. */
function offsetOf(line: string): number | undefined {
  const code = line.charCodeAt(0);
  // Most lines of prose and code are told by their first character.
  if (line.length < 16 || code > 0x66 || (code > 0x46 && code < 0x61)) return undefined;
  const prefix = line.length > PREFIX ? line.slice(0, PREFIX) : line;
  const dump = dumpLine.exec(prefix);
  if (dump !== null) {
    const pair = groups.exec(prefix);
    return pair !== null && pair[1]!.length === pair[2]!.length ? Number.parseInt(dump[1]!, 16) : undefined;
  }
  const word = wordLine.exec(prefix);
  return word === null ? undefined : word[1] === undefined ? ROW : Number.parseInt(word[1], 16);
}
