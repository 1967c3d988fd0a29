// What a page loads, bundled and minified by esbuild, in gzip. Tables are chunks of their own, one of which is loaded.
const page = (name, path, names, limit) => ({
  name,
  path: `build/js/${path}`,
  import: names,
  gzip: true,
  limit,
  modifyEsbuildConfig: (config) => ({
    ...config,
    format: "esm",
    platform: "browser",
    external: ["../tokenizer/vocab/*"],
  }),
});

const table = (encoding, limit) => ({
  name: `table of ${encoding}`,
  path: `build/js/tokenizer/vocab/${encoding}.gen.js`,
  gzip: true,
  limit,
  modifyEsbuildConfig: (config) => ({ ...config, format: "esm" }),
});

export default [
  page("tokenizer, without a table", "tokenizer/index.js", "{ createTokenizer }", "60 kB"),
  page("ledger", "ledger/index.js", "{ createLedger }", "11 kB"),
  page("manager with its cleanup, without a table", "index.js", "{ createTokenBudgetManager }", "110 kB"),
  page("whole root entry, without a table", "index.js", "*", "128 kB"),
  page("OPFS archive, without its worker", "archive/opfs-archive.js", "{ OpfsArchive }", "4 kB"),
  page("manager with web workers, without them and a table", "cleanup/web-worker-cleanup.js", "*", "80 kB"),
  page("web worker of a cleanup", "cleanup/web-cleanup.worker.js", "*", "80 kB"),
  table("o200k_base", "750 kB"),
  table("cl100k_base", "350 kB"),
  table("p50k_base", "180 kB"),
];
