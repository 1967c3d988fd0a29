import { type Trace, traceAt } from "./stack-frames.ts";

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
export function shortenTraces(text: string, limits: TraceLimits): string {
  const lines = text.split("\n");
  if (lines.length < limits.minFrames) return text;
  const out: string[] = [];
  let changed = false;
  for (let i = 0; i < lines.length; ) {
    const trace = traceAt(lines, i);
    const cut = trace && cutOf(lines, trace, limits);
    if (trace === undefined || cut === undefined) {
      const end = trace?.end ?? i + 1;
      while (i < end) out.push(lines[i++]!);
      continue;
    }
    while (i < cut.start) out.push(lines[i++]!);
    out.push(cut.marker);
    for (i = cut.end; i < trace.end; i++) out.push(lines[i]!);
    changed = true;
  }
  return changed ? out.join("\n") : text;
}

interface Cut {
  readonly start: number;
  readonly end: number;
  readonly marker: string;
}

function cutOf(lines: readonly string[], { frames, end, nearest }: Trace, limits: TraceLimits): Cut | undefined {
  if (frames.length < limits.minFrames) return undefined;
  const first = nearest === "first" ? limits.nearest : limits.farthest;
  const last = nearest === "first" ? limits.farthest : limits.nearest;
  const from = frames[first]!;
  const to = last === 0 ? end : frames[frames.length - last]!;
  const removed = frames.length - first - last;
  const marker = `    [${removed} stack frame${removed === 1 ? "" : "s"} removed]`;
  let length = 0;
  for (let i = from; i < to; i++) length += lines[i]!.length + 1;
  return marker.length + 1 < length ? { start: from, end: to, marker } : undefined;
}
