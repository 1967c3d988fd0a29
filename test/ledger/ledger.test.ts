import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLedger, createLedgerSync, TokenBudgetError } from "../../src/ledger/index.ts";
import { type LedgerBuild, ledgerBuilds, ledgerCode } from "../support/ledger-builds.ts";
import { runs } from "../support/runs.ts";

const codeOf = (step: () => unknown) => {
  try {
    step();
  } catch (error) {
    expect(error).toBeInstanceOf(TokenBudgetError);
    return (error as TokenBudgetError).code;
  }
  return undefined;
};

describe.each(ledgerBuilds)("%s build", (build: LedgerBuild) => {
  const code = ledgerCode(build);
  const clocked = () => {
    const clock = { now: 1000 };
    return { clock, ledger: createLedgerSync({ now: () => clock.now, code }) };
  };

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
      const budget = clocked().ledger.open({ caps: { a: 100 } });
      budget.allocate("a", 10);
      const handle = budget.reserve("a", 5);
      const before = budget.read("a");
      const wrong = tokens as number;
      expect(codeOf(() => budget.tryAllocate("a", wrong))).toBe("INVALID_TOKENS");
      expect(codeOf(() => budget.allocate("a", wrong))).toBe("INVALID_TOKENS");
      expect(codeOf(() => budget.release("a", wrong))).toBe("INVALID_TOKENS");
      expect(codeOf(() => budget.reserve("a", wrong))).toBe("INVALID_TOKENS");
      expect(codeOf(() => budget.settle(handle, wrong))).toBe("INVALID_TOKENS");
      expect(codeOf(() => budget.transfer("a", "a", wrong))).toBe("INVALID_TOKENS");
      expect(codeOf(() => budget.ledger.open({ caps: { b: wrong } }))).toBe("INVALID_TOKENS");
      expect(codeOf(() => budget.ledger.batch().allocate(budget.account("a"), wrong))).toBe("INVALID_TOKENS");
      expect(budget.read("a")).toEqual(before);
    },
  );

  test("the largest cap is 2^31 - 1, and the sum of caps too", () => {
    const { ledger } = clocked();
    const budget = ledger.open({ caps: { a: 2 ** 31 - 1, b: 0 } });
    expect(budget.tryAllocate("a", 2 ** 31 - 1)).toBe(2 ** 31 - 1);
    expect(budget.tryAllocate("a", 2 ** 31 - 1)).toBe(0);
    expect(budget.tryAllocate("b", 1)).toBe(0);
    expect(codeOf(() => ledger.open({ caps: { a: 2 ** 31 - 1, b: 1 } }))).toBe("INVALID_TOKENS");
  });

  test("names that are wrong, budgets that are closed, and times that are none", () => {
    const { ledger } = clocked();
    const budget = ledger.open({ caps: { a: 10, ["__proto__"]: 5, constructor: 7 } });
    expect(budget.tryAllocate("__proto__", 5)).toBe(5);
    expect(budget.tryAllocate("constructor", 7)).toBe(7);
    expect(codeOf(() => budget.tryAllocate("toString", 1))).toBe("UNKNOWN_COMPONENT");
    expect(codeOf(() => budget.reserve("a", 1, 0))).toBe("INVALID_ARGUMENT");
    expect(codeOf(() => budget.settle(12345, 1))).toBe("UNKNOWN_RESERVATION");
    expect(codeOf(() => budget.settle(Number.NaN, 1))).toBe("UNKNOWN_RESERVATION");
    expect(codeOf(() => ledger.open({ caps: {} }))).toBe("INVALID_ARGUMENT");
    expect(codeOf(() => ledger.open({ caps: { a: 1 }, windowMs: Number.NaN }))).toBe("INVALID_ARGUMENT");
    budget.close();
    budget.close();
    expect(codeOf(() => budget.tryAllocate("a", 1))).toBe("CLOSED");
  });

  test("budgets of the same names share a map of them, and maps that nobody uses do not pile up", () => {
    const { ledger } = clocked();
    const budget = ledger.open({ caps: { a: 10, b: 5 } });
    const chart = ledger.chart(["a", "b"]);
    expect(ledger.chart(["a", "b"])).toBe(chart);
    for (let i = 0; i < 1000; i++) ledger.open({ caps: { [`of session ${i}`]: 1 } }).close();
    expect(ledger.chart(["a", "b"])).not.toBe(chart);
    expect([budget.read("a").cap, budget.read("b").cap]).toEqual([10, 5]);
    expect(ledger.open({ caps: { a: 1, b: 2 } }).read("b").cap).toBe(2);
  });

  test("255 accounts at most", () => {
    const { ledger } = clocked();
    const caps = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, index]));
    expect(ledger.open({ caps: caps(255) }).read("a254").cap).toBe(254);
    expect(codeOf(() => ledger.open({ caps: caps(256) }))).toBe("INVALID_ARGUMENT");
  });

  test("a handle is good for one reservation only, also when its cell is used again", () => {
    const budget = clocked().ledger.open({ caps: { a: 100 } });
    const first = budget.reserve("a", 10);
    expect(budget.cancel(first)).toBe(10);
    const second = budget.reserve("a", 20);
    expect(second).not.toBe(first);
    expect(codeOf(() => budget.settle(first, 10))).toBe("UNKNOWN_RESERVATION");
    budget.settle(second, 30);
    expect(budget.read("a")).toMatchObject({ used: 30, reserved: 0 });
    expect(codeOf(() => budget.settle(second, 30))).toBe("UNKNOWN_RESERVATION");
  });

  test("a settle above what was held takes the rest by the same check, or stays open", () => {
    const budget = clocked().ledger.open({ caps: { a: 100 } });
    const handle = budget.reserve("a", 40);
    budget.allocate("a", 50);
    expect(codeOf(() => budget.settle(handle, 51))).toBe("BUDGET_EXCEEDED");
    expect(budget.read("a")).toMatchObject({ used: 50, reserved: 40, exhaustions: 1 });
    budget.settle(handle, 50);
    expect(budget.read("a")).toMatchObject({ used: 100, reserved: 0 });
  });

  test("expiry is looked at when an account is next used, and a clock that goes back is not believed", () => {
    const { ledger, clock } = clocked();
    const budget = ledger.open({ caps: { a: 100 } });
    const handle = budget.reserve("a", 60, 500);
    clock.now = 1499;
    expect(budget.tryAllocate("a", 41)).toBe(0);
    clock.now = 1500;
    expect(budget.tryAllocate("a", 100)).toBe(100);
    expect(codeOf(() => budget.settle(handle, 1))).toBe("UNKNOWN_RESERVATION");
    clock.now = 0;
    expect(budget.read("a").meanUse).toBe(0);
  });

  test("mean use is weighted by time, window by window", () => {
    const { ledger, clock } = clocked();
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

  test("a child is charged to its parent and comes back once", () => {
    const { ledger } = clocked();
    const parent = ledger.open({ caps: { a: 100, b: 50 } });
    const child = parent.child("a", { caps: { x: 30, y: 40 } });
    expect(parent.read("a")).toMatchObject({ used: 70, cap: 100 });
    expect(codeOf(() => parent.child("a", { caps: { x: 31 } }))).toBe("BUDGET_EXCEEDED");
    expect(codeOf(() => parent.close())).toBe("INVALID_ARGUMENT");
    expect(codeOf(() => parent.release("a", 1))).toBe("INVALID_TOKENS");
    child.allocate("x", 30);
    child.close();
    child.close();
    expect(parent.read("a")).toMatchObject({ used: 0, cap: 100 });
    parent.close();
  });

  test("what children are charged stays in use, account by account, until they are closed", () => {
    const { ledger } = clocked();
    const parent = ledger.open({ caps: { a: 100, b: 100 } });
    const ofA = [1, 2, 3].map((tokens) => parent.child("a", { caps: { x: tokens } }));
    const ofB = [10, 20].map((tokens) => parent.child("b", { caps: { x: tokens, y: 1 } }));
    for (const name of ["a", "b"]) parent.allocate(name, 5);
    for (const [name, charged] of [
      ["a", 6],
      ["b", 32],
    ] as const) {
      expect(codeOf(() => parent.release(name, 6))).toBe("INVALID_TOKENS");
      expect(parent.release(name, 5)).toBe(100 - charged);
      expect(codeOf(() => parent.release(name, 1))).toBe("INVALID_TOKENS");
    }
    ofB[0]!.close();
    ofA[1]!.close();
    parent.allocate("a", 1);
    expect(codeOf(() => parent.release("a", 2))).toBe("INVALID_TOKENS");
    expect(parent.release("a", 1)).toBe(96);
    for (const child of [...ofA, ...ofB]) child.close();
    expect([parent.read("a").used, parent.read("b").used]).toEqual([0, 0]);
    for (const name of ["a", "b"]) expect(parent.allocate(name, 100) + parent.release(name, 100)).toBe(200);
  });

  test("children of several accounts may come and go in any order", () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(), fc.nat(9)), { maxLength: 60, size: "max" });
    fc.assert(
      fc.property(steps, (list) => {
        const { ledger } = clocked();
        const caps = { a: 1000, b: 1000, c: 1000 };
        const parent = ledger.open({ caps });
        const names = Object.keys(caps);
        for (const name of names) parent.allocate(name, 5);
        const open: { name: string; total: number; close(): void }[] = [];
        for (const [close, pick, total] of list) {
          if (close) open.splice(pick % Math.max(1, open.length), 1)[0]?.close();
          else {
            const name = names[pick % 3]!;
            const child = parent.child(name, { caps: { x: total, y: 1 } });
            open.push({ name, total: total + 1, close: () => child.close() });
          }
          for (const name of names) {
            const charged = open.filter((each) => each.name === name).reduce((sum, each) => sum + each.total, 0);
            expect(codeOf(() => parent.release(name, 6))).toBe("INVALID_TOKENS");
            expect(parent.release(name, 5)).toBe(1000 - charged);
            parent.allocate(name, 5);
          }
        }
      }),
      runs(`children (${build})`, 60, 2_000),
    );
  });

  test("a release leaves in use what it is told to keep", () => {
    const { ledger } = clocked();
    const account = ledger.openAccounts([100], 0, 1000, 1000) + 1;
    ledger.allocate(account, 50);
    expect(ledger.core.release(account, 11, 40, 1000)).toBe(-6);
    expect(ledger.core.release(account, 1, 60, 1000)).toBe(-6);
    expect(ledger.core.release(account, 10, 40, 1000)).toBe(60);
  });

  test("more reservations than are listed may expire in the midst of a batch", () => {
    const { ledger, clock } = clocked();
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

  test("reading says whether it ended a reservation, and lists it once", () => {
    const { ledger, clock } = clocked();
    const budget = ledger.open({ caps: { a: 100 } });
    const handle = budget.reserve("a", 5, 10);
    const account = budget.account("a");
    expect(ledger.read(account, clock.now + 9).woke).toBe(false);
    expect(ledger.read(account, clock.now + 10).woke).toBe(true);
    expect(ledger.read(account, clock.now + 10).woke).toBe(false);
    expect(ledger.core.takeExpired()).toEqual({ handles: [handle], all: true });
  });

  test("an operation of a batch refers to earlier ones only", () => {
    const { ledger } = clocked();
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
    const { ledger } = clocked();
    const budget = ledger.open({ caps: { a: 100 } });
    const handle = budget.reserve("a", 10);
    const batch = ledger.batch();
    batch.settle(handle, 101);
    batch.cancel(-1);
    expect(batch.run()).toBe(2);
    expect([batch.outcome(0), batch.outcome(1), budget.read("a").reserved]).toEqual([-1, -5, 10]);
  });

  test("slots are used again, with reservations in them and of other sizes", () => {
    const { ledger } = clocked();
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

  test("reservations with many different expiries end in their order", () => {
    const { ledger, clock } = clocked();
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
          const { ledger, clock } = clocked();
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

  test("a batch runs each operation by itself and reports it", () => {
    const { ledger, clock } = clocked();
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
    expect(codeOf(() => batch.allocate(b, 0))).toBe("INVALID_ARGUMENT");
    expect(batch.run()).toBe(0);
  });

  test("a trap replaces the module and loses no entry", () => {
    const { ledger, clock } = clocked();
    const budget = ledger.open({ caps: { a: 100, b: 50 }, windowMs: 100 });
    budget.allocate("a", 60);
    const handle = budget.reserve("b", 20, 1000);
    const before = [budget.read("a"), budget.read("b")];
    // The owner of an account is the first word of its cold half: one that points past the memory traps when the window turns.
    const word = (budget.account("a") * 32 + 32768) / 4;
    const owner = ledger.core.ints[word]!;
    ledger.core.ints[word] = 0x3ffffff;
    clock.now += 200;
    expect(codeOf(() => budget.tryAllocate("a", 1))).toBe("WASM_TRAP");
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
