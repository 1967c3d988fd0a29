import { afterAll, describe, expect, test } from "vitest";
import { createWebWorkerCleanup } from "../../../src/cleanup/web-worker-cleanup.ts";
import {
  createInlineCleanup,
  createTokenBudgetManager,
  createTokenizer,
  type Executor,
  type ModuleStrategy,
} from "../../../src/index.ts";
import { runTests } from "./run-tests.ts";

const module = new URL("strategies.js", location.href);
/** One pool for all tests: nobody closes it before the last. */
const pool = createWebWorkerCleanup({ workers: 2 });
const kept = (executor: Executor): Executor => ({ ...executor, close: async () => {} });
const hour = 3_600_000;

const sentences = (start: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${start}: in step ${n} the value ${(n * 7919) % 997} was kept.`).join(" ");

async function session(executor: Executor, ...strategies: ModuleStrategy[]) {
  const manager = await createTokenBudgetManager({
    total: 1_000_000,
    proactiveCleanup: false,
    cleanup: { executor: () => kept(executor), strategies: { working_memory: strategies } },
  });
  for (const id of ["x1", "y1", "x2"]) await manager.put("working_memory", { id, text: sentences(id, 400) });
  return manager;
}

const strategy = (name: string, settings?: unknown): ModuleStrategy => ({
  name,
  module,
  export: name,
  settings,
  timeoutMs: 1_000,
});

/** What the default strategies make of long and short texts of a conversation. */
async function cleaned(executor: Executor) {
  let now = 0;
  const manager = await createTokenBudgetManager({
    total: 1_000_000,
    now: () => now,
    proactiveCleanup: false,
    cleanup: { executor: () => kept(executor) },
  });
  const role = "user";
  for (let n = 0; n < 40; n++) {
    const text =
      n % 2 === 0 ? sentences(`Note ${n}`, 80) : `第${n}步：构建在第${n * 7}分钟完成，缓存没有命中。`.repeat(60);
    await manager.put("interaction_buffer", { id: `m${n}`, kind: "message", role, text });
  }
  now = 5 * hour;
  const { freed } = await manager.cleanupComponent("interaction_buffer", { goal: 30_000 });
  const items = manager.items().map(({ id, text, tokens }) => ({ id, text, tokens }));
  await manager.close();
  return { freed, items };
}

function cleanupTests(): void {
  afterAll(() => pool.close());

  describe.each([
    ["in web workers", pool],
    ["on the page's thread", createInlineCleanup()],
  ])("a caller's module %s", (_, executor) => {
    test("gets items and settings, and its edits are applied", async () => {
      const manager = await session(executor, strategy("default", { prefix: "x" }));
      await manager.cleanupComponent("working_memory", { goal: 100_000 });
      expect(manager.items().map(({ id }) => id)).toEqual(["y1"]);
      await manager.close();
    });

    test.each(["fails", "nonsense", "absent"])(
      "one that is wrong (%s) changes nothing, and the next one runs",
      async (name) => {
        const manager = await session(executor, strategy(name), strategy("default", { prefix: "y" }));
        const report = await manager.cleanupComponent("working_memory", { goal: 100_000 });
        expect(report.strategies).toMatchObject([
          { strategy: name, items: 0, freed: 0, skipped: "WORKER_FAILED" },
          { strategy: "default", items: 1 },
        ]);
        expect(manager.items().map(({ id }) => id)).toEqual(["x1", "x2"]);
        await manager.close();
      },
    );
  });

  test("a caller's module that never ends is ended with its worker", async () => {
    const manager = await session(pool, strategy("hangs"), strategy("default", { prefix: "y" }));
    const report = await manager.cleanupComponent("working_memory", { goal: 100_000 });
    expect(report.strategies).toMatchObject([
      { strategy: "hangs", items: 0, skipped: "WORKER_FAILED" },
      { strategy: "default", items: 1 },
    ]);
    await manager.close();
  });

  test("built-in work gives the same result, whatever runs it; each text is counted exactly", async () => {
    const one = createWebWorkerCleanup({ workers: 1 });
    const results = [await cleaned(createInlineCleanup()), await cleaned(one), await cleaned(pool)];
    await one.close();
    const tokenizer = await createTokenizer("o200k_base");
    expect(results[0]!.freed).toBeGreaterThanOrEqual(30_000);
    for (const { text, tokens } of results[0]!.items) expect(tokens).toBe(tokenizer.count(text));
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });
}

Object.assign(globalThis, { outcome: runTests(cleanupTests) });
