import fc from "fast-check";
import { expect, test } from "vitest";
import { createLedgerSync, type Ledger, type LedgerBudget, TokenBudgetError } from "../../src/ledger/index.ts";
import { ledgerBuilds, ledgerCode } from "../support/ledger-builds.ts";
import { type ReferenceBudget, ReferenceLedger } from "../support/reference-ledger.ts";
import { runs } from "../support/runs.ts";

/** Both ledgers side by side, with the handles of reservations that were ever made: open, ended, or of closed budgets. */
class Pair {
  readonly model = new ReferenceLedger();
  readonly real: Ledger;
  readonly budgets: { model: ReferenceBudget; real: LedgerBudget; names: string[] }[] = [];
  readonly reservations: { id: number; handle: number }[] = [];
  /** Time has passed and nobody is to look: what changes by time alone has to be found by the next operation. */
  unread = false;

  constructor(code: Uint8Array<ArrayBuffer>) {
    this.real = createLedgerSync({ now: () => this.model.now, code });
  }

  /** Compares all open accounts, and checks the invariants on the real side. */
  check(): void {
    expect(this.real.core.ints.length).toBeGreaterThan(0);
    for (const { model, real, names } of this.budgets) {
      let caps = 0;
      for (const [index, account] of model.accounts.entries()) {
        const { cap, used, reserved, peak, exhaustions, grants, meanUse } = real.read(names[index]!);
        expect([cap, used, reserved, peak, exhaustions, grants]).toEqual([
          account.cap,
          account.used,
          this.model.reserved(account),
          account.peak,
          account.exhaustions,
          account.grants,
        ]);
        expect(Math.min(used, reserved, cap - used - reserved)).toBeGreaterThanOrEqual(0);
        expect(meanUse).toBeCloseTo(this.model.meanUse(account), 5);
        caps += cap;
      }
      expect(caps).toBe(model.total);
    }
  }
}

/** What the real ledger did: its result, or undefined where it refused with a typed error. */
function attempt<Result>(step: () => Result): Result | undefined {
  try {
    return step();
  } catch (error) {
    expect(error).toBeInstanceOf(TokenBudgetError);
    return undefined;
  }
}

/** Whether the real ledger did it. */
const did = (step: () => void): boolean =>
  attempt(() => {
    step();
    return true;
  }) ?? false;

type Step = (pair: Pair) => void;

const whole = fc.oneof({ weight: 9, arbitrary: fc.nat(60) }, fc.constantFrom(0, 1, 2 ** 31 - 1));
const caps = fc.array(fc.nat(100), { minLength: 1, maxLength: 5 });
/** Small, so that most children fit. */
const childCaps = fc.array(fc.nat(15), { minLength: 1, maxLength: 3 });
const windowMs = fc.constantFrom(10, 1000, 7);
const pick = fc.nat();
const of = <T>(list: readonly T[], index: number) => list[index % list.length];

function openStep(cells: number[], span: number, parent: number | undefined): Step {
  return (pair) => {
    const over = parent === undefined ? undefined : of(pair.budgets, parent);
    const place = parent === undefined ? 0 : Math.floor(parent / 7);
    const account = over === undefined ? undefined : of(over.model.accounts, place);
    const names = cells.map((_, index) => `account ${index}`);
    const options = { caps: Object.fromEntries(names.map((name, index) => [name, cells[index]!])), windowMs: span };
    const model = pair.model.open(cells, span, account);
    const real = attempt(() =>
      over === undefined ? pair.real.open(options) : over.real.child(of(over.names, place)!, options),
    );
    expect(real !== undefined).toBe(model !== undefined);
    if (model !== undefined && real !== undefined) pair.budgets.push({ model, real, names });
  };
}

/** A step on one account of one open budget. */
const onAccount =
  (budget: number, place: number, step: (pair: Pair, at: ReturnType<typeof placeOf>) => void): Step =>
  (pair) => {
    const chosen = of(pair.budgets, budget);
    if (chosen !== undefined) step(pair, placeOf(chosen, place));
  };
const placeOf = (budget: Pair["budgets"][number], place: number) => ({
  budget,
  name: of(budget.names, place)!,
  account: of(budget.model.accounts, place)!,
});

const times = <T>(count: number, step: fc.Arbitrary<T>): fc.Arbitrary<T>[] =>
  new Array<fc.Arbitrary<T>>(count).fill(step);

