import { type Fold, foldLines, linesOf } from "./lines.ts";
import { isBlank, Region, regionSteps } from "./regions.ts";
import { type Steps, stepLines } from "./steps.ts";

/** The longest block of lines whose repetition is looked for. */
const MAX_PERIOD = 8;
const otherRegions = Object.values(Region).filter((region) => region !== Region.prose);
const marker = /^\[(?:line|\d+ lines) repeated \d+ more times\]\r?$/;

/**
 * Folds a line, or a block of up to eight lines, that stands three or more times in a row into one and a count.
 * Lines of code and diffs stay as they are. Nothing is folded that would not become shorter.
 */
export function* repeatedLineSteps(text: string): Steps<string> {
  const lines = yield* linesOf(text);
  if (lines.length < 3) return text;
  let regions: Uint8Array | undefined;
  const folds: Fold[] = [];
  for (let i = 0; i < lines.length; ) {
    if (i % stepLines === stepLines - 1) yield;
    const period = periodAt(lines, i);
    if (period === 0) {
      i++;
      continue;
    }
    const run = yield* repetitionAt(lines, i, period);
    regions ??= yield* regionSteps(lines);
    const end = i + period * run.times;
    const by = foldable(lines, regions, i, end, period) ? countLine(lines, i, run) : undefined;
    if (by !== undefined) folds.push({ from: i + period, to: end, by });
    i = end;
  }
  return folds.length > 0 ? yield* foldLines(lines, folds) : text;
}

interface Repetition {
  readonly period: number;
  readonly times: number;
}

/** The shortest period that repeats at least three times from line `start` on; 0 where there is none. */
function periodAt(lines: readonly string[], start: number): number {
  for (let period = 1; period <= MAX_PERIOD; period++) {
    let end = start + period;
    const third = Math.min(lines.length, end + 2 * period);
    // Most lines cost eight comparisons.
    while (end < third && lines[end] === lines[end - period]) end++;
    if (end === start + 3 * period) return period;
  }
  return 0;
}

function* repetitionAt(lines: readonly string[], start: number, period: number): Steps<Repetition> {
  let end = start + 3 * period;
  for (; end < lines.length && lines[end] === lines[end - period]; end++) if (end % stepLines === 0) yield;
  return { period, times: Math.floor((end - start) / period) };
}

function foldable(lines: readonly string[], regions: Uint8Array, start: number, end: number, period: number): boolean {
  const found = regions.subarray(start, end);
  for (const region of otherRegions) if (found.includes(region)) return false;
  let blank = true;
  for (let i = start; i < start + period; i++) {
    if (marker.test(lines[i]!)) return false;
    blank &&= isBlank(lines[i]!);
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
