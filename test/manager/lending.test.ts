import { expect, test } from "vitest";
import { gatedCleaner } from "../support/gated-cleaner.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";

const three = {
  a: { share: 0.4, target: [0.5, 0.8] as const },
  b: { share: 0.4, floor: 0.2, target: [0.5, 0.8] as const },
  pinned: { share: 0.2, fixed: true },
};

test("borrows idle cap, lists the loan, and never below the lender's floor", async () => {
  const { manager, row } = smallManager({ onShortfall: "borrow", components: three });
  manager.tryAllocate("a", 90);
  expect(await manager.allocateTokens("a", 30)).toBe(30);
  expect(row("a")).toMatchObject({ allocated: 120, used: 120, borrowed: 20, share: 0.4 });
  expect(row("b")).toMatchObject({ allocated: 80, lent: 20 });
  expect(manager.getUtilizationReport().loans).toEqual([{ lender: "b", borrower: "a", tokens: 20 }]);
  // b may go down to 50; the fixed component lends nothing.
  expect(await codeOf(() => manager.allocateTokens("a", 31))).toBe("BUDGET_EXCEEDED");
  expect(await manager.allocateTokens("a", 30)).toBe(30);
  expect(row("b").allocated).toBe(50);
});

test("cleans before it borrows, and borrows for a request above the cap without cleaning", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, row } = smallManager({ cleaner, onShortfall: "borrow", components: three });
  await manager.put("a", { text: text(60) });
  expect(await manager.allocateTokens("a", 80)).toBe(80);
  expect(row("a")).toMatchObject({ used: 80, borrowed: 0 });
  manager.release("a", 80);
  await manager.put("a", { text: text(20) });
  cleaner.requests.length = 0;
  expect(await manager.allocateTokens("a", 120)).toBe(120);
  expect(row("a")).toMatchObject({ used: 140, borrowed: 40 });
  expect(cleaner.requests).toEqual([]);
});

test("the idle part of a loan comes back at once when its lender needs it", async () => {
  const { manager, row } = smallManager({ onShortfall: "borrow", components: three });
  manager.tryAllocate("a", 100);
  await manager.allocateTokens("a", 40);
  manager.release("a", 25);
  expect(manager.tryAllocate("b", 70)).toBe(70);
  expect(row("a")).toMatchObject({ allocated: 130, used: 115 });
  // 10 more are idle with the borrower, 20 are not.
  expect(manager.tryAllocate("b", 21)).toBe(0);
  expect(row("b")).toMatchObject({ allocated: 85, used: 70, lent: 15 });
});

test("the used part comes back after the borrower's cleanup", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, row } = smallManager({ cleaner, components: three });
  manager.tryAllocate("a", 100);
  await manager.put("a", { text: text(40) }, { onShortfall: "borrow" });
  expect(row("b")).toMatchObject({ allocated: 60, lent: 40 });
  cleaner.requests.length = 0;
  expect(await manager.allocateTokens("b", 90)).toBe(90);
  // With that there is room: b itself is not cleaned.
  await manager.idle();
  expect(cleaner.requests.map(({ component }) => component)).toEqual(["a"]);
  expect(row("a")).toMatchObject({ used: 100, borrowed: 10 });
  expect(row("b")).toMatchObject({ allocated: 90, used: 90, lent: 10 });
});

test("a caller whom a called-back loan could serve waits for those before it", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used, row } = smallManager({ cleaner, components: three });
  manager.tryAllocate("a", 100);
  await manager.allocateTokens("a", 40, { onShortfall: "borrow" });
  manager.tryAllocate("b", 50);
  let resume = () => {};
  cleaner.pause = () =>
    new Promise((resolve) => {
      resume = resolve;
    });
  const first = codeOf(() => manager.allocateTokens("b", 50));
  await expect.poll(() => cleaner.requests.length).toBe(1);
  // 10 are available in b; now 35 that it has lent are idle.
  manager.release("a", 35);
  const second = manager.allocateTokens("b", 20);
  expect([used("a"), used("b"), row("b").waiting]).toEqual([105, 50, 2]);
  cleaner.pause = async () => {};
  resume();
  expect(await first).toBe("BUDGET_EXCEEDED");
  expect(await second).toBe(20);
  expect([used("a"), used("b"), row("b").waiting]).toEqual([105, 70, 0]);
});

test("adjusting returns idle loans first, and a share never falls below its floor", async () => {
  const { manager, row } = smallManager({
    onShortfall: "borrow",
    components: three,
    policy: () => [{ rule: "test", from: "b", to: "a", share: 0.3, reason: "test" }],
  });
  manager.tryAllocate("a", 100);
  await manager.allocateTokens("a", 10);
  manager.release("a", 10);
  expect(manager.adjustAllocations().moves).toMatchObject([{ tokens: 50, pending: 25 }]);
  expect(row("a")).toMatchObject({ allocated: 150, borrowed: 0 });
  expect(row("b")).toMatchObject({ allocated: 50, lent: 0 });
});