const steps: fc.Arbitrary<Step>[] = [
  fc.tuple(caps, windowMs).map(([cells, span]) => openStep(cells, span, undefined)),
  ...times(
    3,
    fc.tuple(childCaps, windowMs, pick).map(([cells, span, parent]) => openStep(cells, span, parent)),
  ),
  pick.map(
    (index): Step =>
      (pair) => {
        const chosen = of(pair.budgets, index);
        if (chosen === undefined) return;
        const closed = did(() => chosen.real.close());
        expect(closed).toBe(pair.model.close(chosen.model));
        if (closed) pair.budgets.splice(pair.budgets.indexOf(chosen), 1);
      },
  ),
  ...times(
    4,
    fc.tuple(pick, pick, whole).map(([budget, place, tokens]) =>
      onAccount(budget, place, ({ model }, { budget: { real }, name, account }) => {
        expect(real.tryAllocate(name, tokens)).toBe(model.allocate(account, tokens) ? tokens : 0);
      }),
    ),
  ),
  fc.tuple(pick, pick, whole).map(([budget, place, tokens]) =>
    onAccount(budget, place, ({ model }, { budget: { real }, name, account }) => {
      const available = attempt(() => real.release(name, tokens));
      expect(available).toBe(model.release(account, tokens) ? model.available(account) : undefined);
    }),
  ),
  ...times(
    8,
    fc
      .tuple(pick, pick, whole, fc.constantFrom(1, 5, 50, 2000, Number.POSITIVE_INFINITY))
      .map(([budget, place, tokens, ttl]) =>
        onAccount(budget, place, (pair, { budget: { real }, name, account }) => {
          const id = pair.model.reserve(account, tokens, pair.model.now + ttl);
          const handle = attempt(() => real.reserve(name, tokens, ttl));
          expect(handle !== undefined).toBe(id !== undefined);
          if (id !== undefined && handle !== undefined) pair.reservations.push({ id, handle });
        }),
      ),
  ),
  fc.tuple(pick, whole).map(
    ([index, actual]): Step =>
      (pair) => {
        const held = of(pair.reservations, index);
        const any = pair.budgets[0]?.real;
        if (held === undefined || any === undefined) return;
        const settled = did(() => any.settle(held.handle, actual));
        expect(settled).toBe(pair.model.settle(held.id, actual));
      },
  ),
  pick.map(
    (index): Step =>
      (pair) => {
        const held = of(pair.reservations, index);
        const any = pair.budgets[0]?.real;
        if (held === undefined || any === undefined) return;
        expect(attempt(() => any.cancel(held.handle))).toBe(pair.model.cancel(held.id));
      },
  ),
  fc.tuple(pick, fc.constantFrom(1, 20, 3000)).map(
    ([index, ttl]): Step =>
      (pair) => {
        const held = of(pair.reservations, index);
        const any = pair.budgets[0]?.real;
        if (held === undefined || any === undefined) return;
        const extended = did(() => any.extend(held.handle, ttl));
        expect(extended).toBe(pair.model.extend(held.id, pair.model.now + ttl));
      },
  ),
  fc.tuple(pick, pick, pick, whole).map(([budget, place, to, tokens]) =>
    onAccount(budget, place, ({ model }, { budget: { real, names, model: owner }, name, account }) => {
      const moved = did(() => real.transfer(name, of(names, to)!, tokens));
      expect(moved).toBe(model.transfer(account, of(owner.accounts, to)!, tokens));
    }),
  ),
  fc.constantFrom(1, 3, 10, 500, 1000, 2500).map(
    (ms): Step =>
      (pair) => {
        pair.model.now += ms;
        pair.unread = true;
      },
  ),
];

const sequence = fc.array(fc.oneof(...steps), { maxLength: 100, size: "max" });

test.each(ledgerBuilds)(
  "the ledger (%s) does what the plain one does",
  (build) => {
    const code = ledgerCode(build);
    fc.assert(
      fc.property(caps, sequence, (first, list) => {
        const pair = new Pair(code);
        openStep(first, 1000, undefined)(pair);
        for (const step of list) {
          pair.unread = false;
          step(pair);
          if (!pair.unread) pair.check();
        }
        pair.check();
        // In the end all closes, children first, and each cell can be used again.
        for (const { real } of [...pair.budgets].reverse()) attempt(() => real.close());
      }),
      runs(`ledger (${build})`, 300, 10_000),
    );
  },
  600_000,
);
