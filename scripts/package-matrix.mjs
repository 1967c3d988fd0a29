// Installs the packed package into a scratch project, as users do, and runs one session (counts, a cleanup, a recall) in
// each place it is made for: Node's versions, Bun, Deno, workerd, and in Chromium what each bundler makes of it.
// The tools come first: npm ci --prefix test/package/consumers --ignore-scripts
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { get_encoding } from "@dqbd/tiktoken";
import { openBrowser } from "./package-matrix/browser.mjs";
import { builders, versionOf } from "./package-matrix/builders.mjs";
import { runtimes, runWorkerd } from "./package-matrix/runtimes.mjs";
import { checkTypes } from "./package-matrix/types.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const consumers = join(root, "test/package/consumers");
if (!existsSync(join(consumers, "node_modules"))) {
  console.error("no tools: run npm ci --prefix test/package/consumers --ignore-scripts");
  process.exit(1);
}

/** A folder with the tarball installed by npm, dependencies from the registry and all. */
function installTarball() {
  const folder = mkdtempSync(join(tmpdir(), "token-budget-matrix-"));
  const npm = (...args) => execFileSync("npm", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  writeFileSync(join(folder, "package.json"), '{ "name": "consumer", "private": true, "type": "module" }\n');
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"));
  npm("install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", `./${tarball}`);
  for (const file of readdirSync(consumers).filter((name) => name.endsWith(".mjs")))
    cpSync(join(consumers, file), join(folder, file));
  return folder;
}

const rows = [];
let expected;

async function check(name, run) {
  const startedMs = performance.now();
  let result;
  try {
    const { outcome, tables, note = "", skipped } = await run();
    const isRight = JSON.stringify(outcome) === JSON.stringify(expected);
    // A page that counts in o200k_base loads its table, once, and no other.
    const isLean = tables === undefined || (tables.length === 1 && tables[0] === "o200k_base");
    const seen = tables === undefined ? note : [note, `loads ${tables.join(", ")}`].filter(Boolean).join(", ");
    result = skipped
      ? ["skipped", skipped]
      : isRight && isLean
        ? ["ok", seen]
        : ["FAILED", JSON.stringify({ outcome, tables })];
  } catch (error) {
    result = ["FAILED", String(error?.stack ?? error).slice(0, 2000)];
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  rows.push([name, ...result]);
  console.log(`${name.padEnd(24)} ${result[0].padEnd(8)} ${seconds.padStart(6)} s  ${result[1]}`);
}

const folder = installTarball();
const tableFolder = join(folder, "node_modules/token-budget/build/js/tokenizer/vocab");
const marks = Object.fromEntries(
  readdirSync(tableFolder)
    .filter((file) => file.endsWith(".js"))
    .map((file) => [file.split(".")[0], readFileSync(join(tableFolder, file), "utf8").slice(1000, 1200)]),
);
const browser = await openBrowser(marks);
console.log(`${"consumer".padEnd(24)} ${"state".padEnd(8)} ${"time".padStart(8)}  note`);
try {
  // What is right comes from another tokenizer.
  const { text } = await import(join(consumers, "text.mjs"));
  const reference = get_encoding("o200k_base");
  expected = { tokens: reference.encode(text, [], []).length, fits: true, freed: true, recalled: "log 3" };
  reference.free();

  for (const [name, run] of Object.entries(runtimes)) await check(name, () => run(folder, consumers));
  for (const [name, builder] of Object.entries(builders)) {
    await check(`${name}, Chromium`, async () => {
      if (browser === undefined) return { skipped: "no Chromium: set CHROMIUM, or install Debian's chromium" };
      if (builder.tool !== undefined && versionOf(builder.tool) === undefined) return { skipped: "not installed" };
      const out = join(folder, `out-${name}`);
      const note = await builder.web(folder, out);
      return { ...(await browser.run(out)), note };
    });
    if (builder.dev) {
      await check(`${name} dev, Chromium`, async () => {
        if (browser === undefined) return { skipped: "no Chromium" };
        if (versionOf(builder.tool) === undefined) return { skipped: "not installed" };
        const server = await builder.dev(folder);
        try {
          return await browser.open(server.url);
        } finally {
          await server.close();
        }
      });
    }
    if (builder.node) {
      await check(`${name}, Node`, async () => {
        const out = join(folder, `node-${name}`);
        await builder.node(folder, out);
        return runtimes[`Node ${process.versions.node}`](out, consumers);
      });
    }
  }
  for (const [module, resolution] of [
    ["node16", "node16"],
    ["preserve", "bundler"],
  ]) {
    await check(`TypeScript, ${resolution}`, () => {
      checkTypes(folder, module, resolution);
      return { outcome: expected, note: "strict, the types of all entries" };
    });
  }
  await check("workerd", () => runWorkerd(folder, consumers));
} finally {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
}

const failed = rows.filter(([, state]) => state === "FAILED");
console.log(`${rows.length} consumers, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
