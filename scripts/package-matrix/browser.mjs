import { chromiumPath, launchChromium } from "../../test/support/chromium.mjs";
import { serveFolder } from "../../test/support/serve-folder.mjs";

/** A headless Chromium that runs built pages; undefined where there is none. */
export async function openBrowser() {
  if (chromiumPath === undefined) return undefined;
  const browser = await launchChromium();
  return {
    /** Opens the folder's index.html and answers with what its `outcome` resolves to. */
    async run(folder) {
      const server = await serveFolder(folder);
      try {
        return await this.open(server.url);
      } finally {
        server.close();
      }
    },
    /** The same for a page that is served already. */
    async open(url) {
      const page = await browser.newPage();
      const errors = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("requestfailed", (request) => errors.push(`${request.url()} failed`));
      try {
        await page.goto(url);
        await page.waitForFunction(() => globalThis.outcome !== undefined, undefined, { timeout: 20_000, polling: 50 });
        return await page.evaluate(() => globalThis.outcome);
      } catch (error) {
        throw new Error([...errors, error.message].join("; "));
      } finally {
        await page.close();
      }
    },
    close: () => browser.close(),
  };
}
