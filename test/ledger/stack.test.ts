import { describe, expect, test } from "vitest";
import { createLedgerSync, type Ledger, type LedgerBudget } from "../../src/ledger/index.ts";
import { type LedgerBuild, ledgerBuilds, ledgerCode } from "../support/ledger-builds.ts";

/**
 * Runs a step where the stack ends, then again in the callers' frames, each of which has a little more room, until it comes through:
 * so it is stopped once or more in the midst. `depth` shifts where that is.
 */
function atTheEndOfTheStack(depth: number, step: () => void): void {
  let done = false;
  const descend = (): void => {
    try {
      descend();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
    if (done) return;
    try {
      step();
      done = true;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  };
  const begin = (...shift: number[]): void => (shift.length === 0 ? descend() : begin(...shift.slice(1)));
  begin(...new Array<number>(depth).fill(0));
  expect(done).toBe(true);
}

interface Scenario {
  readonly step: () => void;
  readonly check: () => void;
}

/** Each runs its step once before, so that engines compile the code while there is room. */
const scenarios: Record<string, (ledger: Ledger, budget: LedgerBudget) => Scenario> = {
  "reservations that expire": ({ core }, budget) => {
    const account = budget.account("a");
    const ends = Array.from({ length: 200 }, (_, index) => 10 + ((index * 37) % 150));
    for (const end of ends) core.reserve(account, 1, end, 0);
    let time = 10;
    return {
      step: () => {
        core.allocate(account, 0, time++);
      },
      check: () => {
        for (; time < 170; time += 10) {
          core.allocate(account, 0, time);
          expect(budget.ledger.read(account, time).reserved).toBe(ends.filter((end) => end > time).length);
        }
      },
    };
  },
  "a child that is closed": ({ core }, budget) => {
    budget.child("a", { caps: { x: 5 } }).close();
    const { number } = budget.child("a", { caps: { x: 100, y: 100 } });
    const close = (wasm: Parameters<Parameters<typeof core.call>[0]>[0]) => wasm.close(number, 0);
    return {
      step: () => {
        core.call(close);
      },
      check: () => expect(budget.read("a").used).toBe(0),
    };
  },
  "a child that is opened": ({ core }, budget) => {
    const caps = [5, 6];
    const account = budget.account("a");
    budget.child("a", { caps: { x: 1, y: 1 } }).close();
    let number = 0;
    return {
      step: () => {
        number = core.open(caps, account, 1000, 0);
      },
      check: () => {
        expect(budget.read("a").used).toBe(11);
        expect(core.call((wasm) => wasm.close(number, 0))).toBe(11);
        expect(budget.read("a").used).toBe(0);
        budget.close();
      },
    };
  },
  "cap that moves": ({ core }, budget) => {
    const [a, b] = [budget.account("a"), budget.account("b")];
    const move = (wasm: Parameters<Parameters<typeof core.call>[0]>[0]) => wasm.transfer(a, b, 5, 0);
    core.call(move);
    return {
      step: () => {
        core.call(move);
      },
      check: () => expect([budget.read("a").cap, budget.read("b").cap]).toEqual([990, 1010]),
    };
  },
};

describe.each(ledgerBuilds)("%s build", (build: LedgerBuild) => {
  const code = ledgerCode(build);

  test.each(Object.keys(scenarios))("%s: a call that the end of the stack stops books all or nothing", (name) => {
    for (let depth = 0; depth < 24; depth++) {
      const ledger = createLedgerSync({ now: () => 0, code });
      const { step, check } = scenarios[name]!(ledger, ledger.open({ caps: { a: 1000, b: 1000 } }));
      atTheEndOfTheStack(depth, step);
      check();
    }
  });
});
