// What a rule takes for the use of a component whose cap was moved or lent within the window: tokens, not parts of its cap.
import { expect, test } from "vitest";
import { type ComponentOptions, createTokenBudgetManagerSync, type ManagerOptions } from "../../src/index.ts";

const hour = 3_600_000;

function setUp(options: Partial<ManagerOptions> = {}) {
  const clock = { now: 0 };
  const manager = createTokenBudgetManagerSync({ total: 200_000, cleanup: false, now: () => clock.now, ...options });
  const knowledge = () => manager.getUtilizationReport().components.knowledge_base!;
  /** All that others have; then so many tokens more are borrowed from knowledge_base. */
  const borrow = async (tokens: number) => {
    for (const [id, { available }] of Object.entries(manager.getUtilizationReport().components)) {
      if (id !== "knowledge_base") manager.tryAllocate(id, available);
    }
    await manager.allocateTokens("working_memory", tokens, { onShortfall: "borrow" });
  };
  return { manager, clock, knowledge, borrow };
}

test("what was lent a moment ago does not make a component underused", async () => {
  const { manager, clock, knowledge, borrow } = setUp();
  manager.tryAllocate("knowledge_base", 24_000);
  clock.now = hour - 1;
  await borrow(16_000);
  expect(knowledge()).toMatchObject({ allocated: 24_000, lent: 16_000 });
  // 24,000 of 40,000 all the time: 60 %.
  expect(manager.adjustAllocations().moves).toEqual([]);
});

test("what comes back from a loan does not make a component used", async () => {
  const { manager, clock, knowledge, borrow } = setUp();
  await borrow(24_000);
  manager.tryAllocate("knowledge_base", 16_000);
  clock.now = hour - 1;
  manager.release("working_memory", 24_000);
  manager.tryAllocate("knowledge_base", 24_000);
  manager.release("knowledge_base", 24_000);
  expect(knowledge()).toMatchObject({ allocated: 40_000, used: 16_000, lent: 0 });
  const [move] = manager.adjustAllocations().moves;
  expect(move).toMatchObject({ tokens: 10_000, reason: "knowledge_base was used 40 % in the window (below 50 %)" });
});

test("a rule's own move neither hides nor prolongs its cause, in a copy of the session too", () => {
  for (const copied of [false, true]) {
    let { manager, clock, knowledge } = setUp();
    manager.tryAllocate("knowledge_base", 19_000);
    clock.now = hour - 1;
    expect(manager.adjustAllocations().moves).toMatchObject([{ tokens: 10_000 }]);
    manager.tryAllocate("knowledge_base", 3_000);
    if (copied) {
      const copy = setUp();
      copy.clock.now = clock.now;
      copy.manager.restore(JSON.parse(JSON.stringify(manager.snapshot())));
      ({ manager, clock, knowledge } = copy);
    }
    // 47.5 % of the base for seven tenths of the last window's length and 55 % for three: below 50 %; half and half: above.
    clock.now = hour * 1.3 - 1;
    manager.adjustAllocations();
    clock.now = hour * 1.5;
    manager.adjustAllocations();
    // The cause was last seen at 1.3 hours.
    clock.now = hour * 2.3 - 2;
    manager.adjustAllocations();
    expect(knowledge().allocated).toBe(30_000);
    clock.now = hour * 2.3;
    manager.adjustAllocations();
    expect(knowledge().allocated).toBe(40_000);
  }
});

test("half of the base is not below one half, whatever part of the cap that is", () => {
  const components: Record<string, ComponentOptions> = {
    working_memory: { share: 0.65 },
    knowledge_base: { share: 0.35 },
  };
  const { manager, clock, knowledge } = setUp({ total: 2_000, components });
  manager.tryAllocate("knowledge_base", 350);
  manager.adjustAllocations({ knowledge_base_utilization: 0.1 });
  expect(knowledge().allocated).toBe(600);
  for (clock.now = hour / 2; clock.now <= 3 * hour; clock.now += hour / 2) {
    const { moves } = manager.adjustAllocations();
    expect(moves).toMatchObject(clock.now === hour ? [{ tokens: -100 }] : []);
  }
});
