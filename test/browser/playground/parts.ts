import { expect, test } from "vitest";
import { reference } from "../../support/reference.ts";
import { eventually, type OpenPage } from "./page.ts";

const count = (encoding: "cl100k_base" | "p50k_base" | "o200k_base", text: string) =>
  String(reference(encoding).encode_ordinary(text).length);

/** What is loaded when, and the model picker. */
export function partsTests(desk: () => OpenPage): void {
  test("encodings side by side, each vocabulary loaded when it is first ticked", async () => {
    const { page } = desk();
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(/(\w+_base)/.exec(request.url())?.[1] ?? ""));
    const cell = (encoding: string) => page.locator(`[data-encoding=${encoding}]`);
    const text = "Zwei Sprachen, 2 languages, 二つの言語; indentation:\n        return x;";
    await page.getByRole("textbox", { name: "Text", exact: true }).fill(text);
    await eventually(() => cell("o200k_base").textContent()).toBe(count("o200k_base", text));
    expect([await cell("cl100k_base").textContent(), loaded.filter(Boolean)]).toEqual(["–", []]);
    for (const encoding of ["cl100k_base", "p50k_base"] as const) {
      await page.getByRole("checkbox", { name: `Count in ${encoding}` }).check();
      await eventually(() => cell(encoding).textContent()).toBe(count(encoding, text));
    }
    expect(loaded.filter(Boolean)).toEqual(["cl100k_base", "p50k_base"]);
    await page.getByRole("radio", { name: "Colour the text by p50k_base" }).check();
    await eventually(() => page.locator("#count b").textContent()).toBe(count("p50k_base", text));
    expect(await page.locator(".token").count()).toBeGreaterThan(20);
    await page.getByRole("checkbox", { name: "Count in cl100k_base" }).uncheck();
    await eventually(() => cell("cl100k_base").textContent()).toBe("–");
  });

  test("a model shows its encoding and window; one without a public encoding an estimate with its bounds", async () => {
    const { page, shoot } = desk();
    const model = page.getByRole("combobox", { name: "Model" });
    const facts = page.locator("#model-facts");
    await model.fill("gpt-4");
    await model.press("Enter");
    await eventually(() => facts.locator("dl").textContent()).toContain(
      "Encodingcl100k_baseContext window8,192 tokens",
    );
    await page
      .getByRole("textbox", { name: "Text", exact: true })
      .fill("one two three four five six seven eight nine ten");
    await model.fill("claude-opus-4-8");
    await model.press("Enter");
    await eventually(() => facts.locator("dl").textContent()).toContain("Encodingnot public");
    // Ten tokens of o200k_base by the profile's 1.36, 1.6 and 1.8.
    await eventually(() => page.locator("#estimate").textContent()).toBe("about 16 tokens by estimate, 13 to 18");
    await page.getByRole("button", { name: "Start over" }).click();
    await eventually(() => page.locator("#counted-in").textContent()).toContain(
      "kept on the high estimate for claude-opus-4",
    );
    await page.getByLabel("What", { exact: true }).selectOption("text");
    await page.getByRole("button", { name: "Put", exact: true }).click();
    await eventually(() => page.locator("#log [data-kind=put]").textContent()).toContain("Put 18 tokens");
    await shoot("estimate");
    await model.fill("gpt4oo");
    await model.press("Tab");
    await eventually(() => facts.textContent()).toContain("No model of this name is known. The nearest names: gpt-4o");
    expect(await model.getAttribute("aria-invalid")).toBe("true");
  });

  test("nothing was asked for elsewhere, and no problem reported", () => {
    expect([desk().problems, desk().foreign]).toEqual([[], []]);
  });
}
