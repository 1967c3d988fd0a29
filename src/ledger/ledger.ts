import { checkObject, TokenBudgetError } from "../errors.ts";
import { LedgerCore } from "../wasm/ledger-core.ts";
import { LedgerBatch } from "./batch.ts";
import { LedgerBudget, type LedgerBudgetOptions } from "./budget.ts";
import { checkedClock } from "./clock.ts";
import { accountNumber, checkTime, checkTokens, Status, statusError } from "./status.ts";

/** Most maps of names that a ledger shares between budgets. */
const mostCharts = 1000;

/** Options of {@link createLedger}. */
export interface LedgerOptions {
  /**
   * Milliseconds; default `Date.now`. For the use of an account a time before its last change, or before a window of it that
   * was looked at, counts as that one.
   */
  readonly now?: () => number;
  /** Bytes of another build of the ledger's module; the inlined one when absent. */
  readonly code?: Uint8Array<ArrayBuffer>;
}

/** An account as it stands, and its history. */
export interface AccountState {
  readonly cap: number;
  readonly used: number;
  readonly reserved: number;
  /** The most that used + reserved has been. */
  readonly peak: number;
  /** Requests not larger than the cap that did not fit at the first check. */
  readonly exhaustions: number;
  readonly grants: number;
  /** Mean of used / cap over the last window (shorter before the first one has passed), weighted by time in steps of 1/64 ms. */
  readonly meanUse: number;
  /** For snapshots: the time and the integral of used / cap in this window, and the mean of the one before (or -1). */
  readonly since: number;
  readonly area: number;
  readonly previous: number;
}

/**
 * Accounts in linear memory: thousands of budgets of some accounts each. Check and change are one step. Always, for
 * every account: 0 <= used, 0 <= reserved, used + reserved <= cap. What is refused changes nothing but a count of exhaustions.
 * The methods that take account numbers return what the module returns: a status below zero, or a result. In them `account`
 * is the number of an account ({@link LedgerBudget.account}), `tokens` a whole number from 0 to 2^31 - 1, and `now` a time in
 * milliseconds (default: the ledger's clock).
 * @throws TokenBudgetError from every method, `INVALID_TOKENS` or `INVALID_ARGUMENT` for numbers that can't be; nothing changes.
 * Cost: 10 kB compiled once a process, 128 kB of memory, 64 bytes an account; a method is one call of the module.
 * @example
 * const ledger = await createLedger({ now: () => 0 });
 * const budget = ledger.open({ caps: { system: 100, history: 900 } });
 * const account = budget.account("history");
 */
export class Ledger {
  /** @internal The module's instance: its calls check nothing. */
  readonly core: LedgerCore;
  readonly now: () => number;
  readonly #charts = new Map<string, ReadonlyMap<string, number>>();

  constructor(options: LedgerOptions = {}) {
    checkObject(options);
    this.core = new LedgerCore(options.code);
    this.now = checkedClock(options.now);
  }

  /**
   * Opens a budget of named accounts. Cost: one call; 64 bytes an account and 64 more.
   * @throws TokenBudgetError INVALID_TOKENS or INVALID_ARGUMENT, and nothing is open.
   * @example budget.tryAllocate("system", 40); // => 40
   */
  open(options: LedgerBudgetOptions): LedgerBudget {
    return new LedgerBudget(this, options);
  }

  /**
   * An empty batch: many operations in one call.
   * @example ledger.batch().length; // => 0
   */
  batch(): LedgerBatch {
    return new LedgerBatch(this);
  }

  /** Bytes of linear memory in use: those of all cells ever given out. */
  get bytes(): number {
    return this.core.call((wasm) => wasm.bytes());
  }

  /**
   * Grants all tokens to the account of this number ({@link LedgerBudget.account}), or nothing.
   * @returns what is available then, or a status below zero: -1 does not fit, -2 above the cap, -3 no such account.
   * Cost: one call of the module.
   * @example
   * ledger.allocate(account, 200); // => 700
   * ledger.allocate(account, 800); // => -1
   * ledger.release(account, 200); // => 900
   */
  allocate(account: number, tokens: number, now: number = this.now()): number {
    checkTokens(tokens);
    checkTime(now, "now");
    return this.core.allocate(accountNumber(account), tokens, now);
  }

  /**
   * Gives tokens back.
   * @returns what is available then, or a status below zero: -6 fewer are in use, -3 no such account.
   */
  release(account: number, tokens: number, now: number = this.now()): number {
    checkTokens(tokens);
    checkTime(now, "now");
    return this.core.release(accountNumber(account), tokens, 0, now);
  }

