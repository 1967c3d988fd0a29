import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPacked, type Project, root } from "./pack.ts";

let project: Project;
beforeAll(() => {
  project = installPacked();
}, 60_000);
afterAll(() => project.remove());

const read = (path: string) => readFileSync(join(project.installed, path), "utf8");

/** Every file that a condition of an entry leads to. */
function targetsOf(entry: unknown): string[] {
  return typeof entry === "string" ? [entry] : Object.values(entry as object).flatMap(targetsOf);
}

/** All modules that a file of the package leads to; those of other packages by their names. */
function reachable(entry: string): { readonly files: string[]; readonly names: string[] } {
  const files = new Set([entry]);
  const names = new Set<string>();
  for (const file of files) {
    // Comments are no part of the packed code, so each of these is an import.
    for (const [, path] of read(file).matchAll(/(?:\bfrom|\bimport|\bimport\()\s*["']([^"']+)["']/g)) {
      if (path!.startsWith(".")) files.add(join(dirname(file), path!));
      else names.add(path!);
    }
  }
  return { files: [...files], names: [...names] };
}

test("holds what users need and nothing else, in at most 5 MB", () => {
  const paths = project.files.map(({ path }) => path);
  const isExpected = (path: string) =>
    /^(package\.json|README\.md|LICENSE)$/.test(path) ||
    /^build\/js\/.+\.(js|d\.ts)$/.test(path) ||
    /^build\/vocab\/\w+\.bin$/.test(path) ||
    /^build\/wasm\/\w+\.wasm$/.test(path);
  expect(paths.filter((path) => !isExpected(path))).toEqual([]);
  expect(project.unpackedSize).toBeLessThanOrEqual(5_000_000);
});

test("every entry leads to files that are there", () => {
  const { exports: entries, bin } = JSON.parse(read("package.json"));
  const missing = [...targetsOf(entries), ...targetsOf(bin)].filter(
    (path) => !existsSync(join(project.installed, path)),
  );
  expect(missing).toEqual([]);
});

test("no module of another package or of Node is reached from the browser's entries", () => {
  const browser = reachable("build/js/index.js");
  expect(browser.names).toEqual([]);
  expect(browser.files.length).toBeGreaterThan(5);
  expect(reachable("build/js/tokenizer/index.js").names).toEqual([]);
  expect(reachable("build/js/ledger/index.js").names).toEqual([]);
  expect(reachable("build/js/archive/opfs-archive.js").names).toEqual([]);
  expect(reachable("build/js/archive/opfs-archive.worker.js").names).toEqual(["@sqlite.org/sqlite-wasm"]);
  expect(reachable("build/js/index.node.js").names).toContain("node:os");
});

test("a page that only counts takes one table, and at most 60 kB of other code", async () => {
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `import { createTokenizer } from "token-budget";
        document.title = (await createTokenizer("o200k_base")).count("hello world");`,
      resolveDir: project.folder,
    },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    outdir: join(project.folder, "page"),
    write: false,
    metafile: true,
  });
  const chunks = outputFiles.map(({ path, contents }) => ({
    inputs: Object.keys(metafile.outputs[relative(process.cwd(), path)]!.inputs),
    bytes: gzipSync(contents, { level: 9 }).length,
  }));
  const isTable = ({ inputs }: { inputs: string[] }) => inputs.some((input) => input.includes("/vocab/"));
  expect(chunks.filter(isTable).map(({ inputs }) => inputs.length)).toEqual([1, 1, 1]);
  const code = chunks.filter((chunk) => !isTable(chunk)).reduce((sum, { bytes }) => sum + bytes, 0);
  expect(code).toBeGreaterThan(10_000);
  expect(code).toBeLessThanOrEqual(60_000);
});

