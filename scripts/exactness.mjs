// The long exactness run: every code point in every context, 200,000 random strings and all samples for each encoding,
// against @dqbd/tiktoken. Minutes, not seconds. Prints what was compared and ends with an error on any difference.
// FC_SEED=<number> repeats a run. `npm test` runs the same tests on a sample.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const seed = process.env.FC_SEED ?? String(Date.now() % 2 ** 31);
console.log(`exactness: long run with seed ${seed}`);
const { status } = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "test/exactness", "--disable-console-intercept", ...process.argv.slice(2)],
  { cwd: root, stdio: "inherit", env: { ...process.env, LONG: "1", FC_SEED: seed } },
);
process.exit(status ?? 1);
