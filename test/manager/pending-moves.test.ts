// Moves of cap that wait for room, and who is served by those that are made.
import { expect, test } from "vitest";
import type { ManagerOptions } from "../../src/index.ts";
import { gatedCleaner, settle } from "../support/gated-cleaner.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { smallManager, text } from "../support/small-manager.ts";

/** 40 tokens of b's 100 are wanted for a. */
const moving = (options: Partial<ManagerOptions> = {}, used = 70) => {
  const cleaner = new ScriptedCleaner();
  const small = smallManager({
    cleaner,
    proactiveCleanup: true,
    policy: () => [{ rule: "test", from: "b", to: "a", share: 0.16, reason: "test" }],
    ...options,
  });
  for (let n = 0; n < used; n += 10) small.manager.tryPut("b", { text: text(10) });
  return { ...small, cleaner };
};

test("the giver is cleaned though it is within its band and nobody waits", async () => {
  const { manager, cleaner, row } = moving();
  expect(manager.adjustAllocations().moves).toMatchObject([{ tokens: 30, pending: 10 }]);
  await settle();
  expect(row("a").allocated).toBe(140);
  expect(cleaner.requests).toMatchObject([{ component: "b", need: 10, escalate: false }]);
});

test("a move that meets a cleanup in flight is tried again after it, once", async () => {
  const { cleaner, open, started } = gatedCleaner();
  const { manager, row } = moving({ cleaner });
  const run = manager.cleanupComponent("b");
  await started();
  const adjusted: unknown[] = [];
  manager.on("adjusted", ({ moves }) => adjusted.push(...moves));
  expect(manager.adjustAllocations().moves).toMatchObject([{ tokens: 30, pending: 10 }]);
  expect(manager.adjustAllocations().moves).toMatchObject([{ tokens: 0, pending: 10 }]);
  open();
  await run;
  await settle();
  expect(row("a").allocated).toBe(140);
  expect(adjusted).toMatchObject([
    { tokens: 30, pending: 10 },
    { tokens: 10, pending: 0 },
  ]);
  expect(cleaner.requests.length).toBe(1);
});

test("what a floor or a ceiling forbids is not cleaned for", async () => {
  const a = { share: 0.4, target: [0.5, 0.99] as const };
  for (const [given, taken, pending, needs] of [
    [{ floor: 0.4 }, {}, 40, []],
    [{}, { ceiling: 0.4 }, 40, []],
    [{ floor: 0.3 }, {}, 30, [15]],
  ] as const) {
    const components = { a: { ...a, ...taken }, b: { ...a, ...given }, fixed: { share: 0.2, fixed: true } };
    const { manager, cleaner, row } = moving({ components }, 90);
    expect(manager.adjustAllocations().moves).toMatchObject([{ pending }]);
    await settle();
    expect(cleaner.requests.map(({ need }) => need)).toEqual(needs);
    expect(row("b").allocated).toBe(needs.length === 0 ? 100 : 75);
  }
});

test("a cleanup that frees nothing is not repeated", async () => {
  const { manager, cleaner, row } = moving();
  for (const { id } of manager.items("b")) manager.pin(id);
  manager.adjustAllocations();
  await settle();
  expect([cleaner.requests.length, row("a").allocated]).toEqual([1, 130]);
});

test("a clock that throws in the background harms nothing but the move", async () => {
  const { cleaner, open, started } = gatedCleaner();
  const { manager, clock, row } = moving({ cleaner });
  manager.adjustAllocations();
  await started();
  const { now } = clock;
  clock.now = Number.NaN;
  open();
  await settle();
  clock.now = now;
  expect(row("b").used).toBe(manager.items("b").length * 10);
  manager.adjustAllocations();
  await settle();
  expect(row("a").allocated).toBe(140);
});

test("a caller who waits is served by cap that a rule moves there", async () => {
  const { cleaner, started } = gatedCleaner("a");
  const { manager, used } = moving({ cleaner, proactiveCleanup: false });
  manager.tryAllocate("a", 90);
  const waiter = manager.allocateTokens("a", 40);
  await started();
  expect(manager.adjustAllocations().moves).toMatchObject([{ tokens: 30 }]);
  expect(await waiter).toBe(40);
  expect(used("a")).toBe(130);
});

test("a rule that wants something else is heard a window after it was changed last, though it was looked at since", () => {
  let share = 0.16;
  const policy = () => [{ rule: "test", from: "b", to: "a", share, reason: "test" }];
  const { manager, clock, row } = smallManager({ policy, windowMs: 1000 });
  const at = (ms: number) => {
    clock.now = 1_000_000 + ms;
    manager.adjustAllocations();
    return row("a").allocated;
  };
  expect([at(0), at(1500)]).toEqual([140, 140]);
  share = 0.04;
  expect(at(1600)).toBe(110);
  share = 0.08;
  expect([at(2599), at(2600)]).toEqual([110, 120]);
});
