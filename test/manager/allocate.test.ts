import { expect, test } from "vitest";
import { BudgetExceededError } from "../../src/index.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";

test("grants what fits, and the rest of the call is the caller's", async () => {
  const { manager, used } = smallManager();
  expect(await manager.allocateTokens("a", 60)).toBe(60);
  expect(manager.tryAllocate("a", 40)).toBe(40);
  expect(manager.tryAllocate("a", 1)).toBe(0);
  manager.release("a", 30);
  expect(used("a")).toBe(70);
  expect(manager.currentUsage).toEqual({ a: 70, b: 0, pinned: 0 });
});

test("without a cleaner a request that does not fit is refused at once, with the numbers", async () => {
  const { manager, used } = smallManager();
  await manager.allocateTokens("a", 90);
  const error = await manager.allocateTokens("a", 30).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(BudgetExceededError);
  expect((error as BudgetExceededError).data).toEqual({
    component: "a",
    requested: 30,
    available: 10,
    missing: 20,
    freed: 0,
  });
  expect(used("a")).toBe(90);
});

test("cleans, measures what came back by the ledger, and grants", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used, clock } = smallManager({ cleaner });
  for (const id of ["one", "two", "three"]) {
    await manager.put("a", { id, text: text(30) });
    clock.now += 1;
  }
  expect(await manager.allocateTokens("a", 40)).toBe(40);
  // 90 + 40 - 50 % of 100 = 80 to free: all three items.
  expect(cleaner.requests[0]).toMatchObject({ component: "a", need: 40, goal: 80, minGain: 1, escalate: true });
  expect(used("a")).toBe(40);
  expect(manager.items("a")).toEqual([]);
  expect(manager.getUtilizationReport().components.a).toMatchObject({ cleanups: 1, freed: 90, exhaustions: 1 });
});

test("a request above the cap is refused before anything is cleaned, and is no exhaustion", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, row } = smallManager({ cleaner });
  await manager.put("a", { text: text(50) });
  expect(await codeOf(() => manager.allocateTokens("a", 101))).toBe("BUDGET_EXCEEDED");
  expect(cleaner.requests).toEqual([]);
  expect(row("a")).toMatchObject({ used: 50, exhaustions: 0 });
});

test("a round that frees nothing ends the loop", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, row } = smallManager({ cleaner });
  manager.tryAllocate("a", 90);
  expect(await codeOf(() => manager.allocateTokens("a", 20))).toBe("BUDGET_EXCEEDED");
  expect(cleaner.requests.length).toBe(1);
  expect(row("a")).toMatchObject({ used: 90, exhaustions: 1, cleanups: 1, freed: 0 });
});

test("at most maxPasses rounds", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager } = smallManager({ cleaner, maxPasses: 2 });
  manager.tryAllocate("a", 90);
  cleaner.before = () => manager.release("a", 1);
  expect(await codeOf(() => manager.allocateTokens("a", 20))).toBe("BUDGET_EXCEEDED");
  expect(cleaner.requests.length).toBe(2);
});

test("a round for those before it is none of a waiter's own: many at once are served as one by one", async () => {
  const { manager, used } = smallManager({ cleaner: new ScriptedCleaner(), maxPasses: 1 });
  const puts = Array.from({ length: 40 }, (_, at) => manager.put("a", { id: `${at}`, text: text(30) }));
  expect((await Promise.all(puts)).map(({ id }) => id)).toEqual(Array.from({ length: 40 }, (_, at) => `${at}`));
  expect(used("a")).toBeLessThanOrEqual(100);
  await manager.close();
});

test("maxPasses: 0 never cleans", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager } = smallManager({ cleaner, maxPasses: 0 });
  await manager.put("a", { text: text(90) });
  expect(await codeOf(() => manager.allocateTokens("a", 20))).toBe("BUDGET_EXCEEDED");
  expect(cleaner.requests).toEqual([]);
});

