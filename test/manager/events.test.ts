import { expect, test } from "vitest";
import type { EventName } from "../../src/index.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";

/** A manager and everything that it says of these events. */
function listening(names: readonly EventName[], options = {}) {
  const small = smallManager(options);
  const said: unknown[] = [];
  for (const name of names) small.manager.on(name, (event) => said.push([name, event]));
  return { ...small, said };
}

test("allocated and denied, with numbers", async () => {
  const { manager, clock, said } = listening(["allocated", "denied"]);
  const at = clock.now;
  manager.tryAllocate("a", 60);
  manager.tryAllocate("a", 41);
  await codeOf(() => manager.allocateTokens("a", 101));
  const reply = manager.reserve("b", 50);
  reply.settle(20);
  manager.child("b", { tokens: 30 });
  expect(said).toEqual([
    ["allocated", { at, component: "a", tokens: 60, available: 40 }],
    ["denied", { at, component: "a", requested: 41, available: 40, final: false }],
    ["denied", { at, component: "a", requested: 101, available: 40, final: false }],
    ["denied", { at, component: "a", requested: 101, available: 40, final: true }],
    ["allocated", { at, component: "b", tokens: 20, available: 80 }],
    ["allocated", { at, component: "b", tokens: 30, available: 50 }],
  ]);
});

test("a cleanup, with what the ledger saw come back", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, clock, said } = listening(["cleanup", "archived"], { cleaner });
  await manager.put("a", { id: "one", text: text(90) });
  const report = await manager.cleanupComponent("a");
  const refs = report.strategies[0]!.refs;
  expect(said).toEqual([
    ["archived", { at: clock.now, component: "a", strategy: "removeOldest", refs, freed: 90 }],
    ["cleanup", { at: clock.now, component: "a", freed: 90, report }],
  ]);
});

test("a component that leaves one side of its band for another", () => {
  const { manager, clock, said } = listening(["threshold"]);
  const at = clock.now;
  manager.tryAllocate("a", 49);
  manager.tryAllocate("a", 1);
  manager.tryAllocate("a", 30);
  const hold = manager.reserve("a", 1);
  hold.release();
  manager.release("a", 40);
  expect(said).toEqual([
    ["threshold", { at, component: "a", from: "under", to: "within", level: 0.5 }],
    ["threshold", { at, component: "a", from: "within", to: "over", level: 0.81 }],
    ["threshold", { at, component: "a", from: "over", to: "within", level: 0.8 }],
    ["threshold", { at, component: "a", from: "within", to: "under", level: 0.4 }],
  ]);
});

test("a level also changes by an adjustment, an expiry, and a child that closes", async () => {
  const { manager, clock, said } = listening(["threshold"], {
    policy: () => [{ rule: "test", from: "b", to: "a", share: 0.2, reason: "because" }],
  });
  const at = clock.now;
  manager.tryAllocate("a", 60);
  manager.adjustAllocations();
  manager.reserve("b", 30, { ttlMs: 10 });
  clock.now += 10;
  manager.getUtilizationReport();
  const child = manager.child("a", { tokens: 30 });
  await child.close();
  const told = said as [string, { at: number; component: string; from: string; to: string }][];
  expect(told.map(([, event]) => [event.at - at, event.component, event.from, event.to])).toEqual([
    [0, "a", "under", "within"],
    [0, "a", "within", "under"],
    [0, "b", "under", "within"],
    [10, "b", "within", "under"],
    [10, "a", "under", "within"],
    [10, "a", "within", "under"],
  ]);
});

test("adjusted, with the moves that were made", () => {
  const { manager, clock, said } = listening(["adjusted"], {
    policy: () => [{ rule: "test", from: "b", to: "a", share: 0.1, reason: "because" }],
  });
  const { moves } = manager.adjustAllocations();
  manager.adjustAllocations();
  expect(said).toEqual([["adjusted", { at: clock.now, moves }]]);
});

test("a listener can be removed; the same one added twice is called twice", () => {
  const { manager } = smallManager();
  let calls = 0;
  const listener = () => {
    calls += 1;
  };
  const first = manager.on("allocated", listener);
  manager.on("allocated", listener);
  manager.tryAllocate("a", 1);
  first();
  first();
  manager.tryAllocate("a", 1);
  expect(calls).toBe(3);
});

test("a listener that throws fails alone: the step is done, and its error is uncaught", async () => {
  const { manager, used } = smallManager();
  const uncaught: unknown[] = [];
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", (error) => uncaught.push(error));
  try {
    const broken = new Error("broken listener");
    manager.on("allocated", () => {
      throw broken;
    });
    const heard: number[] = [];
    manager.on("allocated", ({ tokens }) => heard.push(tokens));
    expect(manager.tryAllocate("a", 10)).toBe(10);
    await expect.poll(() => uncaught).toEqual([broken]);
    expect([used("a"), heard]).toEqual([10, [10]]);
  } finally {
    process.removeAllListeners("uncaughtException");
    for (const other of others) process.on("uncaughtException", other);
  }
});

test("no event holds content", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, said } = listening(
    ["allocated", "denied", "cleanup", "archived", "threshold", "adjusted", "expired"],
    { cleaner },
  );
  await manager.put("a", { text: "the secret ".repeat(8) });
  await manager.allocateTokens("a", 50);
  await codeOf(() => manager.put("pinned", { text: "the secret ".repeat(8) }));
  expect(said.length).toBeGreaterThan(3);
  expect(JSON.stringify(said)).not.toContain("secret");
});
