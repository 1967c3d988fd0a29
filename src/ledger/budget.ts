import { BudgetExceededError, checkObject, TokenBudgetError } from "../errors.ts";
import type { AccountState, Ledger } from "./ledger.ts";
import { checkNumber, checkTokens, checkTtl, Status, statusError } from "./status.ts";

/** Options of {@link Ledger.open}. */
export interface LedgerBudgetOptions {
  /** Cap of each account, in tokens; together at most 2^31 - 1. At most 255 accounts. */
  readonly caps: Readonly<Record<string, number>>;
  /** Length of the windows over which use is averaged. Default one hour. */
  readonly windowMs?: number;
}

const hourMs = 3_600_000;

/**
 * A budget of named accounts whose caps always sum to its total. {@link Ledger.open} makes one. In its methods `tokens` and
 * `actual` are whole numbers from 0 to 2^31 - 1, `ttlMs` is in milliseconds above 0, and `handle` is what `reserve` returned.
 * @throws TokenBudgetError from every method: `UNKNOWN_COMPONENT` for a name that is no account, `INVALID_TOKENS`,
 * `INVALID_ARGUMENT`, `CLOSED`; nothing has changed.
 * Cost: 64 bytes an account and 64 more; each method is one call of the module.
 * @example
 * const ledger = createLedgerSync({ now: () => 0 });
 * const budget = ledger.open({ caps: { system: 100, history: 900 } });
 */
export class LedgerBudget {
  readonly ledger: Ledger;
  /** The module's number of this budget. */
  readonly number: number;
  readonly #chart: ReadonlyMap<string, number>;
  #open = true;

  constructor(ledger: Ledger, options: LedgerBudgetOptions, parent = 0, now = ledger.now()) {
    checkObject(options);
    checkObject(options.caps, "caps");
    const names = Object.keys(options.caps);
    // Each name is read once: a getter may change what is there.
    const caps = names.map((name) => options.caps[name]!);
    for (const [index, cap] of caps.entries()) checkTokens(cap, names[index]);
    checkTokens(
      caps.reduce((sum, cap) => sum + cap, 0),
      "sum of caps",
    );
    this.ledger = ledger;
    this.#chart = ledger.chart(names);
    this.number = ledger.openAccounts(caps, parent, options.windowMs === undefined ? hourMs : options.windowMs, now);
  }

  /**
   * The number of an account, for batches and for {@link Ledger.allocate}. It is good until this budget is closed.
   * @example ledger.allocate(budget.account("system"), 40); // => 60
   */
  account(name: string): number {
    const index = this.#chart.get(name);
    this.#checkOpen();
    if (index === undefined) throw new TokenBudgetError("UNKNOWN_COMPONENT", "no such account", { component: name });
    return this.number + 1 + index;
  }

  /**
   * Grants all `tokens` and returns them, or returns 0 and has granted nothing.
   * @example [budget.tryAllocate("system", 40), budget.tryAllocate("system", 61)]; // => [40, 0]
   */
  tryAllocate(name: string, tokens: number): number {
    const account = this.account(name);
    checkTokens(tokens);
    return this.ledger.core.allocate(account, tokens, this.ledger.now()) < 0 ? 0 : tokens;
  }

  /**
   * As {@link tryAllocate}, with an error for what does not fit.
   * @throws BudgetExceededError with nothing granted.
   * @example
   * budget.allocate("system", 40); // => 40
   * budget.allocate("system", 61); // throws BUDGET_EXCEEDED
   */
  allocate(name: string, tokens: number): number {
    const account = this.account(name);
    checkTokens(tokens);
    const now = this.ledger.now();
    const status = this.ledger.core.allocate(account, tokens, now);
    if (status < 0) throw this.#refusal(name, tokens, status, now);
    return tokens;
  }

  /**
   * Gives tokens back.
   * @returns what is available then.
   * @throws TokenBudgetError `INVALID_TOKENS` where fewer are in use; nothing changes.
   * @example
   * budget.allocate("system", 40);
   * budget.release("system", 15); // => 75
   */
  release(name: string, tokens: number): number {
    const account = this.account(name);
    checkTokens(tokens);
    const available = this.ledger.core.release(account, tokens, 0, this.ledger.now());
    if (available < 0) throw statusError(available, { component: name, tokens });
    return available;
  }

  /**
   * Holds tokens until they are settled, cancelled, or `ttlMs` have passed (default: for good).
   * @returns a handle, good for this ledger only.
   * @throws BudgetExceededError where they do not fit, with nothing held.
   * @example
   * const handle = budget.reserve("history", 300, 60_000);
   * budget.settle(handle, 120);
   * budget.read("history").used; // => 120
   */
  reserve(name: string, tokens: number, ttlMs = Number.POSITIVE_INFINITY): number {
    const account = this.account(name);
    checkTokens(tokens);
    checkTtl(ttlMs);
    const now = this.ledger.now();
    // Beside a large time a small one may be nothing.
    checkTtl(now + ttlMs - now);
    const handle = this.ledger.core.reserve(account, tokens, now + ttlMs, now);
    if (handle < 0) throw this.#refusal(name, tokens, handle, now);
    return handle;
  }

