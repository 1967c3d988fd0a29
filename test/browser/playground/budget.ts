import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { sampleContents } from "../../../examples/playground/src/samples/contents.ts";
import { reference } from "../../support/reference.ts";
import { dropFile, eventually, type OpenPage } from "./page.ts";

const tokensOf = (text: string) => reference("o200k_base").encode_ordinary(text).length;
const log = (n: number) => sampleContents[0]!.text(n);
const sessions = resolve(import.meta.dirname, "../../../examples/sessions");

/** Content in, cleanups, shares, refusals, search and recall, and a dropped session. */
export function budgetTests(page: () => OpenPage): void {
  let desk: OpenPage;
  beforeAll(() => {
    desk = page();
  });

  const row = (id: string) => desk.page.locator(`[data-component=${id}]`);
  const meter = (id: string) => desk.page.getByRole("meter", { name: id });
  const used = async (id: string) => Number(await meter(id).getAttribute("aria-valuenow"));
  const events = (kind: string) => desk.page.locator(`#log > [data-kind=${kind}]`);
  const startOver = async (total: number) => {
    await desk.page.getByRole("spinbutton", { name: "Total" }).fill(String(total));
    await desk.page.getByRole("button", { name: "Start over" }).click();
    await eventually(() => meter("total").getAttribute("aria-valuemax")).toBe(String(total));
  };
  let chosen = "";
  const put = async (what: string, into?: string) => {
    if (chosen !== what || into !== undefined)
      await desk.page.getByLabel("What", { exact: true }).selectOption({ label: what });
    chosen = into === undefined ? what : "";
    if (into !== undefined) await desk.page.getByLabel("Into", { exact: true }).selectOption(into);
    await desk.page.getByRole("button", { name: "Put", exact: true }).click();
  };

  test("what is pushed in is counted exactly; an overflow is cleaned, searched and recalled", async () => {
    const { page } = desk;
    await startOver(12_000);
    await put("A tool result: a log");
    await eventually(() => events("put").first().locator(".what").textContent()).toBe(
      `Put ${tokensOf(log(1)).toLocaleString("en-US")} tokens into working_memory`,
    );
    // The page tells the event first and draws the meters with its next frame.
    await eventually(() => used("working_memory")).toBe(tokensOf(log(1)));
    expect(await meter("working_memory").getAttribute("aria-valuetext")).toMatch(
      /^[\d,]+ of 3,600 tokens, [\d.]+ %, under its target of 70 to 80 %$/,
    );
    for (let n = 2; n <= 7; n++) {
      await put("A tool result: a log");
      await page.getByRole("button", { name: "+ 30 min" }).click();
      expect(await used("working_memory")).toBeLessThanOrEqual(3_600);
    }
    await eventually(() => events("cleanup").first().textContent()).toMatch(
      /Cleanup of working_memory freed [\d,]+ tokens/,
    );
    expect(await events("cleanup").first().locator("li").first().textContent()).toMatch(
      /^\w+ [\d,]+: \d+ items? .*archive/,
    );
    await eventually(() => row("working_memory").locator(".numbers").textContent()).toMatch(/freed in \d+ cleanup/);

    await page.getByRole("searchbox", { name: "Archive" }).fill("certificate registry-1 expired");
    const hit = page.getByRole("list", { name: "Archived entries" }).getByRole("listitem").first();
    await eventually(() => hit.textContent()).toContain("the certificate of registry-1 has expired");
    await hit.getByRole("button", { name: /^Recall / }).click();
    await eventually(() => events("recall").first().textContent()).toContain(
      `Recalled ${tokensOf(log(1)).toLocaleString("en-US")} tokens into working_memory`,
    );
    await row("working_memory").getByRole("button", { name: "Items of working_memory" }).click();
    const listed = page.getByRole("list", { name: "Items of working_memory" }).locator("li .number");
    const sumOfItems = async () =>
      (await listed.allTextContents()).reduce((sum, text) => sum + Number(text.replaceAll(",", "")), 0);
    await eventually(async () => (await sumOfItems()) - (await used("working_memory"))).toBe(0);
    expect(await sumOfItems()).toBeGreaterThan(0);
    await desk.shoot("budget-light");
  });

  test("a refusal says the numbers, and a recall that finds no room is offered more", async () => {
    const { page } = desk;
    await startOver(12_000);
    await put("A document: a guide", "system_context");
    await put("A document: a guide", "system_context");
    const alert = page.locator("#put-refusal");
    await eventually(() => alert.textContent()).toMatch(
      /^system_context has no room: [\d,]+ tokens wanted, [\d,]+ free, [\d,]+ missing\.$/,
    );
    await page.getByRole("textbox", { name: "Text", exact: true }).fill("A few words.");
    await put("The text above", "interaction_buffer");
    await eventually(() => alert.isHidden()).toBe(true);
    for (let n = 0; n < 7; n++) {
      await put("A tool result: a log");
    }
    const remove = row("working_memory").getByRole("button", { name: /^Remove / });
    await eventually(async () => {
      if ((await remove.count()) > 0) await remove.first().click();
      return used("working_memory");
    }).toBe(0);

    const slider = page.getByRole("slider", { name: "Share of working_memory" });
    await slider.focus();
    await page.keyboard.press("Home");
    await eventually(() => meter("working_memory").getAttribute("aria-valuemax")).toBe("120");
    expect(await events("shares").first().textContent()).toContain("set by hand");
    const shares = page.locator(".share-text");
    const sum = async () =>
      (await shares.allTextContents()).reduce((total, text) => total + Number.parseFloat(text), 0);
    expect(await sum()).toBeCloseTo(100, 0);
    await page.getByRole("searchbox", { name: "Archive" }).fill("certificate expired");
    const hit = page.getByRole("list", { name: "Archived entries" }).getByRole("listitem");
    await hit
      .first()
      .getByRole("button", { name: /^Recall / })
      .click();
    const widen = hit.first().getByRole("button", { name: /^Give working_memory a larger share/ });
    await widen.waitFor();
    expect(await hit.first().getByRole("alert").textContent()).toMatch(
      /^working_memory has no room: \d[\d,]* tokens wanted/,
    );
    await widen.click();
    await eventually(() => events("recall").first().textContent()).toContain("into working_memory");
    expect(await sum()).toBeCloseTo(100, 0);
  });

  test("a dropped session is played message by message, and its tokens are where the page says", async () => {
    const { page } = desk;
    await startOver(16_000);
    const file = "tau-bench-airline.openai.jsonl";
    const lines = readFileSync(resolve(sessions, file), "utf8").split("\n");
    const text = lines.slice(0, 3).join("\n");
    await dropFile(page, file, text);
    const system = JSON.parse(text.slice(0, text.indexOf("\n"))) as {
      messages?: { content: string }[];
      content?: string;
    };
    const status = page.locator("#player-status");
    await eventually(() => status.textContent()).toMatch(/openai-chat\. Ready to play\.$/);
    await page.getByRole("button", { name: "Step" }).click();
    await eventually(() => used("system_context")).toBe(tokensOf((system.content ?? system.messages?.[0]?.content)!));
    await page.getByLabel("Speed", { exact: true }).selectOption("fast");
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await page.getByRole("button", { name: "Pause" }).click();
    await eventually(() => page.getByRole("button", { name: "Play", exact: true }).isVisible()).toBe(true);
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await eventually(() => status.textContent()).toContain("played to its end");
    for (const id of ["system_context", "working_memory", "interaction_buffer"]) {
      expect(await used(id)).toBeLessThanOrEqual(Number(await meter(id).getAttribute("aria-valuemax")));
    }
    expect(await page.locator("#archive-status").textContent()).toMatch(/\d+ entries in the archive/);
    await page.getByRole("button", { name: "Adjust shares by use" }).click();
    await eventually(() => events("shares").first().textContent()).toContain(
      "from knowledge_base to working_memory: knowledge_base was used 0 %",
    );
    await desk.shoot("session-light");
  });
}
