import { describe, expect, test } from "vitest";
import { createLedgerSync } from "../../src/ledger/index.ts";
import { type LedgerBuild, ledgerBuilds, ledgerCode } from "../support/ledger-builds.ts";

const codeOf = (step: () => unknown) => {
  try {
    step();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return undefined;
};

describe.each(ledgerBuilds)("%s build", (build: LedgerBuild) => {
  const code = ledgerCode(build);
  const clocked = () => ({ ledger: createLedgerSync({ now: () => 1000, code }) });

  test("times that are none are refused before anything is booked", () => {
    const { ledger } = clocked();
    const budget = ledger.open({ caps: { a: 100 } });
    const account = budget.account("a");
    const batch = ledger.batch();
    batch.allocate(account, 5);
    const before = budget.read("a");
    for (const time of [Number.NaN, Number.POSITIVE_INFINITY, "7", null, 7n] as number[]) {
      expect(codeOf(() => ledger.allocate(account, 5, time))).toBe("INVALID_ARGUMENT");
      expect(codeOf(() => ledger.release(account, 0, time))).toBe("INVALID_ARGUMENT");
      expect(codeOf(() => ledger.read(account, time))).toBe("INVALID_ARGUMENT");
      expect(codeOf(() => ledger.openAccounts([1], 0, 1000, time))).toBe("INVALID_ARGUMENT");
      expect(codeOf(() => batch.run(time))).toBe("INVALID_ARGUMENT");
    }
    expect(budget.read("a")).toEqual(before);
    for (const ttlMs of [0, -1, Number.NaN, "7", null, 7n] as number[]) {
      expect(codeOf(() => budget.reserve("a", 1, ttlMs))).toBe("INVALID_ARGUMENT");
      expect(codeOf(() => budget.extend(1, ttlMs))).toBe("INVALID_ARGUMENT");
    }
    for (const windowMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "7"] as number[]) {
      expect(codeOf(() => ledger.open({ caps: { a: 1 }, windowMs }))).toBe("INVALID_ARGUMENT");
    }
    for (const now of [() => Number.NaN, () => "7", 5] as (() => number)[]) {
      expect(codeOf(() => createLedgerSync({ now, code }).open({ caps: { a: 1 } }))).toBe("INVALID_ARGUMENT");
    }
    expect(budget.read("a")).toEqual(before);
  });

  test("a number that is no account books nothing, also where 32 bits of it would be one", () => {
    const { ledger } = clocked();
    const budget = ledger.open({ caps: { a: 100 } });
    const account = budget.account("a");
    budget.allocate("a", 10);
    const before = budget.read("a");
    for (const wrong of [account + 2 ** 32, account + 0.5, -account, Number.NaN, 0, 2 ** 31, 2 ** 28 + account]) {
      expect(ledger.allocate(wrong, 1)).toBe(-3);
      expect(ledger.release(wrong, 1)).toBe(-3);
      expect(codeOf(() => ledger.read(wrong, 2000))).toBe("UNKNOWN_COMPONENT");
      if (wrong !== 0) expect(codeOf(() => ledger.openAccounts([1], wrong, 1000, 2000))).toBe("UNKNOWN_COMPONENT");
      const batch = ledger.batch();
      batch.allocate(wrong, 1);
      batch.release(wrong, 1);
      batch.reserve(wrong, 1);
      expect(batch.run()).toBe(3);
    }
    expect(budget.read("a")).toEqual(before);
  });

  test("caps that are none open nothing, and write nowhere else", () => {
    const { ledger } = clocked();
    const budget = ledger.open({ caps: { a: 100 } });
    budget.reserve("a", 7, 60_000);
    const bytes = ledger.bytes;
    for (const caps of [new Array(600).fill(1), new Array(256).fill(1), [], undefined] as number[][]) {
      expect(codeOf(() => ledger.openAccounts(caps, 0, 1000, 0))).toBe("INVALID_ARGUMENT");
    }
    for (const cap of [-1, 1.5, Number.NaN, 2 ** 32 + 1, "7", undefined] as number[]) {
      expect(codeOf(() => ledger.openAccounts([1, cap], 0, 1000, 0))).toBe("INVALID_TOKENS");
    }
    for (const options of [undefined, null, {}, { caps: null }, { caps: 5 }] as never[]) {
      expect(codeOf(() => ledger.open(options))).toBe("INVALID_ARGUMENT");
      expect(codeOf(() => budget.child("a", options))).toBe("INVALID_ARGUMENT");
    }
    expect([ledger.bytes, budget.read("a").reserved, ledger.core.expired]).toEqual([bytes, 7, 0]);
  });
});