test("a cleaner that throws frees nothing; its error is the cause of the refusal", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used } = smallManager({ cleaner });
  manager.tryAllocate("a", 90);
  const broken = new Error("broken");
  cleaner.before = () => {
    throw broken;
  };
  const error = await manager.allocateTokens("a", 20).catch((reason: unknown) => reason);
  expect((error as Error).cause).toBe(broken);
  expect(used("a")).toBe(90);
  await expect(manager.cleanupComponent("a")).rejects.toBe(broken);
});

test("onShortfall: partial grants what is there and records it", async () => {
  const { manager, row } = smallManager({ onShortfall: "partial" });
  manager.tryAllocate("a", 70);
  expect(await manager.allocateTokens("a", 50)).toBe(30);
  expect(row("a")).toMatchObject({ used: 100, partial: 1 });
  expect(await manager.allocateTokens("b", 500)).toBe(100);
  expect(await codeOf(() => manager.put("a", { text: "never in part" }))).toBe("BUDGET_EXCEEDED");
});

test("waiters of one component are served in order and share one cleanup", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used } = smallManager({ cleaner });
  await manager.putBatch("a", [{ text: text(50) }, { text: text(50) }]);
  const order: number[] = [];
  await Promise.all([30, 20, 25].map((tokens) => manager.allocateTokens("a", tokens).then(() => order.push(tokens))));
  expect(order).toEqual([30, 20, 25]);
  expect(cleaner.requests.map(({ need }) => need)).toEqual([75]);
  expect(used("a")).toBe(75);
});

test("a release while a cleanup runs serves who waits", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used } = smallManager({ cleaner });
  manager.tryAllocate("a", 100);
  let resume = () => {};
  cleaner.pause = () =>
    new Promise((resolve) => {
      resume = resolve;
    });
  const waiting = manager.allocateTokens("a", 10);
  manager.release("a", 15);
  expect(used("a")).toBe(95);
  expect(await waiting).toBe(10);
  resume();
});

test("an aborted waiter books nothing and ends the cleanup that only it wanted", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used } = smallManager({ cleaner });
  await manager.put("a", { text: text(90) });
  const controller = new AbortController();
  cleaner.before = () => controller.abort(new Error("enough"));
  expect(await codeOf(() => manager.allocateTokens("a", 20, { signal: controller.signal }))).toBe("ABORTED");
  expect(cleaner.requests[0]!.signal!.aborted).toBe(true);
  await expect.poll(() => cleaner.running.get("a")).toBe(0);
  expect(used("a")).toBe(90);
  expect(await codeOf(() => manager.allocateTokens("b", 1, { signal: controller.signal }))).toBe("ABORTED");
  expect(used("b")).toBe(0);
});

test("an aborted waiter leaves the others their cleanup", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used } = smallManager({ cleaner });
  await manager.put("a", { text: text(90) });
  const controller = new AbortController();
  const first = codeOf(() => manager.allocateTokens("a", 20, { signal: controller.signal }));
  const second = manager.allocateTokens("a", 15);
  controller.abort();
  expect([await first, await second, used("a")]).toEqual(["ABORTED", 15, 15]);
});

test("a deadline on the manager's clock ends a wait", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used, clock } = smallManager({ cleaner });
  await manager.put("a", { text: text(90) });
  const deadline = clock.now + 100;
  cleaner.before = () => {
    clock.now = deadline;
  };
  expect(await codeOf(() => manager.allocateTokens("a", 20, { deadline }))).toBe("DEADLINE");
  expect(cleaner.requests[0]!.deadline).toBe(deadline);
  expect(used("a")).toBe(0);
  expect(await codeOf(() => manager.allocateTokens("a", 1, { deadline }))).toBe("DEADLINE");
});

test("closing refuses who waits, and everything after", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager } = smallManager({ cleaner: () => cleaner });
  await manager.put("a", { text: text(90) });
  const waiting = codeOf(() => manager.allocateTokens("a", 20));
  let closed: Promise<void> | undefined;
  cleaner.before = () => {
    closed = manager.close();
  };
  await expect.poll(() => closed !== undefined).toBe(true);
  await closed;
  expect(await waiting).toBe("CLOSED");
  expect(cleaner.closed).toBe(1);
  await manager.close();
  for (const step of [
    () => manager.tryAllocate("a", 1),
    () => manager.release("a", 1),
    () => manager.reserve("a", 1),
    () => manager.put("a", { text: "" }),
    () => manager.getUtilizationReport(),
    () => manager.adjustAllocations(),
    () => manager.items(),
    () => manager.snapshot(),
    () => manager.cleanupComponent("a"),
  ]) {
    expect(await codeOf(step)).toBe("CLOSED");
  }
});

