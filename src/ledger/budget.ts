import { BudgetExceededError, TokenBudgetError } from "../errors.ts";
import type { AccountState, Ledger } from "./ledger.ts";
import { checkTime, checkTokens, maxTokens, Status, statusError } from "./status.ts";

/** Options of {@link Ledger.open}. */
export interface LedgerBudgetOptions {
  /** Cap of each account, in tokens; together at most 2^31 - 1. At most 255 accounts. */
  readonly caps: Readonly<Record<string, number>>;
  /** Length of the windows over which use is averaged. Default one hour. */
  readonly windowMs?: number;
}

const hourMs = 3_600_000;

/** A budget of named accounts whose caps always sum to its total. */
export class LedgerBudget {
  readonly ledger: Ledger;
  /** The module's number of this budget. */
  readonly number: number;
  readonly #chart: ReadonlyMap<string, number>;
  #open = true;

  constructor(ledger: Ledger, options: LedgerBudgetOptions, parent = 0, now = ledger.now()) {
    const names = Object.keys(options.caps);
    const caps = Object.values(options.caps);
    if (names.length === 0 || names.length > 255) {
      throw new TokenBudgetError("INVALID_ARGUMENT", "a budget has 1 to 255 accounts", { accounts: names.length });
    }
    for (const [index, cap] of caps.entries()) checkTokens(cap, names[index]);
    checkTokens(
      caps.reduce((sum, cap) => sum + cap, 0),
      "sum of caps",
    );
    checkTime(now, "now");
    this.ledger = ledger;
    this.#chart = ledger.chart(names);
    this.number = ledger.openAccounts(caps, parent, options.windowMs ?? hourMs, now);
  }

  /** The number of an account, for batches. It is good until this budget is closed. */
  account(name: string): number {
    const index = this.#chart.get(name);
    if (!this.#open) throw new TokenBudgetError("CLOSED", "the budget is closed");
    if (index === undefined) throw new TokenBudgetError("UNKNOWN_COMPONENT", "no such account", { component: name });
    return this.number + 1 + index;
  }

  /** Grants all `tokens` and returns them, or returns 0 and has granted nothing. */
  tryAllocate(name: string, tokens: number): number {
    const account = this.account(name);
    checkTokens(tokens);
    return this.ledger.core.allocate(account, tokens, this.ledger.now()) < 0 ? 0 : tokens;
  }

  /** As {@link tryAllocate}. @throws BudgetExceededError where they do not fit, with nothing granted. */
  allocate(name: string, tokens: number): number {
    const account = this.account(name);
    checkTokens(tokens);
    this.#granted(name, tokens, this.ledger.core.allocate(account, tokens, this.ledger.now()));
    return tokens;
  }

  /** Gives tokens back. @returns what is available. @throws INVALID_TOKENS where fewer are in use; nothing changes. */
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
   */
  reserve(name: string, tokens: number, ttlMs = Number.POSITIVE_INFINITY): number {
    const account = this.account(name);
    checkTokens(tokens);
    if (!(ttlMs > 0)) throw new TokenBudgetError("INVALID_ARGUMENT", "ttlMs must be above 0", { name: "ttlMs" });
    const now = this.ledger.now();
    const handle = this.ledger.core.reserve(account, tokens, now + ttlMs, now);
    this.#granted(name, tokens, handle);
    return handle;
  }

  /**
   * Turns a reservation into use of `actual` tokens. More than it holds is granted by the same check.
   * @throws UNKNOWN_RESERVATION where it is not open; BUDGET_EXCEEDED where the rest does not fit, and it stays open.
   */
  settle(handle: number, actual: number): void {
    checkTokens(actual, "actual");
    const status = this.ledger.core.settle(handle, actual, this.ledger.now());
    if (status < 0) throw statusError(status, { actual });
  }

  /** Ends a reservation without use. @returns its tokens. @throws UNKNOWN_RESERVATION where it is not open. */
  cancel(handle: number): number {
    const tokens = this.ledger.core.call((wasm) => wasm.cancel(handle, this.ledger.now()));
    if (tokens < 0) throw statusError(tokens);
    return tokens;
  }

  /** Lets a reservation end `ttlMs` from now. @throws UNKNOWN_RESERVATION where it is not open. */
  extend(handle: number, ttlMs: number): void {
    if (!(ttlMs > 0)) throw new TokenBudgetError("INVALID_ARGUMENT", "ttlMs must be above 0", { name: "ttlMs" });
    const now = this.ledger.now();
    const tokens = this.ledger.core.call((wasm) => wasm.extend(handle, now + ttlMs, now));
    if (tokens < 0) throw statusError(tokens);
  }

  /** Moves idle cap from one account to another. @throws BUDGET_EXCEEDED where `from` has less; nothing changes. */
  transfer(from: string, to: string, tokens: number): void {
    const accounts = [this.account(from), this.account(to)] as const;
    checkTokens(tokens);
    const status = this.ledger.core.call((wasm) => wasm.transfer(...accounts, tokens, this.ledger.now()));
    if (status < 0) throw statusError(status, { from, to, tokens });
  }

  /** Opens a budget whose total is charged to an account of this one, and returned once when it is closed. */
  child(name: string, options: LedgerBudgetOptions): LedgerBudget {
    return new LedgerBudget(this.ledger, options, this.account(name));
  }

  read(name: string): AccountState {
    const { woke: _, ...state } = this.ledger.read(this.account(name), this.ledger.now());
    return state;
  }

  /** Ends all reservations and returns the total to the parent. A second call does nothing. @throws while a child is open. */
  close(): void {
    if (!this.#open) return;
    const status = this.ledger.core.call((wasm) => wasm.close(this.number, this.ledger.now()));
    if (status < 0) throw statusError(status);
    this.#open = false;
  }

  #granted(name: string, requested: number, status: number): void {
    if (status >= 0) return;
    if (status !== Status.noRoom && status !== Status.overCap) throw statusError(status, { component: name });
    const { cap, used, reserved } = this.read(name);
    const available = Math.min(maxTokens, cap - used - reserved);
    throw new BudgetExceededError({ component: name, requested, available, missing: requested - available, freed: 0 });
  }
}
