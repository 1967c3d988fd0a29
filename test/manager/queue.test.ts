// The order in which callers who wait are served, and what each of them is due.
import { describe, expect, test } from "vitest";
import { gatedCleaner, settle } from "../support/gated-cleaner.ts";
import { pausingManager } from "../support/pausing-cleaner.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";

test("one who wants more than the cap and may borrow does not take the room of those before", async () => {
  const { cleaner, open, started } = gatedCleaner();
  const { manager, used, row } = smallManager({ cleaner });
  manager.tryAllocate("a", 70);
  const first = codeOf(() => manager.allocateTokens("a", 40));
  await started();
  const second = manager.allocateTokens("a", 110, { onShortfall: "borrow" });
  await settle();
  expect([used("a"), row("a").waiting]).toEqual([70, 2]);
  manager.release("a", 20);
  expect(await first).toBeUndefined();
  open();
  expect(await second).toBe(110);
  expect(row("a")).toMatchObject({ used: 200, borrowed: 100 });
});

test("who is past the deadline leaves after a round, though others wait before", async () => {
  const { cleaner, open, started } = gatedCleaner();
  const { manager, clock, row } = smallManager({ cleaner });
  const clean = cleaner.clean.bind(cleaner);
  // One item a round.
  cleaner.clean = (request, host) => clean({ ...request, goal: 1 }, host);
  for (let n = 0; n < 10; n++) manager.tryPut("a", { text: text(10) });
  const first = manager.allocateTokens("a", 40, { onShortfall: "partial" });
  const second = codeOf(() => manager.allocateTokens("a", 10, { deadline: clock.now + 10 }));
  await started();
  await settle();
  clock.now += 10;
  const waiting: number[] = [];
  cleaner.before = () => void waiting.push(row("a").waiting);
  open();
  expect([await second, await first, waiting]).toEqual(["DEADLINE", 30, [1, 1]]);
});

test("a round counts for those only whom it was made for", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager } = smallManager({ cleaner, maxPasses: 1 });
  for (let n = 0; n < 10; n++) manager.tryPut("a", { text: text(10) });
  // The first and the second do not fit together, so the first round is for the first alone.
  const codes = [10, 95, 60].map((tokens) => codeOf(() => manager.allocateTokens("a", tokens)));
  expect(await Promise.all(codes)).toEqual([undefined, "BUDGET_EXCEEDED", undefined]);
  expect(cleaner.requests.map(({ need }) => need)).toEqual([10, 95]);
});

test("where a round for more frees nothing, none is made for less", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager } = smallManager({ cleaner });
  manager.tryAllocate("a", 100);
  const codes = [90, 60, 70].map((tokens) => codeOf(() => manager.allocateTokens("a", tokens)));
  expect(new Set(await Promise.all(codes))).toEqual(new Set(["BUDGET_EXCEEDED"]));
  expect(cleaner.requests.length).toBe(1);
});

test("when the first leaves, the next is served at once, in the midst of a cleanup", async () => {
  const { cleaner, open, started } = gatedCleaner();
  const { manager, used } = smallManager({ cleaner });
  manager.tryAllocate("a", 70);
  const controller = new AbortController();
  const first = codeOf(() => manager.allocateTokens("a", 40, { signal: controller.signal }));
  const second = manager.allocateTokens("a", 20);
  await started();
  controller.abort();
  expect([await first, await second, used("a")]).toEqual(["ABORTED", 20, 90]);
  open();
});

test("one who comes behind others is an exhaustion where it would not fit without them either, once", async () => {
  const { cleaner, open, started } = gatedCleaner();
  const denied: unknown[] = [];
  const { manager, row } = smallManager({ cleaner });
  manager.tryAllocate("a", 70);
  const first = codeOf(() => manager.allocateTokens("a", 40));
  await started();
  expect(row("a").exhaustions).toBe(1);
  manager.on("denied", ({ requested, available, final }) => denied.push([requested, available, final]));
  const fits = manager.allocateTokens("a", 20);
  expect([row("a").exhaustions, denied]).toEqual([1, []]);
  const doesNot = codeOf(() => manager.reserveTokens("a", 35));
  expect([row("a").exhaustions, denied]).toEqual([2, [[35, 30, false]]]);
  open();
  expect([await first, await fits, await doesNot]).toEqual(["BUDGET_EXCEEDED", 20, "BUDGET_EXCEEDED"]);
  expect([row("a").exhaustions, row("a").recentExhaustions]).toEqual([2, 2]);
  expect(denied.slice(1)).toEqual([
    [40, 30, true],
    [35, 10, true],
  ]);
});

