// Makes build/js from src and the declarations that tsc wrote there: each entry of the package, each worker, and the code that
// they share as a few modules in build/js/shared. One file a source file would cost each start of a process some 200 reads:
// importing the package took four times as long. Declarations keep their docstrings; those that no entry leads to go. Both are
// indented by tabs, which takes less room.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import ts from "typescript";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "build/js");
const {
  exports: entries,
  bin,
  dependencies,
  peerDependencies,
} = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** All files that a condition of an entry leads to. */
const targetsOf = (entry) => (typeof entry === "string" ? [entry] : Object.values(entry).flatMap(targetsOf));
const targets = [...targetsOf(entries), ...targetsOf(bin)].map((path) => join(root, path));

const sourceOf = (file) => join(root, "src", relative(folder, file).replace(/\.js$/, ".ts"));
const workers = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".worker.ts"))
  .map((file) => join(root, "src", file));
const sources = new Set([
  ...targets.filter((file) => /^build\/js\/.*(?<!\.d)\.js$/.test(relative(root, file))).map(sourceOf),
  ...workers,
]);

/** Declarations that an entry leads to. */
const declarations = new Set(targets.filter((file) => file.endsWith(".d.ts")));
for (const file of declarations) {
  if (!existsSync(file)) throw new Error(`${file} is an entry's declaration and was not built`);
  for (const [, path] of readFileSync(file, "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
    declarations.add(join(dirname(file), path).replace(/(?:\.d)?\.[jt]s$/, ".d.ts"));
  }
}

const { outputFiles } = await build({
  entryPoints: [...sources],
  outbase: join(root, "src"),
  outdir: folder,
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  // As deep as a room, so that addresses relative to import.meta.url hold in src and here.
  chunkNames: "shared/[name]-[hash]",
  format: "esm",
  target: "es2022",
  platform: "neutral",
  // Left where they are: Node's modules, other packages, and WebAssembly that a deployment compiles.
  external: ["node:*", "*.wasm", ...Object.keys({ ...dependencies, ...peerDependencies })],
  legalComments: "none",
  charset: "utf8",
  logLevel: "warning",
  write: false,
});

// An import for its effects alone is how esbuild keeps the order of what modules do when they are loaded. These do nothing, as
// package.json says, and bundlers warn of such imports.
const effects = /^import "\.{1,2}\/[^"]+";\n/gm;
const written = new Map(outputFiles.map(({ path, text }) => [path, compact(text.replace(effects, ""))]));
for (const [path, text] of written) {
  mkdirSync(dirname(path), { recursive: true });
  if (text === "") written.delete(path);
  else writeFileSync(path, text);
}
for (const file of declarations) {
  const text = readFileSync(file, "utf8");
  writeFileSync(
    file,
    text.replace(/^(?: {4})+/gm, (spaces) => "\t".repeat(spaces.length / 4)),
  );
}
for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name))) {
  if (statSync(file).isFile() && !written.has(file) && !declarations.has(file)) rmSync(file);
}
console.log(`  ${written.size} files of code, ${declarations.size} declarations`);

/** Code without comments of its own, indented by tabs, which takes less room; what stands in a template stays as it is. */
function compact(code) {
  const templates = [];
  const visit = (node) => {
    if (ts.isTemplateLiteralToken(node)) templates.push([node.getStart(), node.end]);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("code.js", code, ts.ScriptTarget.ES2022, true));
  // Comments that bundlers read begin with /* and stay.
  return code.replace(/^ *(?:\/\*\*[\s\S]*?\*\/|\/\/.*)\n|^(?: {2})+/gm, (found, at) => {
    if (templates.some(([start, end]) => start < at && at < end)) return found;
    return found.endsWith("\n") ? "" : "\t".repeat(found.length / 2);
  });
}
