import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../places.ts";
import { varied } from "../sessions.ts";
import type { Context, Figure, Suite } from "../suite.ts";

const code = ["code_c", "code_js", "code_py", "code_ts", "json_min", "json_pretty"];
const fileBytes = 100_000;

export const suite: Suite = {
  name: "count-files",
  about: "token-budget count over a folder of distinct files with a warm file cache, on all cores",
  async run(context) {
    const megabytes = context.pick(200, 6);
    return [
      await figure(context, "source code and JSON", code, megabytes, 150),
      await figure(context, "all classes of text", [...context.corpus.classes], megabytes, 100),
    ];
  },
};

async function figure(
  context: Context,
  id: string,
  classes: string[],
  megabytes: number,
  min: number,
): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), "token-budget-count-"));
  try {
    const bytes = writeFiles(context, folder, classes, megabytes * 1e6);
    const runs = Array.from({ length: context.pick(3, 1) }, () => run(folder));
    const best = runs.reduce((a, b) => (b.elapsedMs < a.elapsedMs ? b : a));
    if (best.bytes !== bytes) throw new Error(`counted ${best.bytes} of ${bytes} bytes`);
    return {
      id,
      value: bytes / 1e3 / best.elapsedMs,
      unit: "MB/s",
      better: "higher",
      detail: `${(bytes / 1e6).toFixed(0)} MB in ${best.files} files; start of threads and look-up of files included`,
      ...(context.smoke ? {} : { target: { of: "value", min } as const }),
      gate: "none",
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Classes in turn; from the second time on with other digits and names, so that no file is like another. */
function writeFiles(context: Context, folder: string, classes: string[], wanted: number): number {
  let bytes = 0;
  for (let pass = 0; bytes < wanted; pass++) {
    mkdirSync(join(folder, String(pass)));
    for (const name of classes) {
      const text = pass === 0 ? context.corpus.text(name) : varied(context.corpus.text(name), pass);
      for (let from = 0; from < text.length && bytes < wanted; from += fileBytes) {
        const piece = Buffer.from(text.slice(from, from + fileBytes));
        writeFileSync(join(folder, String(pass), `${name}-${from}.txt`), piece);
        bytes += piece.length;
      }
    }
  }
  return bytes;
}

function run(folder: string): { elapsedMs: number; bytes: number; files: number } {
  const main = join(projectFolder, "build/js/cli/main.js");
  const { stdout, status, stderr } = spawnSync(process.execPath, [main, "count", folder, "--json"], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`count ended with ${status}: ${stderr}`);
  return JSON.parse(stdout);
}
