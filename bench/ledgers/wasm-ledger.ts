import { createLedgerSync, type Ledger, type LedgerBatch, type LedgerBudget } from "token-budget/ledger";
import type { Contestant, Workload } from "./workload.ts";

const accountsPerBudget = 5;

/** Ours, through its public calls: the building of batches is part of what is timed. */
export class WasmLedger implements Contestant {
  readonly #budgets: LedgerBudget[] = [];
  readonly #numbers: number[] = [];
  readonly #names: string[] = [];
  readonly #ledger: Ledger;
  readonly #batch: LedgerBatch;

  constructor(caps: readonly number[], now: number) {
    const ledger = createLedgerSync({ now: () => now });
    this.#ledger = ledger;
    for (let first = 0; first < caps.length; first += accountsPerBudget) {
      const own = caps.slice(first, first + accountsPerBudget).map((cap, index) => [`account ${index}`, cap] as const);
      const budget = ledger.open({ caps: Object.fromEntries(own) });
      for (const [name] of own) {
        this.#budgets.push(budget);
        this.#names.push(name);
        this.#numbers.push(budget.account(name));
      }
    }
    this.#batch = ledger.batch();
  }

  pairs({ accounts, held, actual, now, expiresAt }: Workload): number {
    const batch = this.#batch;
    const numbers = this.#numbers;
    const pairs = batch.capacity / 2;
    let refused = 0;
    for (let first = 0; first < accounts.length; first += pairs) {
      const end = Math.min(accounts.length, first + pairs);
      batch.clear();
      for (let i = first; i < end; i++) {
        const reserve = batch.reserve(numbers[accounts[i]!]!, held[i]!, expiresAt);
        batch.settle(-1 - reserve, actual[i]!);
      }
      refused += batch.run(now);
    }
    return refused;
  }

  singles({ accounts, held, now }: Workload): number {
    const ledger = this.#ledger;
    const numbers = this.#numbers;
    let refused = 0;
    for (let i = 0; i < accounts.length; i++) {
      const account = numbers[accounts[i]!]!;
      if (ledger.allocate(account, held[i]!, now) < 0) refused += 1;
      else ledger.release(account, held[i]!, now);
    }
    return refused;
  }

  /** The ledger's numbers of accounts at these positions. */
  numbersOf(positions: Int32Array): Int32Array {
    return positions.map((position) => this.#numbers[position]!);
  }

  /** Allocates and releases once in each account, in this order. */
  visit(order: Int32Array, now: number): void {
    const ledger = this.#ledger;
    for (let i = 0; i < order.length; i++) {
      ledger.allocate(order[i]!, 1, now);
      ledger.release(order[i]!, 1, now);
    }
  }

  used(): number {
    return this.#budgets.reduce((sum, budget, index) => sum + budget.read(this.#names[index]!).used, 0);
  }
}
