import { chromiumPath, launchChromium } from "../../test/support/chromium.mjs";
import { serveFolder } from "../../test/support/serve-folder.mjs";

async function outcomeOf(page) {
  await page.waitForFunction(() => globalThis.outcome !== undefined, undefined, { timeout: 20_000, polling: 50 });
  return page.evaluate(() => globalThis.outcome);
}

/**
 * A headless Chromium that runs built pages; undefined where there is none.
 * @param marks a piece of each table, by the encoding's name: by them a response that has a table in it is known.
 */
export async function openBrowser(marks) {
  if (chromiumPath === undefined) return undefined;
  const browser = await launchChromium();
  return {
    /** Opens the folder's index.html and answers with what its `outcome` resolves to, and which tables it loaded. */
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
      const bodies = [];
      page.on("response", (response) => bodies.push(response.text().catch(() => "")));
      try {
        await page.goto(url);
        const outcome = await outcomeOf(page).catch((error) => {
          // A development server that finds one more dependency loads the page anew.
          if (!/context was destroyed/.test(error.message)) throw error;
          bodies.length = 0;
          return outcomeOf(page);
        });
        const loaded = (await Promise.all(bodies)).flatMap((body) =>
          Object.keys(marks).filter((name) => body.includes(marks[name])),
        );
        return { outcome, tables: loaded };
      } catch (error) {
        throw new Error([...errors, error.message].join("; "));
      } finally {
        await page.close();
      }
    },
    close: () => browser.close(),
  };
}
