import { classifyLines, isBlank, Region } from "./regions.ts";

/** The longest block of lines whose repetition is looked for. */
const MAX_PERIOD = 8;
const marker = /^\[(?:line|\d+ lines) repeated \d+ more times\]\r?$/;

/**
 * Folds a line, or a block of up to eight lines, that stands three or more times in a row into one and a count.
 * Lines of code and diffs stay as they are. Nothing is folded that would not become shorter.
 */
export function foldRepeatedLines(text: string): string {
  const lines = text.split("\n");
  if (lines.length < 3) return text;
  let regions: Uint8Array | undefined;
  const out: string[] = [];
  let folded = false;
  for (let i = 0; i < lines.length; ) {
    const run = repetitionAt(lines, i);
    if (run === undefined) {
      out.push(lines[i++]!);
      continue;
    }
    regions ??= classifyLines(lines);
    const end = i + run.period * run.times;
    const fold = foldable(lines, regions, i, end, run.period) ? countLine(lines, i, run) : undefined;
    if (fold === undefined) {
      while (i < end) out.push(lines[i++]!);
      continue;
    }
    for (let k = 0; k < run.period; k++) out.push(lines[i + k]!);
    out.push(fold);
    folded = true;
    i = end;
  }
  return folded ? out.join("\n") : text;
}

interface Repetition {
  readonly period: number;
  readonly times: number;
}

/** The shortest period that repeats at least three times from line `start` on. */
function repetitionAt(lines: readonly string[], start: number): Repetition | undefined {
  for (let period = 1; period <= MAX_PERIOD; period++) {
    let end = start + period;
    // The third repetition is looked at only where the second one holds, so most lines cost eight comparisons.
    while (end < lines.length && lines[end] === lines[end - period]) end++;
    const times = Math.floor((end - start) / period);
    if (times >= 3) return { period, times };
  }
  return undefined;
}

function foldable(lines: readonly string[], regions: Uint8Array, start: number, end: number, period: number): boolean {
  let blank = true;
  for (let i = start; i < end; i++) {
    if (regions[i] !== Region.prose) return false;
    if (i < start + period) {
      if (marker.test(lines[i]!)) return false;
      blank &&= isBlank(lines[i]!);
    }
  }
  return !blank;
}

/** The line that stands for the repetitions, or undefined where it is not shorter than they are. */
function countLine(lines: readonly string[], start: number, { period, times }: Repetition): string | undefined {
  let length = 0;
  for (let k = 0; k < period; k++) length += lines[start + k]!.length + 1;
  const what = period === 1 ? "line" : `${period} lines`;
  const line = `[${what} repeated ${times - 1} more times]${lines[start + period - 1]!.endsWith("\r") ? "\r" : ""}`;
  return line.length + 1 < length * (times - 1) ? line : undefined;
}
