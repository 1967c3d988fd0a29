import type { FormatName } from "../adapters/index.ts";
import type { AdjustmentMove } from "../manager/adjusting.ts";
import type { CleanReport } from "../manager/cleaner.ts";
import type { BandStatus } from "../manager/events.ts";
import type { UtilizationReport } from "../manager/report.ts";

/** The budget after one message. */
export interface Sample {
  /** Messages so far. */
  readonly message: number;
  /** Milliseconds on the session's clock since its start. */
  readonly at: number;
  /** Tokens in use and allocated, in the order of the components. */
  readonly used: readonly number[];
  readonly allocated: readonly number[];
}

/** One finished cleanup, and where it left its component. */
export interface CleanupRecord {
  readonly message: number;
  readonly at: number;
  readonly report: CleanReport;
  readonly used: number;
  readonly allocated: number;
  readonly status: BandStatus;
  /** Why the component is still above its band, where it is. */
  readonly why: string | undefined;
}

/** A message that found no room, even after a cleanup. It lies in the archive, whole. */
export interface Denied {
  readonly message: number;
  readonly role: string;
  readonly component: string;
  readonly requested: number;
  readonly allocated: number;
  readonly ref: string;
  /** What stands for it among the items: nothing, or a stub that answers its call. */
  readonly leaves: "nothing" | "a stub";
}

/** Moves of shares, and the message at which they were made. */
export interface AdjustmentRecord {
  readonly message: number;
  readonly at: number;
  readonly moves: readonly AdjustmentMove[];
}

/** How a component (or all) stood over the session; shares of the messages after which it was under, within, over its band. */
export interface BandTime {
  readonly "peak%": number;
  readonly "mean%": number;
  readonly under: number;
  readonly within: number;
  readonly over: number;
}

/** One thing that the self-check of a replay looked at. */
export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string;
}

/** What a replay did and found. Survives JSON. */
export interface ReplayResult {
  readonly session: {
    readonly name: string;
    readonly format: FormatName;
    readonly messages: number;
    readonly turns: number;
    readonly tokens: number;
  };
  readonly budget: { readonly total: number; readonly rule: string; readonly counting: string };
  readonly components: readonly string[];
  readonly report: UtilizationReport;
  readonly overall: BandTime;
  readonly byComponent: Readonly<Record<string, BandTime>>;
  readonly cleanups: readonly CleanupRecord[];
  readonly adjustments: readonly AdjustmentRecord[];
  readonly denied: readonly Denied[];
  readonly archive: { readonly entries: number; readonly tokens: number; readonly characters: number };
  /** Where the session's tokens are at the end. */
  readonly whereabouts: Whereabouts;
  readonly speed: {
    readonly elapsedMs: number;
    readonly tokensPerSecond: number;
    readonly cpuMsPerTurn: number;
    readonly longestStallMs: number;
  };
  readonly samples: readonly Sample[];
  readonly selfCheck: { readonly passed: boolean; readonly checks: readonly Check[] };
}

/** Where the tokens of a replayed session are at its end. */
export interface Whereabouts {
  /** In the context, as they came. */
  readonly verbatim: number;
  /** Of shortened items: what is in the context, and what their originals had more. */
  readonly shortened: number;
  readonly saved: number;
  /** In the archive alone, put there by cleanups. */
  readonly archived: number;
  /** In the archive alone, as there was no room for them. */
  readonly denied: number;
}

/** Utilization of all samples: of one component, or of the whole. */
export function bandTime(
  samples: readonly Sample[],
  target: readonly [low: number, high: number],
  index: number | undefined,
): BandTime {
  let [peak, sum, under, over] = [0, 0, 0, 0];
  for (const { used, allocated } of samples) {
    const part = index === undefined ? total(used) : used[index]!;
    const whole = index === undefined ? total(allocated) : allocated[index]!;
    const percent = whole === 0 ? 0 : (100 * part) / whole;
    peak = Math.max(peak, percent);
    sum += percent;
    if (percent < target[0]) under++;
    else if (percent > target[1]) over++;
  }
  const count = Math.max(1, samples.length);
  return {
    "peak%": peak,
    "mean%": sum / count,
    under: under / count,
    within: samples.length === 0 ? 0 : (samples.length - under - over) / count,
    over: over / count,
  };
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
