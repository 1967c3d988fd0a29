import { afterAll, expect, test } from "vitest";
import { createCleaner } from "../../src/cleanup/cleaner.ts";
import { createInlineCleanup } from "../../src/cleanup/inline-cleanup.ts";
import { createPooledCleanup } from "../../src/cleanup/pooled-cleanup.ts";
import { createTokenizerSync } from "../../src/tokenizer/index.ts";
import { createFakeArchive, createFakeHost, request, text } from "./fake-host.ts";

const module = new URL("./fixtures/strategies.mjs", import.meta.url);
const pool = createPooledCleanup({ workers: 2, maxHeapMb: 48 });
afterAll(() => pool.close());
const tokenizer = createTokenizerSync("o200k_base");

function session(executor = pool) {
  const fake = createFakeHost({ a: 100_000 }, { encoding: "o200k_base", count: (counted) => tokenizer.count(counted) });
  for (const id of ["x1", "y1", "x2"]) fake.put("a", { id, text: text(id, 500) });
  const strategy = (name: string, change = {}) => ({ name, module, export: name, timeoutMs: 2_000, ...change });
  const clean = (...strategies: ReturnType<typeof strategy>[]) =>
    createCleaner({
      archive: createFakeArchive(),
      executor: { ...executor, close: async () => {} },
      namespace: "test",
      keepRecent: 0,
      strategies: { a: strategies },
    }).clean(request("a", { goal: 2_000 }), fake.host);
  return { ...fake, strategy, clean };
}

test.each([
  ["in a worker thread", pool],
  ["inline", createInlineCleanup()],
])("a module's default function gets items and settings, %s", async (_, executor) => {
  const { clean, strategy, ids } = session(executor);
  await clean(strategy("default", { settings: { prefix: "x" } }));
  expect(ids("a")).toEqual(["y1"]);
});

test("it is told of its component, the clock, the round and the goal; its texts are counted by us", async () => {
  const { clean, strategy, host, state } = session();
  state.now = 7;
  const seen = '{"component":"a","now":7,"escalated":false,"goal":2000,"ids":["x1","y1","x2"]}';
  await clean(strategy("context"));
  expect(host.item("x1")).toMatchObject({ text: seen, tokens: tokenizer.count(seen) });
});

test.each([
  ["fails", "WORKER_FAILED"],
  ["nonsense", "WORKER_FAILED"],
  ["missing", "WORKER_FAILED"],
  ["exits", "WORKER_FAILED"],
  ["hangs", "WORKER_FAILED"],
  ["fills", "WORKER_FAILED"],
])("one that %s is named, changes nothing, and the next one runs", async (name, skipped) => {
  const { clean, strategy, ids, used } = session();
  const before = used("a");
  const report = await clean(strategy(name), strategy("default", { settings: { prefix: "y" } }));
  expect(report.strategies).toMatchObject([
    { strategy: name, items: 0, freed: 0, skipped },
    { strategy: "default", items: 1 },
  ]);
  expect(ids("a")).toEqual(["x1", "x2"]);
  expect(used("a")).toBe(before - report.freed);
  expect(JSON.stringify(report)).not.toContain("secret");
});

test("built-in work gives the same result in worker threads and inline, whatever the number of workers", async () => {
  const results = [];
  const one = createPooledCleanup({ workers: 1 });
  for (const executor of [pool, one, createInlineCleanup()]) {
    const { host, put, state } = createFakeHost(
      { interaction_buffer: 1_000_000 },
      { encoding: "o200k_base", count: (counted) => tokenizer.count(counted) },
    );
    for (let i = 0; i < 40; i++) {
      const sentences = Array.from(
        { length: 80 },
        (_, k) => `In step ${k} of ${i} the build of part ${k * i} was ready.`,
      );
      put("interaction_buffer", { id: `m${i}`, kind: "message", role: "user", text: sentences.join(" ") });
    }
    for (const item of state.items)
      host.apply("count", [
        {
          type: "replace",
          id: item.id,
          version: 1,
          text: item.text,
          tokens: tokenizer.count(item.text),
          edited: "lossless",
        },
      ]);
    state.now = 10_000_000;
    const cleaner = createCleaner({ archive: createFakeArchive(), executor, namespace: "test", keepRecent: 0 });
    const report = await cleaner.clean(request("interaction_buffer", { goal: 20_000 }), host);
    expect(report.freed).toBeGreaterThanOrEqual(20_000);
    for (const item of state.items) expect(item.tokens).toBe(tokenizer.count(item.text));
    results.push(state.items.map(({ id, text: kept, tokens }) => ({ id, kept, tokens })));
  }
  await one.close();
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});
