import { resolve } from "node:path";
import { createServer } from "vite";
import { expect, test } from "vitest";
import { eventually, type Playground } from "./page.ts";

/** The policy that the page is served with, and Vite's development server. */
export function serverTests(playground: () => Playground): void {
  test("its policy needs 'wasm-unsafe-eval' and no more: without it the page says what is missing", async () => {
    const { page } = await playground().open();
    const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).not.toContain("'unsafe-eval'");
    expect(policy).not.toContain("unsafe-inline");
    await page.route(playground().url, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: (await response.text()).replace(" 'wasm-unsafe-eval'", "") });
    });
    await page.reload();
    await eventually(() => page.getByRole("alert").first().textContent()).toContain(
      "needs script-src 'wasm-unsafe-eval'",
    );
    await page.context().close();
  });

  test("Vite's development server serves it too", async () => {
    const root = resolve(import.meta.dirname, "../../../examples/playground");
    const server = await createServer({ root, logLevel: "error", server: { port: 0, host: "127.0.0.1" } });
    try {
      await server.listen();
      const { page, problems } = await playground().open({}, server.resolvedUrls!.local[0]!);
      await page.getByRole("textbox", { name: "Text", exact: true }).fill("hello world");
      await eventually(() => page.locator("#count").textContent()).toBe("2 tokens in o200k_base");
      await page.getByRole("button", { name: "Put", exact: true }).click();
      await eventually(() => page.locator("#log [data-kind=put]").count()).toBe(1);
      expect(problems).toEqual([]);
      await page.context().close();
    } finally {
      await server.close();
    }
  });
}
