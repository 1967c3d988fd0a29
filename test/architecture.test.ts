import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const src = resolve(import.meta.dirname, "../src");
const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replaceAll("\\", "/"));
const importsOf = (file: string) =>
  [...readFileSync(join(src, file), "utf8").matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map((match) => match[1]!);
const room = (file: string) => (file.includes("/") ? file.slice(0, file.indexOf("/")) : "");
const resolved = (file: string, path: string) => relative(src, join(src, dirname(file), path)).replaceAll("\\", "/");
const targets = (file: string) =>
  importsOf(file)
    .filter((path) => path.startsWith("."))
    .map((path) => resolved(file, path));

/** What a file loads when it runs: no types. The second way is loaded when it is first used. */
const loadedAtOnce = /^(?:import|export) (?!type )(?:[^;]*? from )?"([^"]+)"/gm;
const loadedLater = /\bimport\((?:\/\*.*?\*\/ )*"([^"]+)"\)/g;
function loadedBy(file: string, ways: readonly RegExp[] = [loadedAtOnce, loadedLater]): string[] {
  const source = readFileSync(join(src, file), "utf8");
  return ways
    .flatMap((way) => [...source.matchAll(way)])
    .filter((match) => !/\btypeof $/.test(match.input.slice(0, match.index)))
    .map((match) => match[1]!);
}

/** A room may import its own files and those of the rooms named here. `errors.ts` is everyone's. */
const allowed: Record<string, readonly string[]> = {
  wasm: [],
  tokenizer: ["wasm"],
  ledger: ["wasm"],
  manager: ["tokenizer", "ledger"],
  archive: ["manager", "tokenizer"],
  workers: ["manager", "tokenizer", "wasm"],
  cleanup: ["manager", "tokenizer", "archive", "workers", "wasm"],
  replay: ["adapters", "archive", "manager", "tokenizer"],
  report: ["manager", "replay"],
  adapters: ["cleanup", "manager", "tokenizer"],
  // An entry of its own: it takes managers from where they are composed.
  cli: ["adapters", "archive", "cleanup", "manager", "report", "tokenizer", "workers", "replay", ""],
};

test("each room imports only from itself and from rooms to its right", () => {
  const wrong = files
    .filter((file) => room(file) !== "")
    .flatMap((file) =>
      targets(file)
        .filter(
          (to) =>
            to !== "errors.ts" &&
            !to.startsWith("../") &&
            room(to) !== room(file) &&
            !allowed[room(file)]?.includes(room(to)),
        )
        .map((to) => `${file} -> ${to}`),
    );
  expect(wrong).toEqual([]);
});

test("each src file is imported by another, or is an entry point", () => {
  const entries =
    /^(index|.*\.worker|archive\/opfs-archive|cleanup\/web-worker-cleanup|cli\/main|(?:ledger|tokenizer)\/index)(\..*)?\.ts$|\.gen\.ts$|\.d\.ts$/;
  const imported = new Set(files.flatMap(targets));
  expect(files.filter((file) => !imported.has(file) && !entries.test(file))).toEqual([]);
});

test("linear memory and the WebAssembly API stay in the wasm room", () => {
  const users = files.filter(
    (file) => room(file) !== "wasm" && /\bWebAssembly\.|\bmemory\.buffer\b/.test(readFileSync(join(src, file), "utf8")),
  );
  expect(users).toEqual([]);
});

test.each(["piscina", "libsql", "node:sqlite", "@sqlite.org/sqlite-wasm", "commander"])(
  "at most one file imports %s",
  (name) => {
    expect(files.filter((file) => importsOf(file).includes(name)).length).toBeLessThanOrEqual(1);
  },
);

test("process.exit stays in the command line", () => {
  expect(
    files.filter((file) => room(file) !== "cli" && readFileSync(join(src, file), "utf8").includes("process.exit(")),
  ).toEqual([]);
});

test("no Node module and no thread library is reachable from the entry of browsers", () => {
  const reached = new Set(["index.ts"]);
  const foreign: string[] = [];
  for (const file of reached) {
    for (const path of loadedBy(file)) {
      if (path.startsWith(".")) reached.add(resolved(file, path));
      else foreign.push(`${file} -> ${path}`);
    }
  }
  expect(reached.size).toBeGreaterThan(50);
  expect(foreign.filter((arrow) => /node:|piscina|libsql|commander/.test(arrow))).toEqual([]);
});

test("no module loads itself by way of others", () => {
  const next = new Map(
    files.map((file) => [
      file,
      loadedBy(file, [loadedAtOnce])
        .filter((path) => path.startsWith("."))
        .map((path) => resolved(file, path)),
    ]),
  );
  expect([...next.values()].flat().length).toBeGreaterThan(300);
  // What is left once all modules are taken away that load nothing which is left: cycles, and what leads to them.
  const left = new Set(files);
  for (let size = 0; size !== left.size; ) {
    size = left.size;
    for (const file of left) if (!next.get(file)!.some((to) => left.has(to))) left.delete(file);
  }
  expect([...left]).toEqual([]);
});