test("wrong calls are typed errors and change nothing", async () => {
  const { manager } = smallManager();
  manager.tryAllocate("a", 10);
  const before = JSON.stringify(manager.snapshot());
  const wrong = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "7", undefined, 3n] as number[];
  for (const tokens of wrong) {
    expect(await codeOf(() => manager.allocateTokens("a", tokens))).toBe("INVALID_TOKENS");
    expect(await codeOf(() => manager.tryAllocate("a", tokens))).toBe("INVALID_TOKENS");
    expect(await codeOf(() => manager.release("a", tokens))).toBe("INVALID_TOKENS");
    expect(await codeOf(() => manager.reserve("a", tokens))).toBe("INVALID_TOKENS");
    if (tokens !== undefined) expect(await codeOf(() => manager.child("a", { tokens }))).toBe("INVALID_TOKENS");
  }
  for (const component of ["c", "__proto__", "constructor", "", 1, undefined, null] as string[]) {
    expect(await codeOf(() => manager.allocateTokens(component, 1))).toBe("UNKNOWN_COMPONENT");
    expect(await codeOf(() => manager.tryAllocate(component, 1))).toBe("UNKNOWN_COMPONENT");
    expect(await codeOf(() => manager.put(component, { text: "x" }))).toBe("UNKNOWN_COMPONENT");
  }
  expect(await codeOf(() => manager.release("a", 11))).toBe("INVALID_TOKENS");
  expect(await codeOf(() => manager.reserve("a", 1, { ttlMs: 0 }))).toBe("INVALID_ARGUMENT");
  expect(await codeOf(() => manager.child("a", {} as { tokens: number }))).toBe("INVALID_ARGUMENT");
  expect(await codeOf(() => manager.child("a", { share: 1.1 }))).toBe("INVALID_ARGUMENT");
  expect(await codeOf(() => manager.cleanupComponent("pinned"))).toBe("COMPONENT_FIXED");
  expect(JSON.stringify(manager.snapshot())).toBe(before);
});

test.each([
  ["shares that do not sum to 1", { components: { a: { share: 0.5 }, b: { share: 0.4 } } }],
  ["a share of 0", { components: { a: { share: 1 }, b: { share: 0 } } }],
  ["a floor above the share", { components: { a: { share: 1, floor: 1.1 } } }],
  ["a ceiling below the share", { components: { a: { share: 1, ceiling: 0.9 } } }],
  ["a band upside down", { components: { a: { share: 1, target: [0.8, 0.7] as [number, number] } } }],
  ["no components", { components: {} }],
  ["half a pass", { maxPasses: 0.5 }],
  ["no window", { windowMs: 0 }],
  ["an unknown policy for shortfalls", { onShortfall: "wait" as "throw" }],
  ["a clock that is no function", { now: 5 as unknown as () => number }],
  ["a clock without time", { now: () => Number.NaN }],
  ["components that are none", { components: null as never }],
  ["a component that is none", { components: { a: null as never } }],
  ["a share that is no number", { components: { a: { share: true as never } } }],
  ["a floor that is no number", { components: { a: { share: 1, floor: "" as never } } }],
  ["half a band", { components: { a: { share: 1, target: [0.5] as never } } }],
  ["no band", { components: { a: { share: 1, target: null as never } } }],
  ["a cleaner that can't clean", { cleaner: {} as never }],
  ["a ledger that is none", { ledger: {} as never }],
  ["a flag that is none", { proactiveCleanup: "no" as never }],
  ["a time to live in words", { reservationTtlMs: "5" as never }],
  ["a cleanup that is none", { cleanup: null } as object],
])("refuses %s", (_, options) => {
  expect(() => smallManager(options)).toThrowError(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});
