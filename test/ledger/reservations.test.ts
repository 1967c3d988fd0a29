import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clockedLedger, codeThrown } from "../support/clocked-ledger.ts";
import { type LedgerBuild, ledgerBuilds } from "../support/ledger-builds.ts";
import { runs } from "../support/runs.ts";

describe.each(ledgerBuilds)("%s build", (build: LedgerBuild) => {
  test("a handle is good for one reservation only, also when its cell is used again", () => {
    const budget = clockedLedger(build).ledger.open({ caps: { a: 100 } });
    const first = budget.reserve("a", 10);
    expect(budget.cancel(first)).toBe(10);
    const second = budget.reserve("a", 20);
    expect(second).not.toBe(first);
    expect(codeThrown(() => budget.settle(first, 10))).toBe("UNKNOWN_RESERVATION");
    budget.settle(second, 30);
    expect(budget.read("a")).toMatchObject({ used: 30, reserved: 0 });
    expect(codeThrown(() => budget.settle(second, 30))).toBe("UNKNOWN_RESERVATION");
  });

  test("a settle above what was held takes the rest by the same check, or stays open", () => {
    const budget = clockedLedger(build).ledger.open({ caps: { a: 100 } });
    const handle = budget.reserve("a", 40);
    budget.allocate("a", 50);
    expect(codeThrown(() => budget.settle(handle, 51))).toBe("BUDGET_EXCEEDED");
    expect(budget.read("a")).toMatchObject({ used: 50, reserved: 40, exhaustions: 1 });
    budget.settle(handle, 50);
    expect(budget.read("a")).toMatchObject({ used: 100, reserved: 0 });
  });

  test("expiry is looked at when an account is next used, and a clock that goes back is not believed", () => {
    const { ledger, clock } = clockedLedger(build);
    const budget = ledger.open({ caps: { a: 100 } });
    const handle = budget.reserve("a", 60, 500);
    clock.now = 1499;
    expect(budget.tryAllocate("a", 41)).toBe(0);
    clock.now = 1500;
    expect(budget.tryAllocate("a", 100)).toBe(100);
    expect(codeThrown(() => budget.settle(handle, 1))).toBe("UNKNOWN_RESERVATION");
    clock.now = 0;
    expect(budget.read("a").meanUse).toBe(0);
  });

  test("reading says whether it ended a reservation, and lists it once", () => {
    const { ledger, clock } = clockedLedger(build);
    const budget = ledger.open({ caps: { a: 100 } });
    const handle = budget.reserve("a", 5, 10);
    const account = budget.account("a");
    expect(ledger.read(account, clock.now + 9).woke).toBe(false);
    expect(ledger.read(account, clock.now + 10).woke).toBe(true);
    expect(ledger.read(account, clock.now + 10).woke).toBe(false);
    expect(ledger.core.takeExpired()).toEqual({ handles: [handle], all: true });
  });

  test("reservations with many different expiries end in their order", () => {
    const { ledger, clock } = clockedLedger(build);
    const budget = ledger.open({ caps: { a: 1_000_000 } });
    const times = Array.from({ length: 3000 }, (_, index) => 1 + ((index * 7919) % 3000));
    for (const ms of times) budget.reserve("a", 1, ms);
    for (const ms of [1, 2, 500, 501, 1999, 3000]) {
      clock.now = 1000 + ms;
      expect(budget.read("a").reserved).toBe(3000 - ms);
    }
  });

  test("any order of reserving, cancelling and extending leaves the expiries right", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5), fc.nat(200), fc.integer({ min: 1, max: 60 })), { maxLength: 200, size: "max" }),
        (list) => {
          const { ledger, clock } = clockedLedger(build);
          const budget = ledger.open({ caps: { a: 1_000_000 } });
          let open: { handle: number; until: number }[] = [];
          for (const [what, which, ms] of list) {
            const held = open[which % Math.max(1, open.length)];
            if (what < 3 || held === undefined) {
              open.push({ handle: budget.reserve("a", 1, ms), until: clock.now + ms });
            } else if (what === 3) {
              expect(budget.cancel(held.handle)).toBe(1);
              open = open.filter((each) => each !== held);
            } else if (what === 4) {
              budget.extend(held.handle, ms);
              held.until = clock.now + ms;
            } else {
              clock.now += Math.ceil(ms / 12);
              open = open.filter(({ until }) => until > clock.now);
            }
            expect(budget.read("a").reserved).toBe(open.length);
          }
          for (const { handle } of open) expect(budget.cancel(handle)).toBe(1);
        },
      ),
      runs(`expiries (${build})`, 150, 5_000),
    );
  });
});
