import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { eventually, type OpenPage } from "./page.ts";

/** Name of what has the focus, and whether one can see that it has it. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const now = document.activeElement as HTMLElement;
    const ring = now.id === "text" ? now.closest<HTMLElement>(".editor")! : now;
    const label =
      now.getAttribute("aria-label") ?? (now as HTMLInputElement).labels?.[0]?.textContent ?? now.textContent;
    const { outlineStyle, outlineWidth } = getComputedStyle(ring);
    return { name: (now.id || label || now.tagName).trim(), seen: outlineStyle !== "none" && outlineWidth !== "0px" };
  });

/** Contrast of each text against what lies behind it, by WCAG's formula; the lowest first. */
const contrasts = (page: Page) =>
  page.evaluate(() => {
    const parts = (color: string) => color.match(/[\d.]+/g)!.map(Number);
    const luminance = (color: string) => {
      const [r, g, b] = parts(color)
        .slice(0, 3)
        .map((part) => {
          const value = part / 255;
          return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        });
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const behind = (element: Element): string => {
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if ((parts(backgroundColor)[3] ?? 1) === 1) return backgroundColor;
      }
      return "rgb(255, 255, 255)";
    };
    const found = new Map<string, number>();
    const compare = (name: string, ink: string, paper: string) => {
      const [a, b] = [luminance(ink), luminance(paper)];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      found.set(name, Math.min(found.get(name) ?? 99, ratio));
    };
    const ink = getComputedStyle(document.querySelector("#text")!).color;
    for (const token of document.querySelectorAll(".token"))
      compare("token", ink, getComputedStyle(token).backgroundColor);
    for (const element of document.querySelectorAll("body *:not(.token-layer, .token-layer *, option, :disabled)")) {
      const own = [...element.childNodes].some((node) => node instanceof Text && node.data.trim() !== "");
      if (!own || element.getClientRects().length === 0) continue;
      compare(`${element.tagName}.${element.className}`, getComputedStyle(element).color, behind(element));
    }
    return [...found].map(([name, ratio]) => ({ name, ratio })).sort((a, b) => a.ratio - b.ratio);
  });

const sticksOut = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

/** Keyboard, names and roles, light and dark, and narrow screens. */
export function accessTests(desk: () => OpenPage): void {
  beforeAll(() => desk().reload());

  test("each part has its role and name", async () => {
    const { page } = desk();
    const budget = await page.getByRole("region", { name: "Budget" }).ariaSnapshot();
    for (const line of [
      '- heading "Budget" [level=2]',
      '- spinbutton "Total": "16000"',
      /- meter "working_memory"/,
      '- slider "Share of system_context" [disabled]: "10"',
      '- slider "Share of working_memory": "30"',
      '- button "Items of working_memory"',
      '- combobox "What":',
      '- searchbox "Archive"',
      '- progressbar "Played"',
      '- log "What happened"',
    ])
      expect(budget).toMatch(line instanceof RegExp ? line : new RegExp(line.replaceAll(/[[\].]/g, "\\$&")));
    const tokens = await page.getByRole("region", { name: "Tokens" }).ariaSnapshot();
    expect(tokens).toContain('- textbox "Text"');
    expect(tokens).toContain('- table "Encodings"');
    expect(tokens).toMatch(
      /- list "Tokens around the caret":\s+- listitem:\s+- button "Tokens, id 30325, bytes 54 6f 6b 65 6e 73"/,
    );
  });

  test("all of it works with the keyboard alone, and the focus can be seen", async () => {
    const { page, problems } = desk();
    await page.locator("#count b").filter({ hasText: /^\d+$/ }).waitFor();
    await page.keyboard.press("Tab");
    expect((await focused(page)).name).toBe("Skip to the text");
    await page.keyboard.press("Enter");
    await eventually(async () => (await focused(page)).name).toBe("text");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("hello world");
    await eventually(() => page.locator("#count").textContent()).toBe("2 tokens in o200k_base");
    await page.keyboard.press("Home");
    await eventually(() => page.locator("#token-line").textContent()).toContain("token 1id 24912");
    await page.keyboard.press("Tab");
    await eventually(async () => (await focused(page)).name).toBe("hello, id 24912, bytes 68 65 6c 6c 6f");
    await page.keyboard.press("ArrowRight");
    await eventually(async () => (await focused(page)).name).toBe(
      "space, then world, id 2375, bytes 20 77 6f 72 6c 64",
    );
    expect(await page.locator("#token-line").textContent()).toContain("token 2id 2375");
    const stops: string[] = [];
    for (let at = 0; at < 60 && stops.at(-1) !== "log-box"; at++) {
      await page.keyboard.press("Tab");
      const { name, seen } = await focused(page);
      expect({ name, seen }).toEqual({ name, seen: true });
      stops.push(name);
      if (name === "share-knowledge_base") await page.keyboard.press("ArrowRight");
      if (name === "Put") await page.keyboard.press("Enter");
    }
    for (const name of [
      "model",
      "Count in cl100k_base",
      "Colour the text by o200k_base",
      "total",
      "adjust",
      "share-working_memory",
    ])
      expect(stops).toContain(name);
    for (const name of [
      "Clean up working_memory",
      "Plan a cleanup of agent_context",
      "half-hour",
      "put-source",
      "play",
      "query",
      "log-box",
    ])
      expect(stops).toContain(name);
    await eventually(() => page.locator("#log [data-kind=put]").count()).toBe(1);
    await eventually(() => page.locator("[data-component=knowledge_base] .share-text").textContent()).toBe("21.0 %");
    await eventually(() => page.getByRole("status").filter({ hasText: "in o200k_base" }).textContent()).toMatch(
      /^2 tokens in o200k_base/,
    );
    expect(problems).toEqual([]);
  });

  test.each(["light", "dark"] as const)(
    "%s: readable, nothing sticks out, no motion where none is wanted",
    async (colorScheme) => {
      const { page, problems, shoot } = desk();
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.getByRole("button", { name: "Put", exact: true }).click();
      await page.locator("#log li").first().waitFor();
      const lowest = await contrasts(page);
      expect(lowest.length).toBeGreaterThan(20);
      expect(lowest.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
      const paper = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(Number(paper.match(/\d+/)![0]) > 128).toBe(colorScheme === "light");
      const bar = page.locator(".meter .used").first();
      expect(await bar.evaluate((used) => getComputedStyle(used).transitionDuration)).toBe("0s");
      expect(await sticksOut(page)).toBe(false);
      await shoot(`${colorScheme}-wide`);
      for (const width of [768, 360, 320]) {
        await page.setViewportSize({ width, height: 800 });
        expect([width, await sticksOut(page)]).toEqual([width, false]);
        if (width === 360) await shoot(`${colorScheme}-narrow`);
      }
      await page.emulateMedia({ colorScheme: null, reducedMotion: null });
      await page.setViewportSize({ width: 1280, height: 900 });
      expect(problems).toEqual([]);
    },
  );
}
