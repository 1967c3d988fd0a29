// The whole build, in order: generated sources, WebAssembly, its inlined form, TypeScript.
// Each step is a script of its own in this folder; a step that fails ends the build.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const node = (script, ...args) => [process.execPath, [script, ...args]];
const tsc = (...args) => node("node_modules/typescript/bin/tsc", ...args);

const steps = [
  ["Unicode classes", node("scripts/build-unicode.mjs")],
  ["vocabularies", node("scripts/build-vocab.mjs")],
  ["WebAssembly", node("scripts/build-wasm.mjs")],
  ["declarations", tsc("-p", "tsconfig.json")],
  ["package", node("scripts/build-package.mjs")],
  ["benchmarks", tsc("-p", "bench/tsconfig.json")],
];

for (const [name, [command, args]] of steps) {
  const startedMs = performance.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) {
    console.error(`build: ${name} failed`);
    process.exit(status ?? 1);
  }
  console.log(`build: ${name} ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
}
