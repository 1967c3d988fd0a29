import { expect, test } from "vitest";
import { createLedgerSync } from "../../src/index.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";

test("a child is carved out of its parent's component and comes back once", async () => {
  const { manager, used, row } = smallManager();
  manager.tryAllocate("a", 30);
  const child = manager.child("a", { tokens: 50 });
  expect(child.totalBudget).toBe(50);
  expect(child.allocations).toMatchObject({ system_context: 0.1, working_memory: 0.3 });
  expect([used("a"), row("a").available]).toEqual([80, 20]);
  expect(child.tryAllocate("working_memory", 16)).toBe(0);
  expect(child.tryAllocate("working_memory", 15)).toBe(15);
  expect(await codeOf(() => manager.release("a", 31))).toBe("INVALID_TOKENS");
  expect(manager.children).toEqual([child]);
  await child.close();
  await child.close();
  expect([used("a"), manager.children]).toEqual([30, []]);
});

test("a share of the component's cap; 0 is nothing, not everything", async () => {
  const { manager, used } = smallManager();
  const half = manager.child("a", { share: 0.5, components: { only: { share: 1 } } });
  expect(half.totalBudget).toBe(50);
  const none = manager.child("a", { tokens: 0, components: { only: { share: 1 } } });
  expect(none.tryAllocate("only", 1)).toBe(0);
  expect(await codeOf(() => none.allocateTokens("only", 1))).toBe("BUDGET_EXCEEDED");
  expect(await codeOf(() => manager.child("a", { tokens: 51 }))).toBe("BUDGET_EXCEEDED");
  expect(used("a")).toBe(50);
});

test("children of children; closing a manager closes all below it", async () => {
  const { manager, used } = smallManager();
  const components = { only: { share: 1 } };
  const child = manager.child("a", { tokens: 80, components });
  const grandchild = child.child("only", { tokens: 70, components });
  grandchild.tryAllocate("only", 60);
  const held = grandchild.reserve("only", 10);
  expect(child.currentUsage).toEqual({ only: 70 });
  await child.close();
  expect([used("a"), held.state]).toEqual([0, "released"]);
  expect(await codeOf(() => grandchild.tryAllocate("only", 1))).toBe("CLOSED");
});

test("a child inherits its parent's clock, counter and cleaner", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, clock } = smallManager({ cleaner });
  const child = manager.child("a", { tokens: 100, components: { only: { share: 1 } } });
  await child.put("only", { text: text(80) });
  expect(child.items()[0]).toMatchObject({ tokens: 80, createdAt: clock.now });
  expect(await child.allocateTokens("only", 50)).toBe(50);
  await child.close();
  expect(cleaner.closed).toBe(0);
});

test("a factory makes a cleaner for each manager, when it is first needed", async () => {
  const made: ScriptedCleaner[] = [];
  const { manager } = smallManager({
    cleaner: () => {
      made.push(new ScriptedCleaner());
      return made.at(-1)!;
    },
  });
  const child = manager.child("a", { tokens: 50, components: { only: { share: 1 } } });
  expect(made.length).toBe(0);
  await manager.cleanupComponent("b");
  await child.cleanupComponent("only");
  expect(made.length).toBe(2);
  await manager.close();
  expect(made.map(({ closed }) => closed)).toEqual([1, 1]);
});

test("a child's tokens are in the ledger and on the clock of its parent, whatever its options say", () => {
  const { manager, clock, used } = smallManager();
  const options = { tokens: 50, ledger: createLedgerSync(), now: () => 5, components: { only: { share: 1 } } };
  const child = manager.child("a", options);
  expect(child.tryAllocate("only", 20)).toBe(20);
  expect([used("a"), child.getUtilizationReport().at]).toEqual([50, clock.now]);
});

test("closing releases every cleaner below once, and a restore those of the children that it closes", async () => {
  const made: ScriptedCleaner[] = [];
  const { manager } = smallManager({
    cleaner: () => {
      made.push(new ScriptedCleaner());
      return made.at(-1)!;
    },
  });
  const components = { only: { share: 1 } };
  const carved = () => {
    const child = manager.child("a", { tokens: 50, components });
    const grandchild = child.child("only", { tokens: 20, components });
    const last = grandchild.child("only", { tokens: 9, components });
    return [child, grandchild, last];
  };
  const empty = manager.snapshot();
  const [child, ...below] = carved();
  for (const each of [child!, ...below]) await each.cleanupComponent("only");
  await child!.close();
  expect(made.map(({ closed }) => closed)).toEqual([1, 1, 1]);
  await Promise.all([child!.close(), below[0]!.close()]);
  expect(made.map(({ closed }) => closed)).toEqual([1, 1, 1]);
  const again = carved();
  for (const each of again) await each.cleanupComponent("only");
  manager.restore(empty);
  await Promise.all(again.map((each) => each.close()));
  await manager.close();
  expect(made.map(({ closed }) => closed)).toEqual([1, 1, 1, 1, 1, 1]);
});

test("closing a child serves who waits in its parent", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used } = smallManager({ cleaner });
  const child = manager.child("a", { tokens: 80, components: { only: { share: 1 } } });
  cleaner.before = () => child.close();
  expect(await manager.allocateTokens("a", 90)).toBe(90);
  expect(used("a")).toBe(90);
});
