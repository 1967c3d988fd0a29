import { type Fold, foldLines, isLonger, linesOf } from "./lines.ts";
import { dialectAt, type Trace, traceSteps } from "./stack-frames.ts";
import { type Steps, stepLines } from "./steps.ts";

/** How much of a stack trace stays. */
export interface TraceLimits {
  /** Traces with fewer frames stay whole. At least `nearest + farthest + 1`. */
  readonly minFrames: number;
  /** Frames kept at the place of the error. */
  readonly nearest: number;
  /** Frames kept at the other end. */
  readonly farthest: number;
}

/** Replaces the middle of stack traces by one line that says how many frames were there. Error messages stay. */
export function* traceShorteningSteps(text: string, limits: TraceLimits): Steps<string> {
  const lines = yield* linesOf(text);
  if (lines.length < limits.minFrames) return text;
  const folds: Fold[] = [];
  for (let i = 0; i < lines.length; ) {
    if (i % (stepLines / 4) === 0) yield;
    const dialect = dialectAt(lines, i);
    const trace = dialect && (yield* traceSteps(lines, i, dialect));
    const fold = trace && foldOf(lines, trace, limits);
    if (fold) folds.push(fold);
    i = trace?.end ?? i + 1;
  }
  return folds.length > 0 ? yield* foldLines(lines, folds) : text;
}

function foldOf(lines: readonly string[], { frames, end, nearest }: Trace, limits: TraceLimits): Fold | undefined {
  if (frames.length < limits.minFrames) return undefined;
  const first = nearest === "first" ? limits.nearest : limits.farthest;
  const last = nearest === "first" ? limits.farthest : limits.nearest;
  const from = frames[first]!;
  const to = last === 0 ? end : frames[frames.length - last]!;
  const removed = frames.length - first - last;
  const by = `    [${removed} stack frame${removed === 1 ? "" : "s"} removed]`;
  return isLonger(lines, from, to, by.length + 1) ? { from, to, by } : undefined;
}
