import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import type { Corpus } from "./corpus.ts";
import type { Result } from "./gate.ts";
import { pinnedVersions } from "./peers/load.ts";
import { projectFolder } from "./places.ts";

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
