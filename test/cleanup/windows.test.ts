import fc from "fast-check";
import { expect, test } from "vitest";
import { cutAtLines, inWindows, type ShorteningSteps } from "../../src/cleanup/tasks/windows.ts";
import { summarizeSteps } from "../../src/cleanup/text/summarize.ts";
import type { TaskCounter } from "../../src/workers/executor.ts";
import { words } from "./fake-host.ts";

function run(steps: Generator<void, string>): string {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const counter: TaskCounter = {
  count: words,
  *countSteps(text) {
    yield;
    return words(text);
  },
};

test("windows join to the text, none is longer than asked, and cuts are after lines, else spaces, never in a character", () => {
  expect(cutAtLines("ab\ncd\nefgh", 6)).toEqual(["ab\ncd\n", "efgh"]);
  expect(cutAtLines("ab cd efgh", 6)).toEqual(["ab cd ", "efgh"]);
  expect(cutAtLines("😀😀😀", 3)).toEqual(["😀", "😀", "😀"]);
  const text = fc.array(fc.constantFrom("a", "bc", " ", "\n", "漢", "😀")).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 20 }), (whole, size) => {
      const windows = cutAtLines(whole, size);
      expect(windows.join("")).toBe(whole);
      for (const window of windows) {
        expect(window.length).toBeLessThanOrEqual(size);
        expect(window).not.toMatch(/[\ud800-\udbff]$/);
      }
    }),
  );
});

test.each([5, 90, 2_000, 20_000])(
  "a long text comes to at most %d tokens, with something of every part where there is room",
  (maxTokens) => {
    const chapters = Array.from({ length: 40 }, (_, c) =>
      Array.from({ length: 150 }, (_, i) => `Chapter ${c} says in sentence ${i} that item${c}x${i} matters here.`).join(
        " ",
      ),
    );
    const text = chapters.join("\n\n");
    const summary = run(inWindows(summarizeSteps, text, maxTokens, counter));
    expect(words(summary)).toBeLessThanOrEqual(maxTokens);
    expect(words(summary)).toBeGreaterThan(0);
    if (maxTokens >= 2_000) {
      for (let c = 0; c < 40; c++) expect(summary).toContain(`Chapter ${c} `);
    }
  },
);

test("a shortener that gives back what it got ends all the same", () => {
  const stubborn: ShorteningSteps = function* (text) {
    yield;
    return text;
  };
  const text = "word ".repeat(20_000);
  const made = run(inWindows(stubborn, text, 10, counter));
  expect(made.length).toBeLessThanOrEqual(24 * 1024);
  expect(text.startsWith(made)).toBe(true);
});
