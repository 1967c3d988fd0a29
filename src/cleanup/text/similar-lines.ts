import { type Fold, foldLines, isLonger, linesOf } from "./lines.ts";
import { logTemplate } from "./log-lines.ts";
import { Region, regionSteps } from "./regions.ts";
import { repeatedLineSteps } from "./repeated-lines.ts";
import { type Steps, Stride, stepLines } from "./steps.ts";

/** Lines of one run that must be alike. */
const MIN_RUN = 4;
/** The longest block of lines whose repetition is looked for. */
const MAX_PERIOD = 8;

/**
 * Folds log lines that follow one another and differ only in numbers, times and ids into the first, a count and the
 * last; blocks of up to eight such lines likewise. Then folds lines that are the same.
 */
export function* similarLineSteps(text: string): Steps<string> {
  const given = yield* linesOf(text);
  const lines = text.includes("\r") ? yield* lastOfRedrawn(given) : given;
  const redrawn = lines !== given;
  const templates = yield* templatesOf(lines);
  let regions: Uint8Array | undefined;
  const folds: Fold[] = [];
  for (let i = 0; i < lines.length; ) {
    if (i % stepLines === stepLines - 1) yield;
    const period = periodAt(templates, i);
    if (period === 0) {
      i++;
      continue;
    }
    const times = yield* timesOf(templates, i, period);
    regions ??= yield* regionSteps(lines);
    const end = i + period * times;
    const fold = { from: i + period, to: end - period, by: `[${period * (times - 2)} similar lines removed]` };
    const isDiff = regions.subarray(i, end).includes(Region.diff);
    if (!isDiff && isLonger(lines, fold.from, fold.to, fold.by.length + 1)) folds.push(fold);
    i = end;
  }
  return yield* repeatedLineSteps(folds.length > 0 || redrawn ? yield* foldLines(lines, folds) : text);
}

function* templatesOf(lines: readonly string[]): Steps<readonly (string | undefined)[]> {
  const templates: (string | undefined)[] = [];
  const stride = new Stride();
  for (const line of lines) {
    templates.push(logTemplate(line));
    // An expression reads a character more slowly than a loop does.
    if (stride.over(4 * Math.min(line.length, 400) + 64)) yield;
  }
  return templates;
}

/** The shortest period of templates that repeats often enough from line `start` on; 0 where there is none. */
function periodAt(templates: readonly (string | undefined)[], start: number): number {
  if (templates[start] === undefined) return 0;
  for (let period = 1; period <= MAX_PERIOD && templates[start + period - 1] !== undefined; period++) {
    const enough = start + MIN_RUN * period;
    let end = start + period;
    while (end < enough && isAlike(templates, end, period)) end++;
    if (end === enough) return period;
  }
  return 0;
}

function* timesOf(templates: readonly (string | undefined)[], start: number, period: number): Steps<number> {
  let end = start + MIN_RUN * period;
  for (; isAlike(templates, end, period); end++) if (end % stepLines === 0) yield;
  return Math.floor((end - start) / period);
}

const isAlike = (templates: readonly (string | undefined)[], i: number, period: number): boolean =>
  templates[i] !== undefined && templates[i] === templates[i - period];

/** Keeps what a terminal shows of progress that is redrawn by carriage returns: the last state of the line. */
function* lastOfRedrawn(given: readonly string[]): Steps<readonly string[]> {
  if (given.length === 1) return given;
  let lines: string[] | undefined;
  const stride = new Stride();
  for (const [i, line] of given.entries()) {
    if (stride.over(line.length + 8)) yield;
    const end = line.endsWith("\r") ? line.length - 1 : line.length;
    const last = line.lastIndexOf("\r", end - 1);
    if (last < 0 || end === 0 || logTemplate(line.slice(last + 1, end)) === undefined) continue;
    lines ??= [...given];
    lines[i] = line.slice(last + 1);
  }
  return lines ?? given;
}
