// Takes out of build/js what no user of the package needs: comments of the code (its declarations keep theirs),
// declarations that no entry leads to, and what is left of sources that are gone.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "build/js");
const hasSource = (file) => existsSync(join(root, "src", file.replace(/(\.d\.ts|\.js)$/, ".ts")));
const found = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.[jt]s$/.test(file));
for (const file of found) if (!hasSource(file)) rmSync(join(folder, file));
const files = found.filter(hasSource).map((file) => join(folder, file));
const { exports: entries } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const typesOf = (entry) =>
  typeof entry === "string"
    ? []
    : Object.entries(entry).flatMap(([key, value]) => (key === "types" ? [join(root, value)] : typesOf(value)));

const needed = new Set(typesOf(entries));
for (const file of needed) {
  if (!existsSync(file)) throw new Error(`${file} is an entry's declaration and was not built`);
  for (const [, path] of readFileSync(file, "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
    const target = join(dirname(file), path);
    needed.add(target.replace(/(?:\.d)?\.[jt]s$/, ".d.ts"));
  }
}
for (const file of files) if (file.endsWith(".d.ts") && !needed.has(file)) rmSync(file);

// tsc wraps what import() is given, to turn .ts into .js: wrong for a name that the caller gave, and bundlers then miss
// the comment that tells them to leave the import alone.
const helper = /^var __rewriteRelativeImportExtension = [\s\S]*?^};\n/m;
const wrapped = /__rewriteRelativeImportExtension\(((?:\/\*.*?\*\/ )*\w+)\)/g;
for (const file of files.filter((name) => name.endsWith(".js"))) {
  const source = readFileSync(file, "utf8");
  if (!helper.test(source)) continue;
  const unwrapped = source.replace(helper, "").replace(wrapped, "$1");
  if (unwrapped.includes("__rewriteRelative")) throw new Error(`${file}: an import() that can't be unwrapped`);
  writeFileSync(file, unwrapped);
}

// One big string each: nothing to take out.
const code = files.filter((file) => file.endsWith(".js") && !file.endsWith(".gen.js"));
await build({
  entryPoints: code,
  outdir: folder,
  outbase: folder,
  allowOverwrite: true,
  format: "esm",
  target: "es2022",
  platform: "neutral",
  legalComments: "none",
  charset: "utf8",
  logLevel: "warning",
});
console.log(`  ${code.length} files of code, ${needed.size} declarations`);
