import { describe, expect, test } from "vitest";
import { createLedger, createLedgerSync } from "../../src/ledger/index.ts";
import { clockedLedger, codeThrown } from "../support/clocked-ledger.ts";
import { type LedgerBuild, ledgerBuilds, ledgerCode } from "../support/ledger-builds.ts";

describe.each(ledgerBuilds)("%s build", (build: LedgerBuild) => {
  const code = ledgerCode(build);

  test("grants whole requests up to the cap and says what is missing", async () => {
    const budget = (await createLedger({ code })).open({ caps: { system: 100, history: 900 } });
    expect(budget.tryAllocate("system", 60)).toBe(60);
    expect(budget.tryAllocate("system", 41)).toBe(0);
    expect(() => budget.allocate("system", 41)).toThrow('component "system" lacks 1 of 41 tokens');
    expect(budget.allocate("system", 40)).toBe(40);
    expect(budget.read("system")).toMatchObject({
      cap: 100,
      used: 100,
      reserved: 0,
      peak: 100,
      exhaustions: 2,
      grants: 2,
    });
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 53, "5", null, undefined, 5n])(
    "%s is no number of tokens and changes nothing",
    (tokens) => {
      const budget = clockedLedger(build).ledger.open({ caps: { a: 100 } });
      budget.allocate("a", 10);
      const handle = budget.reserve("a", 5);
      const before = budget.read("a");
      const wrong = tokens as number;
      expect(codeThrown(() => budget.tryAllocate("a", wrong))).toBe("INVALID_TOKENS");
      expect(codeThrown(() => budget.allocate("a", wrong))).toBe("INVALID_TOKENS");
      expect(codeThrown(() => budget.release("a", wrong))).toBe("INVALID_TOKENS");
      expect(codeThrown(() => budget.reserve("a", wrong))).toBe("INVALID_TOKENS");
      expect(codeThrown(() => budget.settle(handle, wrong))).toBe("INVALID_TOKENS");
      expect(codeThrown(() => budget.transfer("a", "a", wrong))).toBe("INVALID_TOKENS");
      expect(codeThrown(() => budget.ledger.open({ caps: { b: wrong } }))).toBe("INVALID_TOKENS");
      expect(codeThrown(() => budget.ledger.batch().allocate(budget.account("a"), wrong))).toBe("INVALID_TOKENS");
      expect(budget.read("a")).toEqual(before);
    },
  );

  test("the largest cap is 2^31 - 1, and the sum of caps too", () => {
    const { ledger } = clockedLedger(build);
    const budget = ledger.open({ caps: { a: 2 ** 31 - 1, b: 0 } });
    expect(budget.tryAllocate("a", 2 ** 31 - 1)).toBe(2 ** 31 - 1);
    expect(budget.tryAllocate("a", 2 ** 31 - 1)).toBe(0);
    expect(budget.tryAllocate("b", 1)).toBe(0);
    expect(codeThrown(() => ledger.open({ caps: { a: 2 ** 31 - 1, b: 1 } }))).toBe("INVALID_TOKENS");
  });

  test("names that are wrong, budgets that are closed, and times that are none", () => {
    const { ledger } = clockedLedger(build);
    const budget = ledger.open({ caps: { a: 10, ["__proto__"]: 5, constructor: 7 } });
    expect(budget.tryAllocate("__proto__", 5)).toBe(5);
    expect(budget.tryAllocate("constructor", 7)).toBe(7);
    expect(codeThrown(() => budget.tryAllocate("toString", 1))).toBe("UNKNOWN_COMPONENT");
    expect(codeThrown(() => budget.reserve("a", 1, 0))).toBe("INVALID_ARGUMENT");
    expect(codeThrown(() => budget.settle(12345, 1))).toBe("UNKNOWN_RESERVATION");
    expect(codeThrown(() => budget.settle(Number.NaN, 1))).toBe("UNKNOWN_RESERVATION");
    expect(codeThrown(() => ledger.open({ caps: {} }))).toBe("INVALID_ARGUMENT");
    expect(codeThrown(() => ledger.open({ caps: { a: 1 }, windowMs: Number.NaN }))).toBe("INVALID_ARGUMENT");
    budget.close();
    budget.close();
    expect(codeThrown(() => budget.tryAllocate("a", 1))).toBe("CLOSED");
  });

  test("budgets of the same names share a map of them, and maps that nobody uses do not pile up", () => {
    const { ledger } = clockedLedger(build);
    const budget = ledger.open({ caps: { a: 10, b: 5 } });
    const chart = ledger.chart(["a", "b"]);
    expect(ledger.chart(["a", "b"])).toBe(chart);
    for (let i = 0; i < 1000; i++) ledger.open({ caps: { [`of session ${i}`]: 1 } }).close();
    expect(ledger.chart(["a", "b"])).not.toBe(chart);
    expect([budget.read("a").cap, budget.read("b").cap]).toEqual([10, 5]);
    expect(ledger.open({ caps: { a: 1, b: 2 } }).read("b").cap).toBe(2);
  });

  test("255 accounts at most", () => {
    const { ledger } = clockedLedger(build);
    const caps = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, index]));
    expect(ledger.open({ caps: caps(255) }).read("a254").cap).toBe(254);
    expect(codeThrown(() => ledger.open({ caps: caps(256) }))).toBe("INVALID_ARGUMENT");
  });

  test("mean use is weighted by time, window by window", () => {
    const { ledger, clock } = clockedLedger(build);
    const budget = ledger.open({ caps: { a: 100 }, windowMs: 1000 });
    budget.allocate("a", 80);
    clock.now += 250;
    budget.release("a", 40);
    clock.now += 250;
    expect(budget.read("a").meanUse).toBeCloseTo(0.6, 9);
    clock.now += 500;
    // The first window is over: .8 for a quarter, .4 for the rest.
    expect(budget.read("a").meanUse).toBeCloseTo(0.5, 6);
    budget.release("a", 40);
    clock.now += 400;
    expect(budget.read("a").meanUse).toBeCloseTo(0.5 * 0.6, 6);
    clock.now += 5000;
    expect(budget.read("a").meanUse).toBe(0);
  });

  test("a release leaves in use what it is told to keep", () => {
    const { ledger } = clockedLedger(build);
    const account = ledger.openAccounts([100], 0, 1000, 1000) + 1;
    ledger.allocate(account, 50);
    expect(ledger.core.release(account, 11, 40, 1000)).toBe(-6);
    expect(ledger.core.release(account, 1, 60, 1000)).toBe(-6);
    expect(ledger.core.release(account, 10, 40, 1000)).toBe(60);
  });

  test("slots are used again, with reservations in them and of other sizes", () => {
    const { ledger } = clockedLedger(build);
    const cycle = () => {
      for (const size of [5, 3, 8, 1]) {
        const names = Array.from({ length: size }, (_, index) => `n${index}`);
        const budget = ledger.open({ caps: Object.fromEntries(names.map((name) => [name, 10])) });
        for (const name of names) budget.reserve(name, 1, 100 - size);
        budget.close();
      }
    };
    for (let i = 0; i < 20; i++) cycle();
    const before = ledger.bytes;
    for (let i = 0; i < 500; i++) cycle();
    expect(ledger.bytes).toBe(before);
  });

  test("a trap replaces the module and loses no entry", () => {
    const { ledger, clock } = clockedLedger(build);
    const budget = ledger.open({ caps: { a: 100, b: 50 }, windowMs: 100 });
    budget.allocate("a", 60);
    const handle = budget.reserve("b", 20, 1000);
    const before = [budget.read("a"), budget.read("b")];
    // The owner of an account is the first word of its cold half: one that points past the memory traps when the window turns.
    const word = (budget.account("a") * 32 + 32768) / 4;
    const owner = ledger.core.ints[word]!;
    ledger.core.ints[word] = 0x3ffffff;
    clock.now += 200;
    expect(codeThrown(() => budget.tryAllocate("a", 1))).toBe("WASM_TRAP");
    ledger.core.ints[word] = owner;
    clock.now -= 200;
    expect([budget.read("a"), budget.read("b")]).toEqual(before);
    budget.settle(handle, 20);
    expect(budget.tryAllocate("a", 40)).toBe(40);
  });

  test("100,000 sessions of 5 accounts take less than 60 MB", () => {
    const ledger = createLedgerSync({ code });
    const budgets = Array.from({ length: 100_000 }, () => ledger.open({ caps: { a: 5, b: 4, c: 3, d: 2, e: 1 } }));
    expect(ledger.bytes).toBeLessThan(40e6);
    expect(budgets[77_777]!.tryAllocate("a", 5)).toBe(5);
    expect(budgets[77_778]!.read("a").used).toBe(0);
  });
});
