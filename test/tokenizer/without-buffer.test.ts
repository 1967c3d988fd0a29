import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { reference } from "../support/reference.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** In browsers there is no Buffer: strings reach the core another way. */
async function tokenizerOfAPage() {
  vi.resetModules();
  vi.stubGlobal("Buffer", undefined);
  const { createTokenizer } = await import("../../src/index.ts");
  return createTokenizer("o200k_base");
}

test("a batch is counted as the reference counts each text, however many and however long", async () => {
  const words = readFileSync(new URL("../../bench/samples/zh.txt", import.meta.url), "utf8").slice(0, 70_000);
  const expected = reference("o200k_base");
  const count = (text: string) => expected.encode_ordinary(text).length;
  const small = Array.from({ length: 9_000 }, (_, index) => words.slice(index, index + (index % 7)));
  const mixed = ["", "a", words.slice(0, 4_000), "\ud800", " ", words.slice(4_000, 60_000), "'s", words];

  const tokenizer = await tokenizerOfAPage();
  expect([...tokenizer.countBatch(small)]).toEqual(small.map(count));
  expect([...tokenizer.countBatch(mixed)]).toEqual(mixed.map(count));
  expect(tokenizer.count(words)).toBe(count(words));
});
