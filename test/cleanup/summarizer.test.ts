import { expect, test, vi } from "vitest";
import { createCleaner } from "../../src/cleanup/cleaner.ts";
import { createInlineCleanup } from "../../src/cleanup/inline-cleanup.ts";
import { isErrorText, type Summarizer } from "../../src/cleanup/summarizer.ts";
import { createFakeArchive, createFakeHost, request, words } from "./fake-host.ts";

const hour = 3_600_000;
const prose = Array.from({ length: 60 }, (_, i) => `The topic number ${i} says something of its own here.`).join(" ");

async function summarizeWith(summarizer: Summarizer, options = {}, items = 1) {
  const { host, put, state } = createFakeHost({ interaction_buffer: 100_000 });
  for (let i = 0; i < items; i++)
    put("interaction_buffer", { id: `m${i}`, kind: "message", role: "user", text: `${i} ${prose}` });
  state.now = 3 * hour;
  const archive = createFakeArchive();
  const cleaner = createCleaner({
    archive,
    executor: createInlineCleanup(),
    namespace: "test",
    keepRecent: 0,
    summarizer,
    summarizerOptions: options,
  });
  const report = await cleaner.clean(request("interaction_buffer"), host);
  return { item: host.item("m0")!, host, report, archive };
}

test("the caller's summary is stored, and the original archived", async () => {
  const calls: [number, number, boolean][] = [];
  const { item, archive } = await summarizeWith((text, maxTokens, signal) => {
    calls.push([words(text), maxTokens, signal.aborted]);
    return " sixty topics, each with something of its own ";
  });
  expect(calls).toEqual([[601, 200, false]]);
  expect(item).toMatchObject({ text: "sixty topics, each with something of its own", tokens: 8, edited: "summary" });
  expect(archive.texts()).toEqual([`0 ${prose}`]);
});

test.each<[string, Summarizer]>([
  ["throws", () => Promise.reject(new Error("no model"))],
  [
    "throws at once",
    () => {
      throw new Error("no model");
    },
  ],
  ["returns nothing", () => "  \n"],
  ["returns no text", () => undefined as unknown as string],
  ["returns an error object", () => new Error("no model") as unknown as string],
  ["returns more than was asked", (text) => text],
  ["returns an error text", () => "Error generating summary: 429 rate limit"],
  ["hangs", () => new Promise(() => {})],
])("where the summarizer %s, the built-in one serves", async (_, summarizer) => {
  const { item } = await summarizeWith(summarizer, { timeoutMs: 30 });
  expect(item.edited).toBe("summary");
  expect(item.tokens).toBeLessThanOrEqual(200);
  expect(item.tokens).toBeGreaterThan(100);
  expect(item.text).toContain("The topic number");
});

test("a summarizer that hangs is told to stop, and after three failures in a row is asked no more", async () => {
  const signals: AbortSignal[] = [];
  const { report } = await summarizeWith(
    (_text, _max, signal) => {
      signals.push(signal);
      return new Promise(() => {});
    },
    { timeoutMs: 20, concurrency: 1 },
    8,
  );
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  expect(report.strategies[0]!.items).toBe(8);
});

test("no more calls at once than allowed", async () => {
  let running = 0;
  let most = 0;
  await summarizeWith(
    async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running--;
      return "short";
    },
    { concurrency: 3 },
    10,
  );
  expect(most).toBe(3);
});

test("a plan never calls it", async () => {
  const { host, put, state } = createFakeHost({ interaction_buffer: 100_000 });
  put("interaction_buffer", { id: "m", kind: "message", role: "user", text: prose });
  state.now = 3 * hour;
  const summarizer = vi.fn(() => "short");
  const cleaner = createCleaner({
    archive: createFakeArchive(),
    executor: createInlineCleanup(),
    namespace: "test",
    keepRecent: 0,
    summarizer,
  });
  expect((await cleaner.plan(request("interaction_buffer"), host)).freed).toBeGreaterThanOrEqual(400);
  expect(summarizer).not.toHaveBeenCalled();
});

test.each([
  "Error generating summary",
  "An error occurred while summarizing the text",
  "Failed to generate a summary",
  "OpenAIError: 500",
  "RateLimitError(status 429)",
  '{"error": {"message": "overloaded"}}',
  "I'm sorry, I can't help with that.",
  "undefined",
  "[object Object]",
  "Traceback (most recent call last):",
])("an error text is no summary: %s", (text) => expect(isErrorText(text)).toBe(true));

test.each([
  "The user fixed an error in the parser and ran the tests.",
  "Tests failed twice; then the key was added and they passed.",
  "User asked for a refund. The agent could not find the order.",
  "Errors in the log came from a missing index.",
])("a summary about errors is one: %s", (text) => expect(isErrorText(text)).toBe(false));
