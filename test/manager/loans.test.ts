// Loans that others depend on: lent on, in a circle, called back for those who wait.
import { expect, test } from "vitest";
import {
  createTokenBudgetManagerSync,
  jsonLines,
  type ManagerOptions,
  replayJournal,
  type TokenBudgetManager,
} from "../../src/index.ts";
import { pausing, pausingManager } from "../support/pausing-cleaner.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager } from "../support/small-manager.ts";

const circle = (options: Partial<ManagerOptions> = {}, floorOfY = 0) =>
  createTokenBudgetManagerSync({
    total: 1000,
    components: { x: { share: 0.1 }, y: { share: 0.2, floor: floorOfY }, z: { share: 0.6 }, w: { share: 0.1 } },
    now: () => 0,
    onShortfall: "borrow",
    proactiveCleanup: false,
    ...options,
  });

/** All but y and the half of x is used; then y has 250, of which x lends 50. */
async function lend(manager: TokenBudgetManager): Promise<void> {
  manager.tryAllocate("z", 600);
  manager.tryAllocate("x", 50);
  manager.tryAllocate("w", 100);
  await manager.allocateTokens("y", 250);
}

const loans = (manager: TokenBudgetManager) =>
  manager.getUtilizationReport().loans.map(({ lender, borrower, tokens }) => `${lender}>${borrower} ${tokens}`);

test("loans in a circle hold up nobody", async () => {
  const cleaner = new ScriptedCleaner();
  let resume = () => {};
  const gate = new Promise<void>((resolve) => {
    resume = resolve;
  });
  cleaner.before = ({ component }) => (component === "z" ? gate : undefined);
  const manager = circle({ cleaner });
  const snapshot = JSON.parse(JSON.stringify(manager.snapshot()));
  for (const [index, cap] of [90, 200, 610, 100].entries()) {
    Object.assign(snapshot.budget.accounts[index], { cap, used: cap, peak: cap });
  }
  // Borrowing calls back what was lent first, which breaks most circles; a session of before may have one.
  snapshot.loans = [
    { lender: "x", borrower: "z", tokens: 10 },
    { lender: "x", borrower: "y", tokens: 10 },
    { lender: "y", borrower: "x", tokens: 10 },
  ];
  manager.restore(snapshot);
  const refused = (component: string) => codeOf(() => manager.allocateTokens(component, 5, { onShortfall: "throw" }));
  // The run of x waits for that of z; that of y waits for that of x, which comes to y next.
  const both = [refused("x"), refused("y")];
  await expect.poll(() => cleaner.requests.map(({ component }) => component)).toEqual(["z"]);
  resume();
  expect(await Promise.all(both)).toEqual(["BUDGET_EXCEEDED", "BUDGET_EXCEEDED"]);
  await manager.idle();
  await manager.close();
});

test("loans that were lent on come back when they are idle", async () => {
  const manager = circle();
  await lend(manager);
  manager.release("y", 100);
  await manager.allocateTokens("w", 50);
  expect(loans(manager)).toEqual(["x>y 50", "y>w 50"]);
  manager.tryAllocate("y", 50);
  manager.release("w", 150);
  expect(manager.tryAllocate("x", 50)).toBe(50);
  expect(loans(manager)).toEqual([]);
});

test("loans of more than a cap that was lent on are in a snapshot", async () => {
  const manager = circle();
  await lend(manager);
  manager.release("y", 250);
  await manager.allocateTokens("w", 230);
  expect([loans(manager), manager.getUtilizationReport().components.y!.allocated]).toEqual([["x>y 50", "y>w 230"], 20]);
  const other = circle();
  other.restore(manager.snapshot());
  expect(loans(other)).toEqual(loans(manager));
});

test("loans serve those who wait as soon as the borrower has room, in order", async () => {
  const { manager, cleaner, resume } = pausingManager();
  manager.tryAllocate("a", 100);
  const lent = manager.allocateTokens("a", 60, { onShortfall: "borrow" });
  await expect.poll(() => cleaner.requests.length).toBe(1);
  resume();
  await lent;
  cleaner.pause = pausing().cleaner.pause;
  manager.tryAllocate("b", 30);
  const order: string[] = [];
  const first = manager.allocateTokens("b", 50).then(() => order.push("first"));
  await expect.poll(() => cleaner.requests.length).toBe(2);
  manager.release("a", 60);
  const second = manager.allocateTokens("b", 20).then(() => order.push("second"));
  await Promise.all([first, second]);
  expect(order).toEqual(["first", "second"]);
});

test("loans are called back for a child", async () => {
  const { manager, row } = smallManager({ onShortfall: "borrow" });
  manager.tryAllocate("a", 100);
  await manager.allocateTokens("a", 40);
  manager.release("a", 40);
  expect(row("b")).toMatchObject({ allocated: 60, lent: 40 });
  manager.child("b", { tokens: 90 });
  expect(row("b")).toMatchObject({ allocated: 90, used: 90, lent: 10, exhaustions: 0 });
});

test("a settle that calls back a part is one exhaustion, in the journal too", async () => {
  const lines: string[] = [];
  const { manager, clock, row } = smallManager({
    onShortfall: "borrow",
    journal: jsonLines((line) => lines.push(line)),
  });
  manager.tryAllocate("a", 100);
  await manager.allocateTokens("a", 40);
  const held = manager.reserve("b", 50);
  manager.release("a", 5);
  expect(await codeOf(() => held.settle(80))).toBe("BUDGET_EXCEEDED");
  expect([held.state, row("b").exhaustions]).toEqual(["open", 1]);
  expect(replayJournal(lines.join(""), clock.now)[0]!.accounts.b).toMatchObject({ reserved: 50, exhaustions: 1 });
});

test("a lender keeps its floor when what it had borrowed and lent on is called back", async () => {
  const manager = circle({}, 0.15);
  await lend(manager);
  manager.release("y", 250);
  // y has 250, of which 50 are borrowed: of its own 200 it may lend 50.
  expect(await codeOf(() => manager.allocateTokens("w", 51))).toBe("BUDGET_EXCEEDED");
  await manager.allocateTokens("w", 50);
  expect(manager.tryAllocate("x", 50)).toBe(50);
  expect(manager.getUtilizationReport().components.y).toMatchObject({ allocated: 150, lent: 50, borrowed: 0 });
});

test("adjusting returns what is idle of a loan that was lent on, in one go", async () => {
  const policy = () => [{ rule: "test", from: "x", to: "z", share: 0.08, reason: "test" }];
  const manager = circle({ policy });
  await lend(manager);
  manager.release("y", 250);
  await manager.allocateTokens("w", 230);
  manager.release("w", 330);
  manager.release("x", 50);
  expect(loans(manager)).toEqual(["x>y 50", "y>w 230"]);
  expect(manager.adjustAllocations().moves).toMatchObject([{ tokens: 80, pending: 0 }]);
  expect(loans(manager)).toEqual([]);
});