test("a listener that aborts a call at its first refusal is in time", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used } = smallManager({ cleaner });
  manager.tryPut("a", { text: text(90) });
  const controller = new AbortController();
  manager.on("denied", () => controller.abort());
  expect(await codeOf(() => manager.allocateTokens("a", 40, { signal: controller.signal }))).toBe("ABORTED");
  expect([used("a"), cleaner.requests]).toEqual([90, []]);
});

test("a refusal tells the figures of its check, whatever listeners do then", async () => {
  for (const refused of ["reserve", "allocateTokens"] as const) {
    const { manager } = smallManager();
    manager.tryAllocate("a", 90);
    manager.on("denied", ({ final }) => {
      if (final === (refused === "allocateTokens")) manager.release("a", 50);
    });
    const call = async () => manager[refused]("a", 30);
    await expect(call()).rejects.toMatchObject({ data: { requested: 30, available: 10, missing: 20 } });
  }
});

test("a cleanup for several ends by the last of their deadlines; with one who has none, by none", async () => {
  for (const [deadlines, deadline] of [
    [[1_000_010, 1_000_030, 1_000_020], 1_000_030],
    [[1_000_010, undefined], undefined],
  ] as const) {
    const cleaner = new ScriptedCleaner();
    const { manager } = smallManager({ cleaner });
    manager.tryPut("a", { text: text(90) });
    await Promise.all(
      deadlines.map((each) => manager.allocateTokens("a", 20, each === undefined ? {} : { deadline: each })),
    );
    expect(cleaner.requests.map((request) => request.deadline)).toEqual([deadline]);
  }
});

test("what a cleanup freed that a caller waited for, without one of its own, is in its refusal", async () => {
  const { cleaner, open, started } = gatedCleaner();
  const { manager } = smallManager({ cleaner });
  manager.tryAllocate("a", 80);
  for (let n = 0; n < 2; n++) manager.tryPut("a", { text: text(10) });
  const cleanup = manager.cleanupComponent("a", { goal: 10 });
  await started();
  const refused = manager.allocateTokens("a", 30);
  open();
  await cleanup;
  await expect(refused).rejects.toMatchObject({ data: { requested: 30, available: 20, missing: 10, freed: 20 } });
});

test("a reservation that is settled for less serves who waits, in the midst of a cleanup", async () => {
  const { cleaner, open, started } = gatedCleaner();
  const { manager, used } = smallManager({ cleaner });
  const held = manager.reserve("a", 90);
  const waiter = manager.allocateTokens("a", 40);
  await started();
  held.settle(60);
  expect([await waiter, used("a")]).toEqual([40, 100]);
  open();
});

test("who closes the manager on hearing of a refusal closes it for the caller too", async () => {
  for (const maxPasses of [0, 3]) {
    const { manager } = smallManager({ cleaner: new ScriptedCleaner(), maxPasses });
    manager.tryAllocate("a", 60);
    manager.on("denied", () => void manager.close());
    expect(await codeOf(() => manager.put("a", { id: "i", text: text(50) }))).toBe("CLOSED");
  }
});

test("an abort by who hears of an expiry ends a wait that was about to begin", async () => {
  let aborted = 0;
  for (let ttlMs = 1; ttlMs < 10; ttlMs++) {
    const { cleaner, open } = gatedCleaner();
    let time = 1000;
    const { manager } = smallManager({ cleaner, now: () => time++ });
    manager.tryAllocate("a", 90);
    manager.reserve("a", 5, { ttlMs });
    const controller = new AbortController();
    manager.on("expired", () => controller.abort());
    const waiting = codeOf(() => manager.allocateTokens("a", 50, { signal: controller.signal }));
    await settle();
    if (controller.signal.aborted) {
      aborted += 1;
      manager.release("a", 90);
      expect([ttlMs, await waiting]).toEqual([ttlMs, "ABORTED"]);
    }
    open();
    await manager.close();
    await waiting;
  }
  expect(aborted).toBeGreaterThan(1);
});

