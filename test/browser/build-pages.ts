import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { serveFolder } from "../support/serve-folder.mjs";

const root = join(import.meta.dirname, "../..");

/** Pages of test/browser/pages, bundled from the sources and served with the workers that they start. */
export interface Pages {
  readonly url: string;
  close(): void;
}

export interface PagesOptions {
  /** By the names of their files beside the pages: entries of workers, and what stands in their place. */
  readonly workers?: Readonly<Record<string, string>>;
  /** Packages that are left out, as where a user has not installed them. */
  readonly without?: readonly string[];
}

/** Builds and serves the pages `NAME.page.ts`, each as `/NAME.html`. */
export async function buildPages(
  names: readonly string[],
  { workers = {}, without = [] }: PagesOptions = {},
): Promise<Pages> {
  const folder = mkdtempSync(join(tmpdir(), "token-budget-pages-"));
  const pages = names.map((name) => [name, join(import.meta.dirname, "pages", `${name}.page.ts`)]);
  const workerFiles = Object.entries(workers).map(([name, file]) => [name.replace(/\.js$/, ""), join(root, file)]);
  await build({
    entryPoints: Object.fromEntries([...pages, ...workerFiles]),
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    outdir: folder,
    external: [...without],
    logLevel: "error",
  });
  const sqlite = createRequire(import.meta.url).resolve("@sqlite.org/sqlite-wasm");
  cpSync(join(dirname(sqlite), "sqlite3.wasm"), join(folder, "sqlite3.wasm"));
  for (const name of names) {
    const html = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>${name}</title><script type="module" src="${name}.js"></script>`;
    writeFileSync(join(folder, `${name}.html`), html);
  }
  const { url, close } = await serveFolder(folder);
  return {
    url,
    close() {
      close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
