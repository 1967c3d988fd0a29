import { expect, test } from "vitest";
import { createInlineCleanup, createTokenBudgetManager, createTokenizer } from "../../src/index.ts";
import { watchLoop } from "../support/watch-loop.ts";

const hour = 3_600_000;

test("an inline cleanup of 200,000 tokens lets the event loop run all along", async () => {
  const clock = { now: 0 };
  const manager = await createTokenBudgetManager({
    total: 2_000_000,
    tokenizer: await createTokenizer("o200k_base"),
    now: () => clock.now,
    proactiveCleanup: false,
    cleanup: { executor: createInlineCleanup },
  });
  for (let i = 0; i < 10; i++) {
    const sentences = Array.from(
      { length: 1_500 },
      (_, k) => `Part ${i} says in line ${k} that the value is ${k * i + 7}.`,
    );
    await manager.put("working_memory", { id: `t${i}`, text: sentences.join(" ") });
  }
  const before = manager.currentUsage.working_memory!;
  expect(before).toBeGreaterThan(200_000);
  clock.now = 2 * hour;
  const started = performance.now();
  const stop = watchLoop();
  const report = await manager.cleanupComponent("working_memory", { goal: 100_000 });
  const { turns, longestMs } = stop();
  const ms = performance.now() - started;
  expect(report.freed).toBeGreaterThanOrEqual(100_000);
  // Slices last 4 ms; the bounds leave room for a machine that does other things too.
  expect(turns).toBeGreaterThan(ms / 60);
  expect(longestMs).toBeLessThan(Math.max(60, ms / 3));
  await manager.close();
});
