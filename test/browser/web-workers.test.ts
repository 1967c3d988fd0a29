import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium, launchChromium } from "../support/chromium.mjs";
import { buildPages, type Pages } from "./build-pages.ts";
import type { PageTest } from "./pages/run-tests.ts";

const isThere = hasChromium("web workers are not tried");
const workers = {
  "web-cleanup.worker.js": "src/cleanup/web-cleanup.worker.ts",
  "frail.worker.js": "test/browser/pages/frail.worker.ts",
  "strategies.js": "test/cleanup/fixtures/strategies.mjs",
};

describe.skipIf(!isThere)("web workers in Chromium", () => {
  let browser: Browser;
  let pages: Pages;
  beforeAll(async () => {
    pages = await buildPages(["web-pool", "web-cleanup"], { workers });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    pages?.close();
  });

  test.each([
    ["web-pool", 15],
    ["web-cleanup", 10],
  ])("%s: its tests pass in the page", async (name, least) => {
    const page = await browser.newPage();
    await page.goto(`${pages.url}${name}.html`);
    const tests = (await page.evaluate(
      () => (globalThis as unknown as { outcome: Promise<unknown> }).outcome,
    )) as PageTest[];
    expect(tests.filter(({ state }) => state !== "pass")).toEqual([]);
    expect(tests.length).toBeGreaterThan(least);
    await page.close();
  });
});