test("what is lent on of a loan leaves a floor too, once that loan is returned", async () => {
  const components = { a: { share: 0.4, floor: 0.1 }, b: { share: 0.4 }, c: { share: 0.2 } };
  const { manager, row } = smallManager({ onShortfall: "borrow", components, policy: () => [] });
  const total = manager.totalBudget;
  const held = manager.reserve("c", row("c").available);
  await manager.allocateTokens("a", total * 0.4);
  await manager.allocateTokens("a", total * 0.3);
  manager.release("a", total * 0.7);
  manager.tryAllocate("b", row("b").available);
  held.release();
  // a has 70 % of the total, 30 % of it borrowed: of its own 40 % it lends 30.
  expect(await codeOf(() => manager.allocateTokens("c", total * 0.5 + 1))).toBe("BUDGET_EXCEEDED");
  expect(await manager.allocateTokens("c", total * 0.5)).toBe(total * 0.5);
  manager.adjustAllocations();
  expect([row("a").allocated, row("b").allocated, row("c").allocated]).toEqual([0.1, 0.4, 0.5].map((x) => x * total));
  expect(manager.getUtilizationReport().loans).toEqual([{ lender: "a", borrower: "c", tokens: total * 0.3 }]);
});

test("a pending move is made after the giver's cleanup", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, row } = smallManager({
    cleaner,
    proactiveCleanup: true,
    policy: () => [{ rule: "test", from: "b", to: "a", share: 0.1, reason: "test" }],
  });
  const adjusted: unknown[] = [];
  manager.on("adjusted", ({ moves }) => adjusted.push(...moves));
  await manager.put("b", { text: text(80) });
  manager.tryAllocate("b", 10);
  expect(manager.adjustAllocations().moves).toMatchObject([{ tokens: 10, pending: 15 }]);
  await expect.poll(() => row("a").allocated).toBe(125);
  expect(adjusted).toMatchObject([
    { tokens: 10, pending: 15 },
    { tokens: 15, pending: 0 },
  ]);
});

test("room that callers wait for is not lent", async () => {
  const { cleaner, open, started } = gatedCleaner("b");
  const { manager, row } = smallManager({ cleaner });
  manager.tryAllocate("b", 60);
  manager.tryPut("b", { text: text(10) });
  const waiter = manager.allocateTokens("b", 40);
  await started();
  expect(await codeOf(() => manager.allocateTokens("a", 120, { onShortfall: "borrow" }))).toBe("BUDGET_EXCEEDED");
  expect(row("b").lent).toBe(0);
  open();
  expect(await waiter).toBe(40);
});

const four = { x: { share: 0.3, ceiling: 0.4 }, y: { share: 0.2 }, z: { share: 0.4 }, w: { share: 0.1 } };

test("who has most idle lends first", async () => {
  const { manager } = smallManager({ total: 1000, components: four });
  await manager.allocateTokens("x", 650, { onShortfall: "borrow" });
  await manager.allocateTokens("x", 130, { onShortfall: "borrow" });
  expect(manager.getUtilizationReport().loans).toEqual([
    { lender: "z", borrower: "x", tokens: 350 },
    { lender: "y", borrower: "x", tokens: 130 },
  ]);
});

test("what a component has borrowed does not count toward its ceiling, and what it has lent does", async () => {
  for (const [from, full, borrower, tokens] of [
    ["z", "y", "x", 400],
    ["y", "z", "w", 300],
  ] as const) {
    const policy = () => [{ rule: "test", from, to: "x", share: 0.15, reason: "test" }];
    const { manager, row } = smallManager({ total: 1000, components: four, policy });
    manager.tryAllocate(full, full === "y" ? 200 : 400);
    await manager.allocateTokens(borrower, tokens, { onShortfall: "borrow" });
    expect([row("x").borrowed, row("x").lent]).toEqual(borrower === "x" ? [100, 0] : [0, 200]);
    expect(manager.adjustAllocations().moves).toMatchObject([{ tokens: 100, pending: 50 }]);
  }
});

test("a reservation for which too little is called back is one exhaustion", async () => {
  const { manager, row } = smallManager({ components: three });
  await manager.allocateTokens("a", 140, { onShortfall: "borrow" });
  manager.tryAllocate("b", 20);
  manager.release("a", 5);
  expect(await codeOf(() => manager.reserve("b", 50))).toBe("BUDGET_EXCEEDED");
  expect(row("b")).toMatchObject({ allocated: 65, reserved: 0, exhaustions: 1, recentExhaustions: 1 });
});

test("floors and ceilings that are whole tokens are kept to the token: 100 * .29 is 28.999999999999996", async () => {
  for (const [floor, ceiling] of [
    [0.29, 1],
    [0.57, 1],
    [0, 0.55],
    [0, 0.56],
  ] as const) {
    const components = { a: { share: 0.6, floor }, b: { share: 0.4, ceiling } };
    const policy = () => [{ rule: "test", from: "a", to: "b", share: 0.59, reason: "test" }];
    const { manager, row } = smallManager({ total: 100, components, policy });
    manager.adjustAllocations();
    expect(row("b").allocated).toBe(Math.round(100 * Math.min(1 - floor, ceiling, 0.99)));
    const { manager: other } = smallManager({ total: 100, components, onShortfall: "borrow" });
    const most = Math.round(100 * (1 - floor));
    expect(await codeOf(() => other.allocateTokens("b", most + 1))).toMatch(/BUDGET_EXCEEDED|INVALID_TOKENS/);
    expect(await other.allocateTokens("b", most)).toBe(most);
  }
});