  /**
   * Turns a reservation into use of `actual` tokens. More than it holds is granted by the same check.
   * @throws TokenBudgetError `UNKNOWN_RESERVATION` where it is not open; `BUDGET_EXCEEDED` where the rest does not fit, and
   * it stays open.
   */
  settle(handle: number, actual: number): void {
    checkTokens(actual, "actual");
    this.#checkHandle(handle);
    const status = this.ledger.core.settle(handle, actual, this.ledger.now());
    if (status < 0) throw statusError(status, { actual });
  }

  /**
   * Ends a reservation without use.
   * @returns its tokens.
   * @throws TokenBudgetError `UNKNOWN_RESERVATION` where it is not open.
   * @example
   * const handle = budget.reserve("history", 300);
   * budget.extend(handle, 1_000);
   * budget.cancel(handle); // => 300
   */
  cancel(handle: number): number {
    this.#checkHandle(handle);
    const tokens = this.ledger.core.call((wasm) => wasm.cancel(handle, this.ledger.now()));
    if (tokens < 0) throw statusError(tokens);
    return tokens;
  }

  /**
   * Lets a reservation end `ttlMs` from now.
   * @throws TokenBudgetError `UNKNOWN_RESERVATION` where it is not open.
   */
  extend(handle: number, ttlMs: number): void {
    checkTtl(ttlMs);
    this.#checkHandle(handle);
    const now = this.ledger.now();
    checkTtl(now + ttlMs - now);
    const tokens = this.ledger.core.call((wasm) => wasm.extend(handle, now + ttlMs, now));
    if (tokens < 0) throw statusError(tokens);
  }

  /**
   * Moves idle cap from one account to another; the sum of the caps stays.
   * @throws TokenBudgetError `BUDGET_EXCEEDED` where `from` has less that is idle; nothing changes.
   * @example
   * budget.transfer("history", "system", 50);
   * budget.read("system").cap; // => 150
   */
  transfer(from: string, to: string, tokens: number): void {
    const accounts = [this.account(from), this.account(to)] as const;
    checkTokens(tokens);
    const status = this.ledger.core.call((wasm) => wasm.transfer(...accounts, tokens, this.ledger.now()));
    if (status < 0) throw statusError(status, { from, to, tokens });
  }

  /**
   * Opens a budget whose total is charged to an account of this one, and returned once when it is closed.
   * @throws BudgetExceededError where it does not fit; nothing is open.
   * @example
   * const child = budget.child("history", { caps: { notes: 200 } });
   * budget.read("history").used; // => 200
   * child.close();
   * budget.read("history").used; // => 0
   */
  child(name: string, options: LedgerBudgetOptions): LedgerBudget {
    const account = this.account(name);
    const now = this.ledger.now();
    try {
      return new LedgerBudget(this.ledger, options, account, now);
    } catch (error) {
      if (!(error instanceof TokenBudgetError && error.code === "BUDGET_EXCEEDED")) throw error;
      // What was asked for: the options may say otherwise by now.
      throw this.#exceeded(name, error.data.requested as number, now);
    }
  }

  /** An account as it stands now. */
  read(name: string): AccountState {
    const { woke: _, ...state } = this.ledger.read(this.account(name), this.ledger.now());
    return state;
  }

  /**
   * Ends all reservations and returns the total to the parent. A second call does nothing.
   * @throws TokenBudgetError `INVALID_ARGUMENT` while a child is open; nothing has changed.
   */
  close(): void {
    if (!this.#open) return;
    const status = this.ledger.core.call((wasm) => wasm.close(this.number, this.ledger.now()));
    if (status < 0) throw statusError(status);
    this.#open = false;
  }

  #refusal(name: string, requested: number, status: number, now: number): TokenBudgetError {
    if (status !== Status.noRoom && status !== Status.overCap) return statusError(status, { component: name });
    return this.#exceeded(name, requested, now);
  }

  /** As it was at the time of the refusal. */
  #exceeded(name: string, requested: number, now: number): BudgetExceededError {
    const { cap, used, reserved } = this.ledger.read(this.account(name), now);
    const available = cap - used - reserved;
    const missing = requested - available;
    return new BudgetExceededError({ component: name, requested, available, missing, freed: 0 });
  }

  #checkOpen(): void {
    if (!this.#open) throw new TokenBudgetError("CLOSED", "the budget is closed");
  }

  #checkHandle(handle: number): void {
    this.#checkOpen();
    checkNumber(handle, "handle");
  }
}
