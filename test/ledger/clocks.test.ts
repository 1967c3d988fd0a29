import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLedgerSync, type LedgerBudget } from "../../src/ledger/index.ts";
import { type LedgerBuild, ledgerBuilds, ledgerCode } from "../support/ledger-builds.ts";
import { ReferenceLedger } from "../support/reference-ledger.ts";
import { runs } from "../support/runs.ts";

const hour = 3_600_000;
const day = 24 * hour;
const year = 365 * day;
const most = 2 ** 31 - 1;

/** Where clocks stand: at 0, today, like performance.now(), before 1970, about where 32 bits of two seconds end, and far beyond. */
const far = 2 ** 31 * 2048;
const clocks = [
  0,
  1.7e12,
  83_127.3000002,
  -1.7e12,
  -5e12,
  far - day,
  far,
  -far,
  -far - 2 * hour,
  -far - day,
  1e15,
  -1e15,
];

describe.each(ledgerBuilds)("%s build", (build: LedgerBuild) => {
  const code = ledgerCode(build);

  /** A budget for each clock, all in one ledger; `at` moves the clock to so many ms after its start. */
  const spread = (caps: Record<string, number>, windowMs: number) => {
    let now = 0;
    const ledger = createLedgerSync({ now: () => now, code });
    return clocks.map((start) => {
      now = start;
      const budget = ledger.open({ caps, windowMs });
      const at = (ms: number) => {
        now = start + ms;
        return budget;
      };
      return { start, at };
    });
  };

  const step = fc.record({
    after: fc.constantFrom(
      0,
      0.3,
      1,
      17,
      999,
      60_000,
      4.6 * hour,
      4.7 * hour,
      19 * hour,
      3 * day,
      40 * day,
      1.2 * year,
    ),
    what: fc.constantFrom("allocate", "release", "visit", "refused", "transfer"),
    tokens: fc.oneof(fc.nat(1000), fc.constantFrom(1, most)),
  });

  test("mean use over windows of a second to ten years is what a list of all changes gives, whatever the clocks show", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1000, hour, 30 * day, 10 * year),
        fc.constantFrom(1000, most - 7),
        fc.array(step, { maxLength: 40, size: "max" }),
        (windowMs, cap, steps) => {
          const sides = spread({ a: cap, b: 7 }, windowMs).map((side) => {
            const model = new ReferenceLedger();
            model.now = side.start;
            return { ...side, model, accounts: model.open([cap, 7], windowMs)!.accounts, ms: 0, changes: 0 };
          });
          for (const { after, what, tokens } of steps) {
            for (const side of sides) {
              const { model } = side;
              const account = side.accounts[0]!;
              side.ms += after;
              const budget = side.at(side.ms);
              model.now = side.start + side.ms;
              const amount = Math.min(tokens, what === "release" ? account.used : model.available(account));
              if (what === "allocate" && model.allocate(account, amount)) budget.tryAllocate("a", amount);
              else if (what === "release" && model.release(account, amount)) budget.release("a", amount);
              else if (what === "refused") expect(budget.tryAllocate("a", most)).toBe(0);
              else if (what === "transfer" && model.transfer(account, side.accounts[1]!, amount)) {
                budget.transfer("a", "b", amount);
              }
              if (what !== "visit") side.changes += 1;
              const elapsed = Math.min(model.now - side.start, windowMs);
              // What a time is rounded to, 1/64 ms, for each change; a mean of an earlier window is kept as a float of 32 bits.
              const slack = Number.isInteger(side.start + side.ms)
                ? 0
                : (side.changes + 2) / 64 / Math.max(elapsed, 1e-3);
              const { meanUse } = budget.read("a");
              expect(Math.abs(meanUse - model.meanUse(account))).toBeLessThan(1e-6 + slack);
              expect(meanUse).toBeLessThan(1 + 1e-6);
            }
          }
        },
      ),
      runs(`clocks (${build})`, 60, 3_000),
    );
  });

  test("all tokens in use for all of a long window, and for half of it", () => {
    for (const windowMs of [day, 30 * day, 10 * year]) {
      for (const { at } of spread({ a: most }, windowMs)) {
        at(0).allocate("a", most);
        expect(at(windowMs * 0.75).read("a").meanUse).toBeCloseTo(1, 12);
        at(windowMs).release("a", most);
        expect(at(windowMs).read("a").meanUse).toBeCloseTo(1, 7);
        expect(at(windowMs * 1.5).read("a").meanUse).toBeCloseTo(0.5, 7);
        at(windowMs * 1.5).allocate("a", most);
        expect(at(windowMs * 2).read("a").meanUse).toBeCloseTo(0.5, 7);
        expect(at(windowMs * 9).read("a").meanUse).toBeCloseTo(1, 7);
      }
    }
  });

  test("a clock that goes back, by ms or by months, counts as the time of the last change until it comes there again", () => {
    for (const back of [1, 5, 3000, hour, 5 * hour, 10 * hour, day, 40 * day]) {
      for (const { at } of spread({ a: 100 }, 100 * day)) {
        at(50 * day).allocate("a", 50);
        at(60 * day).allocate("a", 50);
        expect(at(60 * day - back).read("a").meanUse).toBeCloseTo(5 / 60, 9);
        at(60 * day - back).release("a", 100);
        at(60 * day - back / 2).allocate("a", 20);
        expect(at(60 * day - back / 3).read("a")).toMatchObject({ used: 20, peak: 100, grants: 3 });
        expect(at(60 * day).read("a").meanUse).toBeCloseTo(5 / 60, 9);
        expect(at(80 * day).read("a").meanUse).toBeCloseTo((5 + 4) / 80, 9);
      }
    }
  });

  test("a clock that goes back over the end of 32 bits of two seconds is still known to be behind", () => {
    for (const back of [2048, hour, 4 * hour]) {
      let now = far - day;
      const budget = createLedgerSync({ now: () => now, code }).open({ caps: { a: 100 }, windowMs: 100 * day });
      now = far + 2 * day;
      budget.allocate("a", 100);
      now = far - back;
      budget.release("a", 50);
      expect(budget.read("a").meanUse).toBe(0);
      now = far + 5 * day;
      expect(budget.read("a").meanUse).toBeCloseTo(0.25, 9);
    }
  });

  test("reservations made while a clock is behind end by that clock", () => {
    for (const back of [10, 3 * hour, 11 * hour, 2 * day, 3 * year]) {
      for (const { at } of spread({ a: 100 }, 10 * year)) {
        at(4 * year).allocate("a", 10);
        for (let step = 1; step <= 4; step++) {
          const behind = 4 * year - back * step;
          at(behind).reserve("a", 90, 1000);
          expect(at(behind + 999.5).tryAllocate("a", 1)).toBe(0);
          expect(at(behind + 1000).tryAllocate("a", 1)).toBe(1);
          at(behind + 1000).release("a", 1);
        }
        expect(at(4 * year + 1000).read("a").meanUse).toBeLessThan(1e-6);
        expect(at(8 * year).read("a").meanUse).toBeCloseTo(0.05, 6);
      }
    }
  });

  test("a clock that goes back step by step, a reservation at each, is still known to be behind", () => {
    for (const { at } of spread({ a: 100 }, 10 * year)) {
      at(year).allocate("a", 50);
      for (let step = 1; step <= 12; step++) {
        at(year - 3 * hour * step).reserve("a", 1, hour);
        at(year - 3 * hour * step).allocate("a", 1);
      }
      expect(at(year).read("a")).toMatchObject({ used: 62, reserved: 0 });
      expect(at(year).read("a").meanUse).toBeCloseTo(0, 9);
      expect(at(2 * year).read("a").meanUse).toBeCloseTo(0.31, 9);
    }
  });

  test("a reservation that is extended to an earlier time ends then", () => {
    for (const { at } of spread({ a: 100 }, year)) {
      const handle = at(0).reserve("a", 100, 40 * day);
      at(1000).extend(handle, hour);
      expect(at(1000 + hour - 0.25).tryAllocate("a", 1)).toBe(0);
      expect(at(1000 + hour).tryAllocate("a", 100)).toBe(100);
    }
  });

  test("cap that moves counts from then on in the other account too, where the first has changed at a later time", () => {
    for (const { at } of spread({ a: 100, b: 100 }, 100 * day)) {
      at(0).allocate("b", 50);
      at(60 * day).allocate("a", 0);
      at(50 * day).transfer("a", "b", 100);
      expect(at(100 * day - 1).read("b").meanUse).toBeCloseTo(0.375, 6);
    }
  });

  test.each([0.5, 1, 2047, 2048, 2049, 60_000, 5 * hour, 3 * day, year, 40 * year])(
    "a reservation for %d ms is open until then, and no longer",
    (ttlMs) => {
      const visits: ((budget: LedgerBudget) => number)[] = [
        (budget) => 100 - budget.read("a").reserved,
        (budget) => budget.tryAllocate("a", 100) && 100 - budget.release("a", 100) + 100,
        (budget) => {
          const batch = budget.ledger.batch();
          batch.reserve(budget.account("a"), 100);
          batch.cancel(-1);
          return batch.run() === 0 ? 100 : 0;
        },
      ];
      for (const visit of visits) {
        for (const { at } of spread({ a: 100 }, 7 * hour)) {
          for (const begin of [0, 1500, 30 * day]) {
            const handle = at(begin).reserve("a", 100, ttlMs);
            expect(visit(at(begin + ttlMs - 0.25))).toBe(0);
            expect(visit(at(begin + ttlMs))).toBe(100);
            expect(() => at(begin + ttlMs).settle(handle, 1)).toThrow("not open");
          }
        }
      }
    },
  );

  test("no finite time stops a ledger, and none makes an expiry late", () => {
    const times = [
      -Number.MAX_VALUE,
      -1e300,
      -1e18,
      -1e15,
      -1,
      0,
      1e-300,
      1,
      1e15,
      1.5e17,
      1e18,
      1e300,
      Number.MAX_VALUE,
    ];
    for (const start of times) {
      for (const windowMs of [Number.MIN_VALUE, 1e-9, 1000, 1e300]) {
        let now = start;
        const budget = createLedgerSync({ now: () => now, code }).open({ caps: { a: 100, b: 0 }, windowMs });
        for (const time of [start, ...times]) {
          now = time;
          const ttlMs = 2 * Math.abs(now) + 5;
          if (now + ttlMs > now && Number.isFinite(now + ttlMs)) {
            budget.reserve("a", 40, ttlMs);
            now += ttlMs;
          }
          expect(budget.read("a")).toMatchObject({ used: 0, reserved: 0 });
          expect(budget.tryAllocate("a", 100)).toBe(100);
          budget.transfer("a", "b", 0);
          const { meanUse, since, area } = budget.read("a");
          expect([meanUse >= 0, meanUse <= 1 + 1e-6, since >= start, area >= 0]).toEqual([true, true, true, true]);
          expect(budget.release("a", 100)).toBe(100);
        }
      }
    }
  });
});
