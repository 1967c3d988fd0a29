import { afterAll, expect, test } from "vitest";
import { createTokenBudgetManager, createTokenizer } from "../../src/index.ts";
import { nextTask } from "../../src/manager/next-task.ts";

const tokenizer = await createTokenizer("o200k_base");
const manager = await createTokenBudgetManager({ total: 100_000_000, tokenizer, cleanup: false });
afterAll(() => manager.close());

/** Texts whose pieces, pairs and runs lie across the borders of the parts that are counted at once. */
const texts: readonly (readonly [string, string])[] = [
  ["words", "The build of part 17 was ready after 3 minutes. ".repeat(8_000)],
  ["Chinese", "构建在第七分钟完成，缓存没有命中。".repeat(20_000)],
  ["pairs of surrogates", `a${"😀👩‍🚀".repeat(60_000)}`],
  ["one run", "a".repeat(300_001)],
  ["spaces and lines", `${" ".repeat(131_071)}\n${"\n ".repeat(70_000)}x`],
];

/** Turns of the event loop while `work` is under way. */
async function turnsDuring<T>(work: Promise<T>): Promise<{ value: T; turns: number }> {
  let working = true;
  let turns = 0;
  const ended = work.finally(() => {
    working = false;
  });
  while (working) {
    await nextTask();
    turns++;
  }
  return { value: await ended, turns };
}

test.each(texts)("a long text is counted in turns, and exactly: %s", async (name, text) => {
  const { value, turns } = await turnsDuring(manager.put("working_memory", { id: name, text }));
  expect(value.tokens).toBe(tokenizer.count(text));
  expect(turns).toBeGreaterThanOrEqual(Math.floor(text.length / (64 * 1024)));
});

test("many texts are counted in turns, each exactly", async () => {
  const items = Array.from({ length: 400 }, (_, n) => ({ text: `${n}: ${"some words of a log ".repeat(n * 2)}` }));
  items.splice(200, 0, { text: texts[0]![1] }, { text: "" });
  const { value, turns } = await turnsDuring(manager.putBatch("knowledge_base", items));
  expect(value.map(({ tokens }) => tokens)).toEqual(items.map(({ text }) => tokenizer.count(text)));
  expect(turns).toBeGreaterThan(20);
});

test("a text that waits to be counted keeps its place, and closing meanwhile refuses it", async () => {
  const own = await createTokenBudgetManager({ total: 100_000_000, tokenizer, cleanup: false });
  const long = own.put("working_memory", { id: "long", text: texts[0]![1] });
  const short = own.put("working_memory", { id: "short", text: "short" });
  await Promise.all([long, short]);
  expect(own.items().map(({ id }) => id)).toEqual(["long", "short"]);
  const late = own.put("working_memory", { id: "late", text: texts[0]![1] });
  await own.close();
  await expect(late).rejects.toMatchObject({ code: "CLOSED" });
});
