import type { CleanupRecord, Sample } from "../replay/recording.ts";

/** One component's course: its utilization over the session's time, its band, its cleanups. */
export interface ChartInput {
  readonly name: string;
  readonly index: number;
  /** In percent. */
  readonly target: readonly [low: number, high: number];
  readonly samples: readonly Sample[];
  readonly cleanups: readonly CleanupRecord[];
  /** Times at which shares were moved to or from it. */
  readonly adjustedAt: readonly number[];
}

const width = 900;
const height = 128;
const left = 44;
const right = 12;
const top = 10;
const bottom = 22;
const plotWidth = width - left - right;
const plotHeight = height - top - bottom;
/** Points of the line: more would not be seen. */
const mostPoints = 600;

/** The course as an SVG that needs nothing from elsewhere; titles tell each cleanup to a pointer and a screen reader. */
export function chart(input: ChartInput): string {
  const { samples, target, name } = input;
  const end = Math.max(1, samples.at(-1)?.at ?? 1);
  const x = (at: number) => round(left + (plotWidth * at) / end);
  const y = (percent: number) => round(top + plotHeight * (1 - Math.min(100, percent) / 100));
  const points = thinned(samples.map((sample) => [sample.at, shareOf(sample, input.index)] as const));
  const line = points.map(([at, percent], n) => `${n === 0 ? "M" : "L"}${x(at)} ${y(percent)}`).join("");
  const last = points.at(-1) ?? [0, 0];
  const area = points.length === 0 ? "" : `${line}L${x(last[0])} ${y(0)}L${x(points[0]![0])} ${y(0)}Z`;
  const about = `${name}: ${last[1].toFixed(0)} % at the end, band ${target[0].toFixed(0)} to ${target[1].toFixed(0)} %, ${input.cleanups.length} cleanups`;
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(about)}">`,
    `<rect class="band" x="${left}" y="${y(target[1])}" width="${plotWidth}" height="${round(y(target[0]) - y(target[1]))}"/>`,
    ...[0, 50, 100].map(
      (percent) =>
        `<line class="grid" x1="${left}" x2="${width - right}" y1="${y(percent)}" y2="${y(percent)}"/><text class="axis" x="${left - 6}" y="${y(percent) + 4}" text-anchor="end">${percent}%</text>`,
    ),
    ...hourMarks(end).map(
      (hours) =>
        `<text class="axis" x="${x(hours * 3_600_000)}" y="${height - 6}" text-anchor="${hours === 0 ? "start" : hours * 3_600_000 > end * 0.97 ? "end" : "middle"}">${hours} h</text>`,
    ),
    ...input.adjustedAt.map(
      (at) =>
        `<line class="moved" x1="${x(at)}" x2="${x(at)}" y1="${top}" y2="${y(0)}"><title>shares adjusted</title></line>`,
    ),
    `<path class="area" d="${area}"/><path class="line" d="${line}"/>`,
    ...marks(input, x, y),
    "</svg>",
  ].join("");
}

/** A triangle for each cleanup, at the use where it left off, as large as what it freed. */
function marks({ cleanups }: ChartInput, x: (at: number) => number, y: (percent: number) => number): string[] {
  return cleanups.map(({ at, used, allocated, report, why }) => {
    const size = report.freed === 0 ? 3 : Math.min(8, 3.5 + (12 * report.freed) / Math.max(1, allocated));
    const [cx, cy] = [x(at), y((100 * used) / Math.max(1, allocated))];
    const shape = `M${round(cx - size)} ${round(cy - size * 1.5)}H${round(cx + size)}L${cx} ${cy}Z`;
    const names = report.strategies.filter((strategy) => strategy.items > 0).map((strategy) => strategy.strategy);
    const rest = why === undefined ? "" : `; still above its band: ${why}`;
    const title = `${report.freed} tokens freed${names.length > 0 ? ` by ${names.join(", ")}` : ""}${rest}`;
    return `<path class="mark${report.freed === 0 ? " idle" : ""}" d="${shape}"><title>${escaped(title)}</title></path>`;
  });
}

function shareOf({ used, allocated }: Sample, index: number): number {
  return (100 * used[index]!) / Math.max(1, allocated[index]!);
}

/** Keeps the least and the greatest of each stretch, so that no peak is lost. */
function thinned(points: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  if (points.length <= mostPoints) return points;
  const stretch = Math.ceil((2 * points.length) / mostPoints);
  const kept: (readonly [number, number])[] = [];
  for (let from = 0; from < points.length; from += stretch) {
    const part = points.slice(from, from + stretch);
    const low = part.reduce((a, b) => (b[1] < a[1] ? b : a));
    const high = part.reduce((a, b) => (b[1] > a[1] ? b : a));
    kept.push(...(low[0] <= high[0] ? [low, high] : [high, low]));
  }
  return [...kept, points.at(-1)!];
}

/** Whole hours, about eight of them. */
function hourMarks(end: number): number[] {
  const hours = end / 3_600_000;
  const steps = [0.25, 0.5, 1, 2, 4, 6, 12, 24, 48, 96, 168];
  const step = steps.find((each) => hours / each <= 8) ?? Math.ceil(hours / 8);
  return Array.from({ length: Math.floor(hours / step) + 1 }, (_, n) => n * step);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Text as it may stand in markup and in attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
