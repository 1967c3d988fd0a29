import { geometricMean } from "./measure/statistics.ts";
import type { Figure, Target } from "./suite.ts";

/** Ours against one contestant (or another way of ours) on one class of text. */
export interface Duel {
  readonly textClass: string;
  readonly contestant: string;
  /** Megabytes (10^6 bytes of UTF-8) a second. */
  readonly ours: number;
  readonly theirs: number;
  /** Times as fast ours is; median of the rounds' ratios. */
  readonly ratio: number;
  /** By how many tokens the contestant is off the reference. */
  readonly miscount?: number;
}

/** What is asked of one contestant over all classes. */
export interface Asked {
  readonly mean?: number;
  readonly worst?: number;
}

/**
 * The figures of one encoding: each class, then the geometric mean and the worst class for each contestant.
 * Targets and gates look at means and worst classes; a single class is shown only.
 */
export function throughputFigures(
  encoding: string,
  duels: readonly Duel[],
  asked: Readonly<Record<string, Asked>>,
): Figure[] {
  const single = duels.map((duel) => ({
    ...figure(`${encoding}/${duel.textClass}`, duel.contestant, [duel]),
    ...(duel.miscount === undefined ? {} : { miscount: duel.miscount }),
    gate: "none" as const,
  }));
  const names = [...new Set(duels.map((duel) => duel.contestant))];
  const overall = names.flatMap((name) => {
    const own = duels.filter((duel) => duel.contestant === name);
    const worst = own.reduce((least, duel) => (duel.ratio < least.ratio ? duel : least));
    return [
      { ...figure(`${encoding}/mean`, name, own), ...atLeast(asked[name]?.mean) },
      {
        ...figure(`${encoding}/worst`, name, [worst]),
        detail: worst.textClass,
        ...atLeast(asked[name]?.worst),
      },
    ];
  });
  return [...single, ...overall];
}

function figure(path: string, peer: string, duels: readonly Duel[]): Figure {
  return {
    id: `${path}/${peer}`,
    value: geometricMean(duels.map((duel) => duel.ours)),
    unit: "MB/s",
    better: "higher",
    peer,
    peerValue: geometricMean(duels.map((duel) => duel.theirs)),
    ratio: geometricMean(duels.map((duel) => duel.ratio)),
  };
}

const atLeast = (min: number | undefined): { target?: Target } =>
  min === undefined ? {} : { target: { of: "ratio", min } };
