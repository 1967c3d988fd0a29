import { describe, expect, test } from "vitest";
import { createLedgerSync } from "../../src/ledger/index.ts";
import { clockedLedger, codeThrown } from "../support/clocked-ledger.ts";
import { type LedgerBuild, ledgerBuilds, ledgerCode } from "../support/ledger-builds.ts";

describe.each(ledgerBuilds)("%s build", (build: LedgerBuild) => {
  const code = ledgerCode(build);
  test("times that are none are refused before anything is booked", () => {
    const { ledger } = clockedLedger(build);
    const budget = ledger.open({ caps: { a: 100 } });
    const account = budget.account("a");
    const batch = ledger.batch();
    batch.allocate(account, 5);
    const before = budget.read("a");
    for (const time of [Number.NaN, Number.POSITIVE_INFINITY, "7", null, 7n] as number[]) {
      expect(codeThrown(() => ledger.allocate(account, 5, time))).toBe("INVALID_ARGUMENT");
      expect(codeThrown(() => ledger.release(account, 0, time))).toBe("INVALID_ARGUMENT");
      expect(codeThrown(() => ledger.read(account, time))).toBe("INVALID_ARGUMENT");
      expect(codeThrown(() => ledger.openAccounts([1], 0, 1000, time))).toBe("INVALID_ARGUMENT");
      expect(codeThrown(() => batch.run(time))).toBe("INVALID_ARGUMENT");
    }
    expect(budget.read("a")).toEqual(before);
    for (const ttlMs of [0, -1, Number.NaN, "7", null, 7n] as number[]) {
      expect(codeThrown(() => budget.reserve("a", 1, ttlMs))).toBe("INVALID_ARGUMENT");
      expect(codeThrown(() => budget.extend(1, ttlMs))).toBe("INVALID_ARGUMENT");
    }
    for (const windowMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "7", null] as number[]) {
      expect(codeThrown(() => ledger.open({ caps: { a: 1 }, windowMs }))).toBe("INVALID_ARGUMENT");
    }
    for (const now of [() => Number.NaN, () => "7", 5] as (() => number)[]) {
      expect(codeThrown(() => createLedgerSync({ now, code }).open({ caps: { a: 1 } }))).toBe("INVALID_ARGUMENT");
    }
    expect(budget.read("a")).toEqual(before);
  });

  test("a number that is no account books nothing, also where 32 bits of it would be one", () => {
    const { ledger } = clockedLedger(build);
    const budget = ledger.open({ caps: { a: 100 } });
    const account = budget.account("a");
    budget.allocate("a", 10);
    const before = budget.read("a");
    const numbers = [account + 2 ** 32, account + 0.5, -account, Number.NaN, 0, 2 ** 31, 2 ** 28 + account];
    const others = [BigInt(account), Symbol("account"), String(account), [account], null, undefined, {}];
    for (const wrong of [...numbers, ...others] as number[]) {
      expect(ledger.allocate(wrong, 1)).toBe(-3);
      expect(ledger.release(wrong, 1)).toBe(-3);
      expect(codeThrown(() => ledger.read(wrong, 2000))).toBe("UNKNOWN_COMPONENT");
      if (wrong !== 0) expect(codeThrown(() => ledger.openAccounts([1], wrong, 1000, 2000))).toBe("UNKNOWN_COMPONENT");
      const batch = ledger.batch();
      batch.allocate(wrong, 1);
      batch.release(wrong, 1);
      batch.reserve(wrong, 1);
      expect(batch.run()).toBe(3);
    }
    expect(budget.read("a")).toEqual(before);
  });

  test("caps that are none open nothing, and write nowhere else", () => {
    const { ledger } = clockedLedger(build);
    const budget = ledger.open({ caps: { a: 100 } });
    budget.reserve("a", 7, 60_000);
    const bytes = ledger.bytes;
    for (const caps of [new Array(600).fill(1), new Array(256).fill(1), [], undefined] as number[][]) {
      expect(codeThrown(() => ledger.openAccounts(caps, 0, 1000, 0))).toBe("INVALID_ARGUMENT");
    }
    for (const cap of [-1, 1.5, Number.NaN, 2 ** 32 + 1, "7", undefined] as number[]) {
      expect(codeThrown(() => ledger.openAccounts([1, cap], 0, 1000, 0))).toBe("INVALID_TOKENS");
    }
    for (const options of [undefined, null, {}, { caps: null }, { caps: 5 }] as never[]) {
      expect(codeThrown(() => ledger.open(options))).toBe("INVALID_ARGUMENT");
      expect(codeThrown(() => budget.child("a", options))).toBe("INVALID_ARGUMENT");
    }
    expect([ledger.bytes, budget.read("a").reserved, ledger.core.expired]).toEqual([bytes, 7, 0]);
  });
});

test("caps that change while they are read open no account that is another budget's", () => {
  const ledger = createLedgerSync({ now: () => 0 });
  const caps: Record<string, number> = { a: 1, b: 2, c: 3 };
  const change = {
    enumerable: true,
    get: () => {
      delete caps.c;
      return 1;
    },
  };
  Object.defineProperty(caps, "a", change);
  expect(codeThrown(() => ledger.open({ caps }))).toBe("INVALID_TOKENS");
});

test("a time to live that is nothing beside the time is none, and changes nothing", () => {
  const budget = createLedgerSync({ now: () => 1.7e12 }).open({ caps: { a: 100 } });
  const handle = budget.reserve("a", 10, 1000);
  expect(codeThrown(() => budget.reserve("a", 1, 1e-4))).toBe("INVALID_ARGUMENT");
  expect(codeThrown(() => budget.extend(handle, 1e-4))).toBe("INVALID_ARGUMENT");
  expect(budget.read("a").reserved).toBe(10);
  expect(budget.cancel(handle)).toBe(10);
});

test("a handle that is not whole names nothing, and what is no number is refused", () => {
  const ledger = createLedgerSync({ now: () => 0 });
  const budget = ledger.open({ caps: { a: 100 } });
  const batch = ledger.batch();
  batch.reserve(budget.account("a"), 10);
  const index = batch.cancel(-0.5);
  expect(batch.run()).toBe(1);
  expect([batch.outcome(index), budget.read("a").reserved]).toEqual([-5, 10]);
  const wrong = 5n as unknown as number;
  for (const step of [
    () => budget.cancel(wrong),
    () => budget.settle(wrong, 1),
    () => budget.extend(wrong, 1),
    () => batch.cancel(wrong),
  ]) {
    expect(step).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  }
  budget.close();
  for (const step of [() => budget.cancel(1), () => budget.settle(1, 1), () => budget.extend(1, 1)]) {
    expect(step).toThrow(expect.objectContaining({ code: "CLOSED" }));
  }
});

test("what does not fit is said as it was at that time, for a child too", () => {
  let now = 0;
  const ledger = createLedgerSync({ now: () => (now += 10) });
  const budget = ledger.open({ caps: { a: 10 } });
  budget.reserve("a", 10, 25);
  expect(() => budget.allocate("a", 3)).toThrow(
    expect.objectContaining({ data: { component: "a", requested: 3, available: 0, missing: 3, freed: 0 } }),
  );
  now = 1000;
  budget.allocate("a", 4);
  expect(() => budget.child("a", { caps: { x: 5, y: 2 } })).toThrow(
    expect.objectContaining({
      name: "BudgetExceededError",
      data: { component: "a", requested: 7, available: 6, missing: 1, freed: 0 },
    }),
  );
});
