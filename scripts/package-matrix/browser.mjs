import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { chromiumPath, launchChromium } from "../../test/support/chromium.mjs";

const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** Serves a folder on a free port of this machine. */
async function serve(folder) {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    response.end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/** A headless Chromium that runs built pages; undefined where there is none. */
export async function openBrowser() {
  if (chromiumPath === undefined) return undefined;
  const browser = await launchChromium();
  return {
    /** Opens the folder's index.html and answers with what its `outcome` resolves to. */
    async run(folder) {
      const server = await serve(folder);
      const page = await browser.newPage();
      const errors = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("requestfailed", (request) => errors.push(`${request.url()} failed`));
      try {
        await page.goto(server.url);
        await page.waitForFunction(() => globalThis.outcome !== undefined, undefined, { timeout: 20_000, polling: 50 });
        return await page.evaluate(() => globalThis.outcome);
      } catch (error) {
        throw new Error([...errors, error.message].join("; "));
      } finally {
        await page.close();
        server.close();
      }
    },
    close: () => browser.close(),
  };
}
