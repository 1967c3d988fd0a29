import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Corpus } from "./corpus.ts";
import { pinnedVersions } from "./peers/load.ts";
import { benchFolder, projectFolder } from "./places.ts";
import type { Figure } from "./suite.ts";

/** A figure as it is written: with its suite's name, and with the floor that it was held against, if any. */
export interface Result extends Figure {
  readonly suite: string;
  readonly floor?: number;
}

/** The file that a run writes (`--json FILE`) and that README's table is made from. */
export interface Results {
  readonly schema: 1;
  readonly mode: "full" | "smoke";
  readonly date: string;
  readonly commit: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly platform: string };
  readonly corpus: { readonly source: string; readonly sha256: string };
  readonly peers: Readonly<Record<string, string>>;
  readonly figures: readonly Result[];
  readonly notes: readonly string[];
}

/** Everything about a run but its figures. The commit ends in "+" where files differ from it. */
export function conditions(smoke: boolean, corpus: Corpus): Omit<Results, "figures" | "notes"> {
  return {
    schema: 1,
    mode: smoke ? "smoke" : "full",
    date: new Date().toISOString(),
    commit: commit(),
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
    },
    corpus: { source: corpus.source, sha256: corpus.sha256 },
    peers: pinnedVersions(),
  };
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: projectFolder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return git("rev-parse", "HEAD") + (git("status", "--porcelain", "--untracked-files=no") === "" ? "" : "+");
  } catch {
    return "unknown";
  }
}

/** Floors by mode, then by `<suite>/<id>`: a ratio, or a value, that a run with --gate must reach. */
export type Gates = Readonly<Record<"full" | "smoke", Readonly<Record<string, number>>>>;

export const readGates = (): Gates => JSON.parse(readFileSync(join(benchFolder, "gates.json"), "utf8"));

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
