import { logTemplate } from "./log-lines.ts";
import { classifyLines, Region } from "./regions.ts";
import { foldRepeatedLines } from "./repeated-lines.ts";

/** Lines of one run that must be alike. */
const MIN_RUN = 4;
/** The longest block of lines whose repetition is looked for. */
const MAX_PERIOD = 8;

/**
 * Folds log lines that follow one another and differ only in numbers, times and ids into the first, a count and the
 * last; blocks of up to eight such lines likewise. Then folds lines that are the same.
 */
export function foldSimilarLines(text: string): string {
  const lines = lastOfRedrawn(text).split("\n");
  const templates = lines.map(logTemplate);
  let regions: Uint8Array | undefined;
  const out: string[] = [];
  for (let i = 0; i < lines.length; ) {
    const run = runAt(templates, i);
    if (run !== undefined) {
      regions ??= classifyLines(lines);
      const end = i + run.period * run.times;
      const removed = run.period * (run.times - 2);
      const marker = `[${removed} similar lines removed]`;
      if (!hasDiff(regions, i, end) && isShorter(lines, marker, i + run.period, end - run.period)) {
        for (let k = i; k < i + run.period; k++) out.push(lines[k]!);
        out.push(marker);
        for (let k = end - run.period; k < end; k++) out.push(lines[k]!);
        i = end;
        continue;
      }
      while (i < end) out.push(lines[i++]!);
      continue;
    }
    out.push(lines[i++]!);
  }
  return foldRepeatedLines(out.length < lines.length || lines.length === 1 ? out.join("\n") : lines.join("\n"));
}

function runAt(
  templates: readonly (string | undefined)[],
  start: number,
): { period: number; times: number } | undefined {
  if (templates[start] === undefined) return undefined;
  for (let period = 1; period <= MAX_PERIOD && templates[start + period - 1] !== undefined; period++) {
    let end = start + period;
    while (end < templates.length && templates[end] !== undefined && templates[end] === templates[end - period]) end++;
    const times = Math.floor((end - start) / period);
    if (times >= MIN_RUN) return { period, times };
  }
  return undefined;
}

function hasDiff(regions: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (regions[i] === Region.diff) return true;
  return false;
}

function isShorter(lines: readonly string[], marker: string, start: number, end: number): boolean {
  let length = 0;
  for (let i = start; i < end; i++) length += lines[i]!.length + 1;
  return marker.length + 1 < length;
}

/** Keeps what a terminal shows of progress that is redrawn by carriage returns: the last state of the line. */
function lastOfRedrawn(text: string): string {
  if (!text.includes("\r") || !text.includes("\n")) return text;
  return text
    .split("\n")
    .map((line) => {
      const end = line.endsWith("\r") ? line.length - 1 : line.length;
      const last = line.lastIndexOf("\r", end - 1);
      if (last < 0 || end === 0 || logTemplate(line.slice(last + 1, end)) === undefined) return line;
      return line.slice(last + 1);
    })
    .join("\n");
}