  /**
   * Names to positions; budgets with the same names share one map.
   * @example [...ledger.chart(["system", "history"])]; // => [["system", 0], ["history", 1]]
   */
  chart(names: readonly string[]): ReadonlyMap<string, number> {
    const key = JSON.stringify(names);
    let chart = this.#charts.get(key);
    if (chart === undefined) {
      chart = new Map(names.map((name, index) => [name, index]));
      // Open budgets hold theirs: those of names that nobody uses any more must not pile up.
      if (this.#charts.size >= mostCharts) this.#charts.clear();
      this.#charts.set(key, chart);
    }
    return chart;
  }

  /**
   * Opens a budget without names; its accounts are the numbers after its own.
   * @param caps 1 to 255 whole numbers of tokens; together at most 2^31 - 1.
   * @param parent the account that the sum of the caps is charged to; 0 for none.
   * @param windowMs length of the windows over which use is averaged, in milliseconds above 0.
   * @throws TokenBudgetError `BUDGET_EXCEEDED` where the caps do not fit into the parent, `UNKNOWN_COMPONENT` where that is no
   * account, `INVALID_TOKENS`, `INVALID_ARGUMENT`; nothing is open.
   * @example ledger.read(ledger.openAccounts([10, 20], account, 60_000, 0) + 2, 0).cap; // => 20
   */
  openAccounts(caps: ArrayLike<number>, parent: number, windowMs: number, now: number): number {
    if (!(caps?.length >= 1 && caps.length <= 255)) {
      throw new TokenBudgetError("INVALID_ARGUMENT", "a budget has 1 to 255 accounts", { accounts: caps?.length });
    }
    for (let index = 0; index < caps.length; index++) checkTokens(caps[index]!, "cap");
    if (parent !== 0 && accountNumber(parent) === 0) throw statusError(Status.badAccount, { account: parent });
    checkTime(windowMs, "windowMs");
    if (windowMs <= 0) {
      throw new TokenBudgetError("INVALID_ARGUMENT", "windowMs must be above 0", { name: "windowMs" });
    }
    checkTime(now, "now");
    const budget = this.core.open(caps, parent, windowMs, now);
    if (budget < 0) {
      const requested = Array.from(caps).reduce((sum, cap) => sum + cap, 0);
      throw statusError(budget, { accounts: caps.length, requested });
    }
    return budget;
  }

  /**
   * What an account holds at `now`; `woke` where that ended a reservation.
   * @throws TokenBudgetError `UNKNOWN_COMPONENT` for a number that is no account.
   * @example ledger.read(account, 0).cap; // => 900
   */
  read(account: number, now: number): AccountState & { readonly woke: boolean } {
    checkTime(now, "now");
    const woke = this.core.call((wasm) => wasm.read(accountNumber(account), now));
    if (woke < 0) throw statusError(woke, { account });
    const at = (index: number) => this.core.result(index);
    return {
      cap: at(0),
      used: at(1),
      reserved: at(2),
      peak: at(3),
      exhaustions: at(4),
      grants: at(5),
      meanUse: at(6),
      since: at(7),
      area: at(8),
      previous: at(9),
      woke: woke === 1,
    };
  }
}

/**
 * Creates a ledger of its own. Cost: compiles 10 kB once a process; 128 kB of memory.
 * @throws TokenBudgetError `NO_WASM_SIMD`, `WASM_FORBIDDEN` where the engine can't or may not run it.
 * @example
 * const ledger = await createLedger();
 * const budget = ledger.open({ caps: { system: 1_000, history: 9_000 } });
 * budget.allocate("history", 2_500); // => 2500
 * budget.allocate("system", 1_001); // throws BUDGET_EXCEEDED
 */
export async function createLedger(options: LedgerOptions = {}): Promise<Ledger> {
  return new Ledger(options);
}

/**
 * As {@link createLedger}, at once. Cost: the same.
 * @example createLedgerSync().open({ caps: { all: 10 } }).tryAllocate("all", 11); // => 0
 */
export function createLedgerSync(options: LedgerOptions = {}): Ledger {
  return new Ledger(options);
}

let shared: Ledger | undefined;

/** The ledger that all managers of this thread share unless they are given one. */
export function sharedLedger(): Ledger {
  shared ??= new Ledger();
  return shared;
}