test("the first of those who wait, called off while it is looked at, takes nobody else along", async () => {
  let calledOff = 0;
  for (let ttlMs = 5; ttlMs < 30; ttlMs++) {
    const { cleaner, open, started } = gatedCleaner();
    let time = 1000;
    const { manager, used, row } = smallManager({ cleaner, onShortfall: "partial", now: () => time++ });
    manager.tryAllocate("a", 70);
    const controller = new AbortController();
    manager.on("expired", () => controller.abort());
    const first = manager.allocateTokens("a", 40);
    await started();
    manager.reserve("a", 5, { ttlMs });
    const hopeless = codeOf(() => manager.allocateTokens("a", 400, { signal: controller.signal }));
    const last = manager.allocateTokens("a", 41);
    await settle();
    open();
    const granted = (await first) + (await last);
    if ((await hopeless) === "ABORTED") {
      calledOff += 1;
      expect([ttlMs, used("a"), row("a").waiting]).toEqual([ttlMs, 70 + granted, 0]);
    }
    await manager.close();
  }
  expect(calledOff).toBeGreaterThan(1);
});

describe("waiters", () => {
  test("closing refuses them, though a child gives room back", async () => {
    const { manager, started, resume } = pausingManager();
    manager.child("a", { tokens: 95 });
    const waiter = codeOf(() => manager.allocateTokens("a", 10));
    await started();
    const closed = manager.close();
    expect(await waiter).toBe("CLOSED");
    resume();
    await closed;
  });

  test("one who wants a part does not take it from those before", async () => {
    const { manager, used, started, resume } = pausingManager();
    manager.tryAllocate("a", 70);
    const first = codeOf(() => manager.allocateTokens("a", 40));
    await started();
    const second = manager.allocateTokens("a", 101, { onShortfall: "partial" });
    expect(used("a")).toBe(70);
    resume();
    expect([await first, await second]).toEqual(["BUDGET_EXCEEDED", 30]);
  });

  test("do not share a cleanup that aims lower than they need", async () => {
    for (const low of [
      { need: 1, goal: 0 },
      { need: 10, goal: 10 },
    ]) {
      const { manager, cleaner, resume, started } = pausingManager({ maxPasses: 1 });
      for (let n = 0; n < 10; n++) manager.tryPut("a", { text: text(10) });
      const cleanup = manager.cleanupComponent("a", low);
      await started();
      const waiter = manager.allocateTokens("a", 60);
      resume();
      await cleanup;
      expect(await waiter).toBe(60);
      expect(cleaner.requests.length).toBe(2);
    }
  });

  test("are served by cap that comes in the midst of their cleanup", async () => {
    const policy = () => [{ rule: "one", from: "b", to: "a", share: 0.1, reason: "test" }];
    const { manager, started, resume } = pausingManager({ policy });
    manager.tryAllocate("a", 90);
    const waiter = manager.allocateTokens("a", 30);
    await started();
    manager.adjustAllocations();
    expect(await waiter).toBe(30);
    resume();
  });

  test("one who leaves does not end a background cleanup", async () => {
    const { manager, cleaner, resume, started } = pausingManager({ proactiveCleanup: true });
    manager.tryPut("a", { text: text(90) });
    await started();
    const controller = new AbortController();
    const waiter = codeOf(() => manager.allocateTokens("a", 20, { signal: controller.signal }));
    await Promise.resolve();
    controller.abort();
    expect(await waiter).toBe("ABORTED");
    expect(cleaner.requests[0]!.signal!.aborted).toBe(false);
    resume();
    await manager.idle();
    expect(manager.items()).toEqual([]);
  });

  test("a put that shrinks its item does not wait behind them", async () => {
    const { manager } = pausingManager();
    manager.tryPut("a", { id: "x", text: text(90) });
    const waiter = manager.allocateTokens("a", 40);
    await Promise.resolve();
    expect((await manager.put("a", { id: "x", text: text(50) })).tokens).toBe(50);
    expect(await waiter).toBe(40);
  });
});