test("runs in Node from the tarball: counts, cleans up, has the raw files", () => {
  writeFileSync(join(project.folder, "run.mjs"), readFileSync(join(import.meta.dirname, "fixtures/run.mjs")));
  const { stdout, stderr } = spawnSync(process.execPath, ["run.mjs"], { cwd: project.folder, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({ tokens: [2, 2, 2, 2], fits: true, freed: true, ledger: 100, wasm: true });
});

test("a bundle in CommonJS, which has no address, cleans up on its own thread, and says what an archive in a file needs", async () => {
  const file = join(project.folder, "bundle.cjs");
  await build({
    stdin: {
      contents: `import { createTokenBudgetManager, openArchive } from "token-budget";
        async function run() {
          const manager = await createTokenBudgetManager({ total: 400_000, proactiveCleanup: false });
          const createdAt = Date.now() - 5 * 3_600_000;
          await manager.put("working_memory", { text: "job 7 took 13 ms, and then some more. ".repeat(4_000), createdAt });
          const { freed } = await manager.cleanupComponent("working_memory", { goal: 1_000 });
          await manager.close();
          const code = await openArchive("bundle.db").catch((error) => error.code);
          console.log(JSON.stringify({ freed: freed >= 1_000, code }));
        }
        run();`,
      resolveDir: project.folder,
    },
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
    outfile: file,
  });
  const { stdout, stderr } = spawnSync(process.execPath, [file], { cwd: project.folder, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({ freed: true, code: "INVALID_ARGUMENT" });
});

test("README's example of subpaths prints what it says", () => {
  const [code] = /(?<=## Subpaths[\s\S]*?```js\n)[\s\S]*?(?=```)/.exec(read("README.md"))!;
  writeFileSync(join(project.folder, "subpaths.mjs"), code);
  const { stdout, stderr } = spawnSync(process.execPath, ["subpaths.mjs"], { cwd: project.folder, encoding: "utf8" });
  expect(stderr).toBe("");
  const said = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map(([, text]) => text);
  expect(said.length).toBe(2);
  expect(stdout.trim().split("\n")).toEqual(said);
});

test("its command line counts", () => {
  const bin = join(project.installed, JSON.parse(read("package.json")).bin["token-budget"]);
  const { stdout } = spawnSync(process.execPath, [bin, "count", "-"], { encoding: "utf8", input: "hello world" });
  expect(stdout).toMatch(/\b2\b/);
});

test.each([
  ["node16", "node16"],
  ["preserve", "bundler"],
])("types of all entries, strict, with module %s and moduleResolution %s", (module, moduleResolution) => {
  const name = `${moduleResolution}.ts`;
  writeFileSync(join(project.folder, name), readFileSync(join(import.meta.dirname, "fixtures/consumer.ts")));
  writeFileSync(join(project.folder, "package.json"), '{ "type": "module" }');
  const options = ["--strict", "--exactOptionalPropertyTypes", "--noEmit", "--target", "es2022"];
  // The declarations themselves are checked once; it takes most of the time.
  if (moduleResolution === "bundler") options.push("--skipLibCheck");
  const { stdout } = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/typescript/bin/tsc"),
      ...options,
      "--lib",
      "es2023,esnext.disposable,dom,dom.iterable",
      "--module",
      module,
      "--moduleResolution",
      moduleResolution,
      name,
    ],
    { cwd: project.folder, encoding: "utf8" },
  );
  expect(stdout).toBe("");
});

test("types of what a program in Node imports, without those of a browser", () => {
  const names = ["token-budget", "token-budget/tokenizer", "token-budget/ledger", "token-budget/vocab/o200k_base"];
  const code = names.map((name, at) => `import * as entry${at} from "${name}"; void entry${at};`).join("\n");
  writeFileSync(join(project.folder, "node.ts"), `${code}\n`);
  writeFileSync(join(project.folder, "package.json"), '{ "type": "module" }');
  const options = ["--strict", "--noEmit", "--target", "es2022", "--lib", "es2023,esnext.disposable"];
  const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
  const { stdout } = spawnSync(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), ...options, ...types, "--module", "node16", "node.ts"],
    { cwd: project.folder, encoding: "utf8" },
  );
  expect(stdout).toBe("");
});
