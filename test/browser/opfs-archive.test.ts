import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { entry } from "../archive/contract/rooms.ts";
import { hasChromium, openProfile } from "../support/chromium.mjs";
import { buildPages, type Pages } from "./build-pages.ts";
import type { ArchivePage } from "./pages/opfs-archive.page.ts";
import type { PageTest } from "./pages/run-tests.ts";

const isThere = hasChromium("the archive in the private file system is not tried");
const workers = { "opfs-archive.worker.js": "src/archive/opfs-archive.worker.ts" };

/** Calls the archive of a page. */
function ask<K extends keyof ArchivePage>(page: Page, name: K, ...args: Parameters<ArchivePage[K]>) {
  return page.evaluate(
    ([call, given]) => {
      const { archivePage } = globalThis as unknown as {
        archivePage: Record<string, (...list: unknown[]) => Promise<unknown>>;
      };
      return archivePage[call]!(...given);
    },
    [name, args as unknown[]] as const,
  ) as ReturnType<ArchivePage[K]>;
}

describe.skipIf(!isThere)("OpfsArchive in Chromium", () => {
  const profile = mkdtempSync(join(tmpdir(), "token-budget-profile-"));
  let browser: BrowserContext;
  let pages: Pages;
  const open = async (name: string, from = pages) => {
    const page = await browser.newPage();
    await page.goto(`${from.url}${name}.html`);
    return page;
  };
  beforeAll(async () => {
    pages = await buildPages(["archive-contract", "opfs-archive"], { workers });
    browser = await openProfile(profile);
  });
  afterAll(async () => {
    await browser?.close();
    pages?.close();
    rmSync(profile, { recursive: true, force: true });
  });

  test("does what every archive has to do", async () => {
    const page = await open("archive-contract");
    const tests = (await page.evaluate(
      () => (globalThis as unknown as { outcome: Promise<unknown> }).outcome,
    )) as PageTest[];
    expect(tests.filter(({ state }) => state !== "pass")).toEqual([]);
    // Those of the three themes are there, and have run.
    expect(tests.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "text is kept unit by unit: every code unit",
        "Chinese, part of a compound",
        "by size: the oldest go until the texts fit; a text that others hold frees nothing",
      ]),
    );
    expect(tests.length).toBeGreaterThan(90);
    await page.close();
  });

  test("what was put is there when the page is opened again, and when the browser is", async () => {
    const first = await open("opfs-archive");
    expect(await ask(first, "open", "session")).toEqual({ value: true });
    const text = "缓存的预算";
    const put = (await ask(first, "put", [entry(text)])) as { value: string[] };
    const [ref] = put.value;
    // Neither closed nor told: the page just goes.
    await first.close();
    const again = await open("opfs-archive");
    expect(await ask(again, "open", "session")).toEqual({ value: true });
    expect(await ask(again, "text", ref!)).toEqual({ value: text });
    await browser.close();
    browser = await openProfile(profile);
    const later = await open("opfs-archive");
    expect(await ask(later, "open", "session")).toEqual({ value: true });
    expect(await ask(later, "text", ref!)).toEqual({ value: text });
    expect(await ask(later, "search", "预算")).toEqual({ value: [ref] });
    expect(await ask(later, "close")).toEqual({ value: true });
    await later.close();
  });

  test("a second page is refused with a typed error, harms nothing, and may have it once the first has closed it", async () => {
    const [one, two] = await Promise.all([open("opfs-archive"), open("opfs-archive")]);
    expect(await ask(one, "open", "shared")).toEqual({ value: true });
    const { value } = (await ask(one, "put", [entry("of the first page")])) as { value: string[] };
    expect(await ask(two, "open", "shared")).toEqual({ code: "ARCHIVE_FAILED", data: { reason: "busy" } });
    // Another archive is free.
    expect(await ask(two, "open", "another")).toEqual({ value: true });
    expect(await ask(two, "close")).toEqual({ value: true });
    expect(await ask(one, "text", value[0]!)).toEqual({ value: "of the first page" });
    expect(await ask(one, "close")).toEqual({ value: true });
    expect(await ask(two, "open", "shared")).toEqual({ value: true });
    expect(await ask(two, "text", value[0]!)).toEqual({ value: "of the first page" });
    await Promise.all([one.close(), two.close()]);
  });

  test("two pages that open it at once: one has it, the other is told", async () => {
    const both = await Promise.all([open("opfs-archive"), open("opfs-archive")]);
    const told = await Promise.all(both.map((page) => ask(page, "open", "race")));
    expect(told).toContainEqual({ value: true });
    expect(told).toContainEqual({ code: "ARCHIVE_FAILED", data: { reason: "busy" } });
    await Promise.all(both.map((page) => page.close()));
  });

  test("without the driver's package the error says what to install", async () => {
    const bare = await buildPages(["opfs-archive"], { workers, without: ["@sqlite.org/sqlite-wasm"] });
    const page = await open("opfs-archive", bare);
    const remedy = expect.stringContaining("npm install --save-exact @sqlite.org/sqlite-wasm@");
    expect(await ask(page, "open", "any")).toEqual({ code: "ARCHIVE_DRIVER_MISSING", data: { remedy } });
    await page.close();
    bare.close();
  });
});
