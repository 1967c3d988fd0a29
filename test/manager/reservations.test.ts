import { expect, test } from "vitest";
import { createLedgerSync } from "../../src/index.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";

test("holds, settles to what was used, and gives the rest back", () => {
  const { manager, row } = smallManager();
  const reply = manager.reserve("a", 60);
  expect(row("a")).toMatchObject({ used: 0, reserved: 60, available: 40, "utilization%": 0, status: "within" });
  expect(manager.tryAllocate("a", 41)).toBe(0);
  expect(reply.settle(25)).toBe(25);
  expect(row("a")).toMatchObject({ used: 25, reserved: 0, available: 75 });
  expect(reply.state).toBe("settled");
});

test("settles at most once; a release after the end returns nothing", async () => {
  const { manager, used } = smallManager();
  const reply = manager.reserve("a", 60);
  reply.settle();
  expect(await codeOf(() => reply.settle(60))).toBe("UNKNOWN_RESERVATION");
  expect(await codeOf(() => reply.extend(10))).toBe("UNKNOWN_RESERVATION");
  expect(reply.release()).toBe(0);
  expect(used("a")).toBe(60);
});

test("settle above what is held takes the rest, or throws and stays open", async () => {
  const { manager, row } = smallManager();
  const reply = manager.reserve("a", 60);
  manager.tryAllocate("a", 30);
  expect(await codeOf(() => reply.settle(71))).toBe("BUDGET_EXCEEDED");
  expect(row("a")).toMatchObject({ used: 30, reserved: 60, exhaustions: 1 });
  expect(reply.state).toBe("open");
  expect(reply.settle(70)).toBe(70);
  expect(row("a")).toMatchObject({ used: 100, reserved: 0 });
});

test("the same id is the same reservation while it is open", async () => {
  const { manager, row } = smallManager();
  const first = manager.reserve("a", 30, { id: "reply" });
  expect(manager.reserve("a", 30, { id: "reply" })).toBe(first);
  expect(row("a").reserved).toBe(30);
  expect(await codeOf(() => manager.reserve("a", 31, { id: "reply" }))).toBe("INVALID_ARGUMENT");
  expect(await codeOf(() => manager.reserve("b", 30, { id: "reply" }))).toBe("INVALID_ARGUMENT");
  expect(manager.reservation("reply")).toBe(first);
  first.release();
  expect(manager.reservation("reply")).toBeUndefined();
  expect(manager.reserve("a", 31, { id: "reply" })).not.toBe(first);
});

test("expires by the clock, and says so", async () => {
  const { manager, clock, row } = smallManager();
  const expired: unknown[] = [];
  manager.on("expired", (event) => expired.push(event));
  const short = manager.reserve("a", 60, { id: "short", ttlMs: 1000 });
  const kept = manager.reserve("a", 30, { ttlMs: 1000 });
  clock.now += 999;
  kept.extend(500);
  expect(manager.tryAllocate("a", 20)).toBe(0);
  clock.now += 1;
  expect(manager.tryAllocate("a", 20)).toBe(20);
  expect(expired).toEqual([{ at: clock.now, component: "a", id: "short", tokens: 60 }]);
  expect([short.state, kept.state, kept.expiresAt]).toEqual(["expired", "open", clock.now + 499]);
  expect(await codeOf(() => short.settle(1))).toBe("UNKNOWN_RESERVATION");
  expect(row("a")).toMatchObject({ used: 20, reserved: 30 });
});

test("by default a reservation ends after ten minutes; more than 127 that end at once all do", () => {
  const { manager, clock, row } = smallManager({ total: 2_500 });
  const held = Array.from({ length: 300 }, () => manager.reserve("a", 1));
  clock.now += 600_000 - 1;
  expect(row("a").reserved).toBe(300);
  clock.now += 1;
  expect(row("a").reserved).toBe(0);
  expect(held.every(({ state }) => state === "expired")).toBe(true);
});

