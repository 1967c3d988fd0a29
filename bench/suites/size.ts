import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { pageKilobytes, pageNames } from "../pages.ts";
import { projectFolder } from "../places.ts";
import type { Context, Figure, Suite } from "../suite.ts";

export const suite: Suite = {
  name: "size",
  about: "what users load and install: code and tables in gzip, the unpacked folder",
  async run(context) {
    const gzipped = (...files: string[]) =>
      gzipSync(Buffer.concat(files.map((file) => readFileSync(file))), { level: 9 }).length / 1e3;
    const built = (...parts: string[]) => join(projectFolder, "build", ...parts);
    return [
      size("code of the tokenizer, gzip", gzipped(...graph(built("js", "tokenizer", "index.js"))), 60),
      size("code of everything, gzip", gzipped(...graph(built("js", "index.js")))),
      size("o200k_base table, gzip", gzipped(built("vocab", "o200k_base.bin")), 750),
      size("cl100k_base table, gzip", gzipped(built("vocab", "cl100k_base.bin")), 350),
      size("unpacked folder", unpackedBytes() / 1e3, 5_000),
      ...(await pageFigures(context)),
    ];
  },
};

/** What a page that only counts loads, beside the pages of the peers. */
async function pageFigures(context: Context): Promise<Figure[]> {
  const own = (await pageKilobytes("ours"))!;
  const figures: Figure[] = [];
  for (const name of pageNames.filter((each) => each !== "ours")) {
    const peer = (await context.peer(name, "o200k_base")) && (await pageKilobytes(name));
    if (peer === undefined) continue;
    figures.push({
      id: `page with o200k_base, gzip/${name}`,
      value: own.total,
      unit: "kB",
      better: "lower",
      peer: name,
      peerValue: peer.total,
      ratio: peer.total / own.total,
      detail: `code ${Math.round(own.total - own.table)}, table ${Math.round(own.table)}`,
    });
  }
  return figures;
}

const size = (id: string, kilobytes: number, max?: number): Figure => ({
  id,
  value: kilobytes,
  unit: "kB",
  better: "lower",
  ...(max === undefined ? { gate: "none" } : { gate: "value", target: { of: "value", max } }),
});

/** A built module and all code that it imports from the package itself, as tsc wrote it: no bundler, no minifier, no table. */
function graph(entry: string): string[] {
  const found = new Set([entry]);
  for (const file of found) {
    for (const [, path] of readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+\.js)"/g)) {
      if (!path!.includes("/vocab/")) found.add(join(dirname(file), path!));
    }
  }
  return [...found];
}

/** What npm says that the package's own folder takes when installed. */
function unpackedBytes(): number {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=silent"];
  const output = execFileSync("npm", args, {
    cwd: projectFolder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return (JSON.parse(output) as { unpackedSize: number }[])[0]!.unpackedSize;
}
