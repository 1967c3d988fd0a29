import { describe, expect, test } from "vitest";
import { clockedLedger, codeThrown } from "../support/clocked-ledger.ts";
import { type LedgerBuild, ledgerBuilds } from "../support/ledger-builds.ts";

describe.each(ledgerBuilds)("%s build", (build: LedgerBuild) => {
  test("more reservations than are listed may expire in the midst of a batch", () => {
    const { ledger, clock } = clockedLedger(build);
    const budget = ledger.open({ caps: { a: 1000 } });
    const handles = Array.from({ length: 300 }, () => budget.reserve("a", 1, 10));
    const batch = ledger.batch();
    for (let i = 0; i < 200; i++) batch.allocate(budget.account("a"), 5);
    clock.now += 10;
    expect(batch.run()).toBe(0);
    expect(batch.outcome(199)).toBe(0);
    const { handles: listed, all } = ledger.core.takeExpired();
    expect([listed.length, all, ledger.core.expired]).toEqual([127, false, 0]);
    expect(listed.every((handle) => handles.includes(handle))).toBe(true);
    expect(new Set(listed).size).toBe(127);
  });

  test("an operation of a batch refers to earlier ones only", () => {
    const { ledger } = clockedLedger(build);
    const budget = ledger.open({ caps: { a: 100 } });
    const handle = budget.reserve("a", 10);
    const batch = ledger.batch();
    batch.cancel(-1);
    batch.cancel(-3);
    batch.settle(handle, 4);
    expect(batch.run()).toBe(2);
    expect([0, 1, 2].map((index) => batch.outcome(index))).toEqual([-5, -5, 96]);
  });

  test("an operation of a batch refers to reserves only", () => {
    const { ledger } = clockedLedger(build);
    const budget = ledger.open({ caps: { a: 100 } });
    const handle = budget.reserve("a", 10);
    const batch = ledger.batch();
    batch.settle(handle, 101);
    batch.cancel(-1);
    expect(batch.run()).toBe(2);
    expect([batch.outcome(0), batch.outcome(1), budget.read("a").reserved]).toEqual([-1, -5, 10]);
  });

  test("a batch runs each operation by itself and reports it", () => {
    const { ledger, clock } = clockedLedger(build);
    const budget = ledger.open({ caps: { a: 100, b: 50 } });
    const [a, b] = [budget.account("a"), budget.account("b")];
    const batch = ledger.batch();
    expect(batch.allocate(a, 90)).toBe(0);
    const refused = batch.reserve(a, 20);
    const held = batch.reserve(b, 30, clock.now + 10);
    batch.settle(-1 - held, 20);
    batch.settle(-1 - refused, 1);
    batch.release(a, 91);
    batch.settle(-1 - 99, 1);
    batch.allocate(99_999_999, 1);
    expect(batch.run()).toBe(5);
    expect(Array.from({ length: batch.length }, (_, index) => batch.outcome(index))).toEqual([
      10, -1, 0, 30, -5, -6, -5, -3,
    ]);
    expect(budget.read("a")).toMatchObject({ used: 90, reserved: 0, exhaustions: 1 });
    expect(budget.read("b")).toMatchObject({ used: 20, reserved: 0 });
    batch.clear();
    const kept = batch.reserve(b, 5);
    expect(batch.run()).toBe(0);
    expect(budget.cancel(batch.handle(kept))).toBe(5);
    batch.clear();
    for (let i = 0; i < batch.capacity; i++) batch.allocate(b, 0);
    expect(codeThrown(() => batch.allocate(b, 0))).toBe("INVALID_ARGUMENT");
    expect(batch.run()).toBe(0);
  });
});