test("what expires is told and ended, whichever step sees it and whichever manager comes next", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, clock, row } = smallManager({ cleaner });
  const other = smallManager().manager;
  const expired: unknown[] = [];
  manager.on("expired", ({ id }) => expired.push(id));
  manager.tryAllocate("a", 80);
  const reply = manager.reserve("a", 10, { id: "reply", ttlMs: 10 });
  other.reserve("a", 1);
  cleaner.before = () => {
    clock.now += 20;
  };
  // The refusal after the cleanup is the step in which the ledger sees that the time has passed.
  expect(await codeOf(() => manager.allocateTokens("a", 50))).toBe("BUDGET_EXCEEDED");
  other.tryAllocate("a", 1);
  expect([reply.state, reply.expiresAt, manager.reservation("reply")]).toEqual(["expired", -1, undefined]);
  expect(expired).toEqual(["reply"]);
  const again = manager.reserve("a", 10, { id: "reply", ttlMs: 10 });
  expect([again === reply, row("a").reserved]).toEqual([false, 10]);
  clock.now += 10;
  expect(manager.reservation("reply")).toBeUndefined();
});

test("more than the ledger remembers expire for all managers on it", () => {
  const ledger = createLedgerSync();
  const clock = { now: 0 };
  const made = () => smallManager({ ledger, total: 2_500, now: () => clock.now }).manager;
  const [first, second] = [made(), made()];
  const held = [first, second].map((manager) =>
    Array.from({ length: 200 }, () => manager.reserve("a", 1, { ttlMs: 10 })),
  );
  const gone: number[] = [0, 0];
  [first, second].forEach((manager, index) => {
    manager.on("expired", () => {
      gone[index]! += 1;
    });
  });
  clock.now = 10;
  first.tryAllocate("a", 1);
  second.tryAllocate("a", 1);
  expect(gone).toEqual([200, 200]);
  expect(held.flat().every(({ state }) => state === "expired")).toBe(true);
});

test("a waiter whose reservation's id is taken meanwhile fails alone", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, row } = smallManager({ cleaner });
  manager.tryAllocate("a", 95);
  let go = () => {};
  cleaner.before = () =>
    new Promise<void>((resolve) => {
      go = resolve;
    });
  const taken = codeOf(() => manager.reserveTokens("a", 30, { id: "reply" }));
  const next = manager.allocateTokens("a", 20);
  await new Promise((resolve) => setTimeout(resolve));
  manager.reserve("b", 1, { id: "reply" });
  manager.release("a", 60);
  go();
  expect(await taken).toBe("INVALID_ARGUMENT");
  expect(await next).toBe(20);
  expect(row("a")).toMatchObject({ used: 55, reserved: 0, waiting: 0 });
  expect(await codeOf(() => manager.reserveTokens("a", 1, { ttlMs: -1 }))).toBe("INVALID_ARGUMENT");
});

test("what expires serves who waits", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, clock } = smallManager({ cleaner });
  manager.reserve("a", 90, { ttlMs: 100 });
  cleaner.before = () => {
    clock.now += 100;
  };
  expect(await manager.allocateTokens("a", 50)).toBe(50);
});

test("reserveTokens cleans as allocateTokens does", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, row } = smallManager({ cleaner, onShortfall: "partial" });
  await manager.putBatch("a", [{ text: text(45) }, { text: text(45) }]);
  expect(await codeOf(() => manager.reserve("a", 60))).toBe("BUDGET_EXCEEDED");
  const reply = await manager.reserveTokens("a", 60, { id: "reply" });
  expect(reply.tokens).toBe(60);
  expect(row("a")).toMatchObject({ used: 0, reserved: 60, exhaustions: 2 });
  // A part is of no use to a reservation.
  expect(await codeOf(() => manager.reserveTokens("a", 60))).toBe("BUDGET_EXCEEDED");
  expect(await manager.reserveTokens("a", 60, { id: "reply" })).toBe(reply);
});

test("closing ends reservations", async () => {
  const { manager } = smallManager();
  const reply = manager.reserve("a", 60);
  await manager.close();
  expect([reply.state, reply.release()]).toEqual(["released", 0]);
  expect(await codeOf(() => reply.settle(1))).toBe("CLOSED");
});

test("a time to live that is nothing beside the clock's time is refused", async () => {
  const { manager, row } = smallManager({ now: () => 1e18 });
  expect(await codeOf(() => manager.reserve("a", 10, { ttlMs: 1 }))).toBe("INVALID_ARGUMENT");
  expect(await codeOf(() => manager.reserveTokens("a", 10, { ttlMs: 1 }))).toBe("INVALID_ARGUMENT");
  expect([row("a").reserved, row("a").exhaustions]).toEqual([0, 0]);
});
