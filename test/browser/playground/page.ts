import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { build, preview } from "vite";
import { expect } from "vitest";
import { launchChromium } from "../../support/chromium.mjs";

const root = resolve(import.meta.dirname, "../../..");
const configFile = join(root, "examples/playground/vite.config.ts");
/** Screenshots of the last run; git ignores it. */
const shots = join(root, "test-results/playground");

/** What a page shows in the end: on a machine that others use too, that may take a while. */
export const eventually = <T>(look: () => Promise<T> | T) => expect.poll(look, { timeout: 10_000 });

/** The built playground in a Chromium, served as any static page. */
export interface Playground {
  readonly url: string;
  /** A page of its own; of another server where its address is given. */
  open(options?: BrowserContextOptions, url?: string): Promise<OpenPage>;
  close(): Promise<void>;
}

export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the page so far. */
  readonly problems: readonly string[];
  /** Addresses outside of the page's own server that it asked for. */
  readonly foreign: readonly string[];
  shoot(name: string): Promise<void>;
  /** Loads the page anew, and waits until it is ready. */
  reload(): Promise<void>;
}

/** Builds the playground into a folder of its own and serves it. */
export async function openPlayground(): Promise<Playground> {
  const outDir = mkdtempSync(join(tmpdir(), "token-budget-playground-"));
  await build({ configFile, logLevel: "error", build: { outDir } });
  const server = await preview({
    configFile,
    logLevel: "error",
    build: { outDir },
    preview: { port: 0, host: "127.0.0.1" },
  });
  const url = server.resolvedUrls!.local[0]!;
  const browser = await launchChromium();
  mkdirSync(shots, { recursive: true });
  return {
    url,
    open: (options = {}, address = url) => openPage(browser, address, options),
    async close() {
      await browser.close();
      await server.close();
      rmSync(outDir, { recursive: true });
    },
  };
}

async function openPage(browser: Browser, url: string, options: BrowserContextOptions): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const problems: string[] = [];
  const foreign: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) foreign.push(request.url());
  });
  const load = async () => {
    await page.goto(url);
    // The page is ready when its budget says how it counts.
    await page.locator("#counted-in:not(:empty)").waitFor();
  };
  await load();
  return {
    page,
    problems,
    foreign,
    reload: load,
    async shoot(name) {
      await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
    },
  };
}

/** Drops a file on the page, as a user does with the mouse. */
export async function dropFile(page: Page, name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([file, content]) => {
      const data = new DataTransfer();
      data.items.add(new File([content!], file!));
      return data;
    },
    [name, text],
  );
  await page.dispatchEvent("body", "drop", { dataTransfer });
}
