import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium, launchChromium } from "../support/chromium.mjs";
import { serveFolder } from "../support/serve-folder.mjs";
import { installPacked, type Project } from "./pack.ts";

const policies = { open: "", strict: "script-src 'self'", wasm: "script-src 'self' 'wasm-unsafe-eval'" };

/** A page that counts, bundled as its user would, under a content security policy. */
async function buildPage(project: Project, encoding: string, policy: keyof typeof policies): Promise<string> {
  const folder = join(project.folder, `page-${encoding}-${policy}`);
  mkdirSync(folder);
  await build({
    stdin: {
      contents: `import { createTokenizer } from "token-budget";
        globalThis.outcome = createTokenizer("${encoding}").then(
          (tokenizer) => tokenizer.count("hello world"), (error) => error.code ?? error.name);`,
      resolveDir: project.folder,
    },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    outdir: folder,
    entryNames: "page",
    logLevel: "error",
  });
  const meta = policies[policy] && `<meta http-equiv="Content-Security-Policy" content="${policies[policy]}">`;
  writeFileSync(
    join(folder, "index.html"),
    `<!doctype html>${meta}<title>page</title><script type="module" src="page.js"></script>`,
  );
  return folder;
}

describe.runIf(hasChromium("no page is opened with the packed package"))("the packed package in a page", () => {
  let project: Project;
  let browser: Browser;
  beforeAll(async () => {
    project = installPacked();
    browser = await launchChromium();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    project?.remove();
  });

  /** What the page found, and which encodings' tables crossed the network. */
  async function open(encoding: string, policy: keyof typeof policies = "open") {
    const server = await serveFolder(await buildPage(project, encoding, policy));
    const page = await browser.newPage();
    try {
      const bodies: Promise<string>[] = [];
      page.on("response", (response) => bodies.push(response.text()));
      await page.goto(server.url);
      await page.waitForFunction("globalThis.outcome !== undefined");
      const outcome = await page.evaluate("globalThis.outcome");
      const received = (await Promise.all(bodies)).join("\n");
      const marks = ["p50k_base", "cl100k_base", "o200k_base"].map((name) => {
        const file = join(project.installed, `build/js/tokenizer/vocab/${name}.gen.js`);
        return { name, mark: readFileSync(file, "utf8").slice(1000, 1200) };
      });
      return { outcome, tables: marks.filter(({ mark }) => received.includes(mark)).map(({ name }) => name) };
    } finally {
      await page.close();
      server.close();
    }
  }

  test.each(["o200k_base", "cl100k_base", "p50k_base"])("loads the table of %s and no other", async (encoding) => {
    expect(await open(encoding)).toEqual({ outcome: 2, tables: [encoding] });
  });

  test("counts under a policy that allows WebAssembly, and not under one that does not", async () => {
    expect((await open("cl100k_base", "wasm")).outcome).toBe(2);
    expect((await open("cl100k_base", "strict")).outcome).toBe("WASM_FORBIDDEN");
  });
});
