import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Contestant } from "./contestants.ts";
import { benchFolder, projectFolder } from "./places.ts";

/** A page that counts one text in o200k_base, written as the library's own documentation does it. */
interface Page {
  readonly source: string;
  /** What its code fetches by an address of its own, so that no bundler sees it: files below bench/peers/node_modules. */
  readonly fetched?: readonly string[];
}

const pages: Partial<Record<Contestant, Page>> = {
  ours: {
    source: `import { createTokenizer } from "token-budget/tokenizer";
      document.title = (await createTokenizer("o200k_base")).count(document.title);`,
  },
  "gpt-tokenizer": {
    source: `import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
      document.title = countTokens(document.title);`,
  },
  "dqbd-tiktoken": {
    source: `import { init, Tiktoken } from "@dqbd/tiktoken/lite/init";
      import wasm from "@dqbd/tiktoken/lite/tiktoken_bg.wasm";
      import model from "@dqbd/tiktoken/encoders/o200k_base.json";
      await init((imports) => WebAssembly.instantiateStreaming(fetch(wasm), imports));
      document.title = new Tiktoken(model.bpe_ranks, model.special_tokens, model.pat_str).encode(document.title).length;`,
  },
  "js-tiktoken": {
    source: `import { Tiktoken } from "js-tiktoken/lite";
      import ranks from "js-tiktoken/ranks/o200k_base";
      document.title = new Tiktoken(ranks).encode(document.title).length;`,
  },
  "ai-tokenizer": {
    source: `import { Tokenizer } from "ai-tokenizer";
      import * as ranks from "ai-tokenizer/encoding/o200k_base";
      document.title = new Tokenizer(ranks).count(document.title);`,
  },
  hypertok: {
    source: `import { fromBytes } from "hypertok";
      import { loadVocab } from "hypertok/vocab-resolve";
      document.title = (await fromBytes(await loadVocab("o200k"), { tier: "single" })).encodeSync(document.title).length;`,
    fetched: [
      "hypertok/wasm/single/hypertok_wasm_core.js",
      "hypertok/wasm/single/hypertok_wasm_core_bg.wasm",
      "@hypertok/vocab-o200k/vocab.htk",
    ],
  },
};

export const pageNames = Object.keys(pages) as Contestant[];

const gzipped = (bytes: Uint8Array) => gzipSync(bytes, { level: 9 }).length;

/**
 * Kilobytes in gzip of all that the page loads: what esbuild makes of it, minified, without chunks of tables that it does not
 * use, and what it fetches. Undefined where the library is not installed.
 */
export async function pageKilobytes(name: Contestant): Promise<{ total: number; table: number } | undefined> {
  const { source, fetched = [] } = pages[name]!;
  const folder = name === "ours" ? projectFolder : join(benchFolder, "peers");
  const files = fetched.map((file) => join(folder, "node_modules", file));
  if (name !== "ours" && !existsSync(join(folder, "node_modules"))) return undefined;
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: folder },
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "browser",
    loader: { ".wasm": "file" },
    outdir: "/page",
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const inputs = Object.values(metafile.outputs).map((output) => Object.keys(output.inputs).join(" "));
  let total = files.reduce((sum, file) => sum + gzipped(readFileSync(file)), 0);
  let table = 0;
  for (const [index, { contents }] of outputFiles.entries()) {
    const vocabulary = /\/vocab\/(\w+)\.gen\.js/.exec(inputs[index]!)?.[1];
    if (vocabulary !== undefined && vocabulary !== "o200k_base") continue;
    const bytes = gzipped(contents);
    total += bytes;
    if (vocabulary !== undefined) table += bytes;
  }
  return { total: total / 1e3, table: table / 1e3 };
}
