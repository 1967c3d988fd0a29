import { execFile, spawn } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** A program in a package of the consumers' folder; the packages that have them need no install script. */
function programOf(consumers, ...paths) {
  return paths.map((path) => join(consumers, "node_modules", path)).find(existsSync);
}

function runner(paths, ...args) {
  return async (folder, consumers) => {
    const program = paths === undefined ? process.execPath : programOf(consumers, ...paths);
    if (program === undefined) return { skipped: `no ${paths[0]} for this machine` };
    const { stdout, stderr } = await execute(program, [...args, "terminal.mjs"], { cwd: folder, timeout: 60_000 });
    if (stderr !== "") throw new Error(stderr);
    return { outcome: JSON.parse(stdout) };
  };
}

/** Each runs terminal.mjs of a folder that has the package installed. */
export const runtimes = {
  [`Node ${process.versions.node}`]: runner(undefined),
  "Node 22": runner(["node-22/bin/node"]),
  "Node 24": runner(["node-24/bin/node"]),
  Bun: runner(["@oven/bun-linux-x64/bin/bun", "@oven/bun-linux-aarch64/bin/bun", "@oven/bun-darwin-aarch64/bin/bun"]),
  Deno: runner(
    ["@deno/linux-x64-glibc/deno", "@deno/linux-arm64-glibc/deno", "@deno/darwin-arm64/deno"],
    ...["run", "--allow-all", "--no-remote", "--node-modules-dir=manual"],
  ),
};

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Bundles edge.mjs as Workers are deployed: one module, and WebAssembly beside it. Answers with the files' names. */
async function bundleForWorkerd(folder, consumers, out) {
  const require = createRequire(join(consumers, "package.json"));
  const { build } = await import(pathToFileURL(require.resolve("esbuild")));
  await build({
    entryPoints: [join(folder, "edge.mjs")],
    bundle: true,
    minify: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    loader: { ".wasm": "copy" },
    outdir: out,
    logLevel: "error",
  });
  return readdirSync(out);
}

/** Serves the bundle by workerd with its defaults (no compatibility with Node) and asks it once. */
export async function runWorkerd(folder, consumers) {
  const program = programOf(
    consumers,
    "@cloudflare/workerd-linux-64/bin/workerd",
    "@cloudflare/workerd-darwin-arm64/bin/workerd",
  );
  if (program === undefined) return { skipped: "no workerd for this machine" };
  const out = join(folder, "out-workerd");
  const files = await bundleForWorkerd(folder, consumers, out);
  const modules = files.map(
    (file) => `(name = "${file}", ${file.endsWith(".wasm") ? "wasm" : "esModule"} = embed "${file}")`,
  );
  // The first module is the one that answers.
  modules.sort((a) => (a.includes("edge.js") ? -1 : 1));
  const port = await freePort();
  writeFileSync(
    join(out, "config.capnp"),
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (compatibilityDate = "2026-06-01", modules = [${modules.join(", ")}]))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
`,
  );
  const server = spawn(program, ["serve", join(out, "config.capnp")], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  server.stdout.on("data", (data) => (said += data));
  server.stderr.on("data", (data) => (said += data));
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(20_000) });
        if (!response.ok) throw new Error(`status ${response.status}`);
        return { outcome: await response.json() };
      } catch (error) {
        if (attempt === 30 || server.exitCode !== null || /status/.test(error.message))
          throw new Error(`${error.message}\n${said}`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  } finally {
    server.kill();
  }
}
