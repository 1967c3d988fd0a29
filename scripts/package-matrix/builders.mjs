import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";

// The bundlers are not among this project's dependencies: they are loaded from the consumers' folder.
const require = createRequire(fileURLToPath(new URL("../../test/package/consumers/package.json", import.meta.url)));
const load = (name) => import(pathToFileURL(require.resolve(name)));

/** The version of a tool in the consumers' folder; undefined where it is not installed there. */
export function versionOf(name) {
  try {
    return require(`${name}/package.json`).version;
  } catch {
    return undefined;
  }
}

function writePage(folder, script) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "index.html"),
    `<!doctype html><title>consumer</title><script type="module" src="${script}"></script>\n`,
  );
}

/** How much the page's code weighs, and how many tables were split off. */
function sizeOf(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.m?js$/.test(file));
  // A table's chunk is base64 text and next to nothing else.
  const isTable = (file) => {
    const source = readFileSync(join(folder, file), "utf8");
    return source.split(/["'`]/).some((part) => part.length > source.length * 0.9);
  };
  const code = files.filter((file) => !isTable(file));
  const bytes = code.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file)), { level: 9 }).length, 0);
  return `${(bytes / 1000).toFixed(1)} kB of code (gzip), ${files.filter(isTable).length} tables apart`;
}

async function esbuild(folder, out, platform, ...entries) {
  const { build } = await load("esbuild");
  const { warnings } = await build({
    absWorkingDir: folder,
    entryPoints: entries,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform,
    outdir: out,
    outExtension: { ".js": ".mjs" },
    logLevel: "silent",
    // What a bundle for Node leaves to Node, as its users do.
    external: platform === "node" ? ["piscina", "libsql", "@sqlite.org/sqlite-wasm"] : [],
  });
  if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join("\n"));
}

async function webpack(folder, out) {
  const { default: run } = await load("webpack");
  const stats = await new Promise((resolve, reject) =>
    run(
      {
        mode: "production",
        target: "web",
        context: folder,
        entry: "./page.mjs",
        output: { path: out, filename: "page.js", publicPath: "/" },
        performance: false,
      },
      (error, result) => (error ? reject(error) : resolve(result)),
    ),
  );
  const { errors, warnings } = stats.toJson({ errors: true, warnings: true });
  if (errors.length + warnings.length > 0)
    throw new Error([...errors, ...warnings].map(({ message, moduleName }) => `${moduleName}: ${message}`).join("\n"));
}

async function rollup(folder, out) {
  const { rollup: run } = await load("@rollup/wasm-node");
  const { default: nodeResolve } = await load("@rollup/plugin-node-resolve");
  const bundle = await run({
    input: { page: join(folder, "page-with-worker.mjs"), "cleanup.worker": join(folder, "cleanup.worker.mjs") },
    plugins: [nodeResolve({ browser: true })],
    onwarn(warning) {
      throw new Error(warning.message);
    },
  });
  await bundle.write({ dir: out, format: "es", entryFileNames: "[name].mjs" });
  await bundle.close();
}

/**
 * A version of Vite: its build, and its development server. That of versions before 8 finds no worker that a package starts, so
 * there the page says where it lies.
 */
function viteBuilder(name, devPage = "/page-with-worker.mjs") {
  return {
    tool: name,
    async web(folder, out) {
      writePage(folder, "/page.mjs");
      const warnings = [];
      const note = (message) => warnings.push(message);
      const quiet = { info() {}, clearScreen() {}, hasErrorLogged: () => false };
      const { build } = await load(name);
      await build({
        root: folder,
        configFile: false,
        logLevel: "warn",
        customLogger: { ...quiet, warn: note, warnOnce: note, error: note },
        build: { outDir: out, emptyOutDir: true, chunkSizeWarningLimit: 10_000 },
      });
      if (warnings.length > 0) throw new Error(warnings.join("\n"));
      return sizeOf(out);
    },
    async dev(folder) {
      writePage(folder, devPage);
      const { createServer } = await load(name);
      const server = await createServer({ root: folder, configFile: false, logLevel: "error", cacheDir: `.${name}` });
      await server.listen();
      return { url: server.resolvedUrls.local[0], close: () => server.close() };
    },
  };
}

/** Each builds page.mjs of the folder for the web into `out` with the tool's own defaults; any warning is a failure. */
export const builders = {
  esbuild: {
    async web(folder, out) {
      const worker = { in: "token-budget/web-workers.worker", out: "cleanup.worker" };
      await esbuild(folder, out, "browser", { in: "./page-with-worker.mjs", out: "page" }, worker);
      writePage(out, "/page.mjs");
      return sizeOf(out);
    },
    node: (folder, out) => esbuild(folder, out, "node", "./terminal.mjs"),
  },
  Rollup: {
    async web(folder, out) {
      await rollup(folder, out);
      writePage(out, "/page.mjs");
      return sizeOf(out);
    },
  },
  webpack: {
    async web(folder, out) {
      await webpack(folder, out);
      writePage(out, "/page.js");
      return sizeOf(out);
    },
  },
  "Vite 8": viteBuilder("vite", "/page.mjs"),
  "Vite 7": viteBuilder("vite-7"),
  "Vite 6": viteBuilder("vite-6"),
};
