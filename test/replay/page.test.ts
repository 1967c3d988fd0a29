import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli, scratchFolder } from "../cli/run-cli.ts";
import { hasChromium, launchChromium } from "../support/chromium.mjs";

const isThere = hasChromium("the page of a replay is not opened");

const sessions = resolve(import.meta.dirname, "../../examples/sessions");

async function page(file: string, ...more: string[]): Promise<string> {
  const { code } = await runCli([
    "replay",
    join(sessions, "tau-bench-airline.openai.jsonl"),
    "-b",
    "14000",
    "--html",
    file,
    ...more,
  ]);
  expect(code).toBe(0);
  return file;
}

test("the page needs nothing from elsewhere, and holds no text of the session", async () => {
  const html = readFileSync(await page(join(scratchFolder(), "page.html")), "utf8");
  expect(html.match(/https?:|<script|<link|@import|url\(|src=/g)).toBeNull();
  expect(html).not.toContain("mia_li_3668");
  expect(html.length).toBeLessThan(150_000);
});

describe.skipIf(!isThere)("in Chromium", () => {
  let browser: Browser;
  let pageFile: string;
  const folder = mkdtempSync(join(tmpdir(), "token-budget-page-"));
  beforeAll(async () => {
    pageFile = await page(join(folder, "page.html"), join(sessions, "swe-agent-ctf-katy.traj.json"));
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  test.each(["light", "dark"] as const)(
    "%s: five courses, readable, nothing asked for, nothing sticks out",
    async (colorScheme) => {
      const file = pageFile;
      const context = await browser.newContext({ colorScheme, viewport: { width: 1040, height: 900 } });
      const tab = await context.newPage();
      const asked: string[] = [];
      const problems: string[] = [];
      tab.on("request", (request) => asked.push(request.url()));
      tab.on("console", (message) => problems.push(message.text()));
      tab.on("pageerror", (error) => problems.push(error.message));
      await tab.goto(pathToFileURL(file).href);
      expect(asked).toEqual([pathToFileURL(file).href]);
      expect(await tab.locator("section").count()).toBe(2);
      expect(await tab.locator("section").first().locator("svg[role=img]").count()).toBe(5);
      expect(await tab.locator("svg").nth(1).getAttribute("aria-label")).toMatch(
        /^working_memory: \d+ % at the end, band 70 to 80 %, \d+ cleanups$/,
      );
      expect(await tab.locator("section").first().locator(".mark").count()).toBeGreaterThan(3);
      expect(await tab.locator("li .passed").count()).toBe(8);
      const look = await tab.evaluate(() => {
        const luminance = (color: string) => {
          const parts = color
            .match(/[\d.]+/g)!
            .slice(0, 3)
            .map((part) => {
              const value = Number(part) / 255;
              return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
            });
          return 0.2126 * parts[0]! + 0.7152 * parts[1]! + 0.0722 * parts[2]!;
        };
        const paper = luminance(getComputedStyle(document.body).backgroundColor);
        const contrast = (selector: string) => {
          const ink = luminance(getComputedStyle(document.querySelector(selector)!).color);
          return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
        };
        const lines = [...document.querySelectorAll("path.line")].map((path) =>
          (path as SVGPathElement).getTotalLength(),
        );
        return {
          paper,
          contrasts: ["h1", "p.soft", ".passed", ".over, .under"].map(contrast),
          sticksOut: document.documentElement.scrollWidth > document.documentElement.clientWidth,
          shortestLine: Math.min(...lines),
        };
      });
      expect(look.paper > 0.5).toBe(colorScheme === "light");
      for (const contrast of look.contrasts) expect(contrast).toBeGreaterThan(4.5);
      expect(look.sticksOut).toBe(false);
      expect(look.shortestLine).toBeGreaterThan(500);
      expect(problems).toEqual([]);
      await tab.setViewportSize({ width: 390, height: 800 });
      expect(
        await tab.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth),
      ).toBe(false);
      // The courses scroll in their panels rather than shrink until nobody can read them.
      const label = await tab.locator(".axis").first().boundingBox();
      expect(label!.height).toBeGreaterThan(8);
      const shots = process.env.SCREENSHOTS;
      if (shots !== undefined) writeFileSync(join(shots, `page-${colorScheme}-narrow.png`), await tab.screenshot());
      await tab.setViewportSize({ width: 1040, height: 900 });
      if (shots !== undefined)
        writeFileSync(join(shots, `page-${colorScheme}.png`), await tab.screenshot({ fullPage: true }));
      await context.close();
    },
  );
});
