import type { Figure } from "./suite.ts";

/** A figure as it is written: with its suite's name, and with the floor that it was held against, if any. */
export interface Result extends Figure {
  readonly suite: string;
  readonly floor?: number;
}

/** Floors of one mode by `<suite>/<id>`: the ratio, or the value, that a run with --gate must reach. */
export type Floors = Readonly<Record<string, number>>;

/** What a gate looks at in a figure, or undefined where it looks at nothing. */
export function gated(figure: Figure): { of: "ratio" | "value"; number: number } | undefined {
  const of = figure.gate ?? (figure.ratio === undefined ? "none" : "ratio");
  if (of === "none") return undefined;
  const number = of === "ratio" ? figure.ratio : figure.value;
  return number === undefined ? undefined : { of, number };
}

/** Whether a figure stands on the good side of its floor. A ratio is always good when high. */
export function passes(figure: Figure, floor: number): boolean {
  const look = gated(figure);
  if (look === undefined) return true;
  return look.of === "value" && figure.better === "lower" ? look.number <= floor : look.number >= floor;
}

/** Whether a figure meets what the issue asks; undefined where it asks nothing. */
export function meetsTarget({ target, ratio, value }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  const number = target.of === "ratio" ? ratio : value;
  if (number === undefined) return undefined;
  return number >= (target.min ?? Number.NEGATIVE_INFINITY) && number <= (target.max ?? Number.POSITIVE_INFINITY);
}

/**
 * What breaks a floor, a line each. A floor whose figure is missing, though its suite has run, is broken too: otherwise a renamed
 * figure or a peer that is not installed would pass for ever.
 */
export function broken(figures: readonly Result[], floors: Floors, suites: ReadonlySet<string>): string[] {
  const byKey = new Map(figures.map((figure) => [`${figure.suite}/${figure.id}`, figure]));
  return Object.entries(floors)
    .filter(([key]) => suites.has(key.slice(0, key.indexOf("/"))))
    .flatMap(([key, floor]) => {
      const figure = byKey.get(key);
      if (figure === undefined) return [`${key}: not measured, floor ${floor}`];
      return passes(figure, floor) ? [] : [`${key}: ${gated(figure)?.of} ${gated(figure)?.number}, floor ${floor}`];
    });
}
