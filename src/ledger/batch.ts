import { TokenBudgetError } from "../errors.ts";
import type { Ledger } from "./ledger.ts";
import { accountNumber, checkNumber, checkTime, checkTokens, statusError } from "./status.ts";

const code = { allocate: 1, release: 2, reserve: 3, settle: 4, cancel: 5 } as const;

/**
 * Many operations in one call, each checked and applied by itself, in order; a refused one does not stop the rest.
 * Each method adds an operation and returns its index; `account` is a number from {@link LedgerBudget.account}, `tokens` and
 * `actual` are whole numbers from 0 to 2^31 - 1.
 * A batch can be run again, which repeats its operations, or emptied with {@link clear}.
 * @throws TokenBudgetError from what adds: `INVALID_TOKENS`, or `INVALID_ARGUMENT` where the batch is full or a handle is no number; nothing was added.
 * Cost: one call of the module a run, and a few nanoseconds an operation; 32 bytes of memory for each that it can hold.
 * @example
 * const ledger = createLedgerSync({ now: () => 0 });
 * const budget = ledger.open({ caps: { system: 100, history: 900 } });
 * const account = budget.account("history");
 * const batch = ledger.batch();
 * const held = batch.reserve(account, 500);
 * batch.settle(-1 - held, 420);
 * const first = batch.allocate(account, 600);
 * batch.run(); // => 1
 * batch.outcome(first); // => -1
 * budget.read("history").used; // => 420
 */
export class LedgerBatch {
  readonly #ledger: Ledger;
  readonly #capacity: number;
  readonly #operations: Float64Array;
  readonly #heads: Int32Array;
  readonly #results: Float64Array;
  readonly #outcomes: Int32Array;
  #length = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    this.#capacity = ledger.core.batchCapacity;
    this.#operations = new Float64Array(this.#capacity * 2);
    this.#heads = new Int32Array(this.#operations.buffer);
    this.#results = new Float64Array(this.#capacity * 2);
    this.#outcomes = new Int32Array(this.#results.buffer);
  }

  /** Operations in the batch, at most {@link capacity}. */
  get length(): number {
    return this.#length;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Adds a grant of all tokens, or of nothing. */
  allocate(account: number, tokens: number): number {
    return this.#add(code.allocate, account, tokens, 0);
  }

  /** Adds a return of tokens. */
  release(account: number, tokens: number): number {
    return this.#add(code.release, account, tokens, 0);
  }

  /**
   * Adds a reservation; `handle` tells its handle after the run.
   * @param expiresAt on the ledger's clock, in milliseconds. Default: never.
   */
  reserve(account: number, tokens: number, expiresAt = Number.POSITIVE_INFINITY): number {
    return this.#add(code.reserve, account, tokens, expiresAt);
  }

  /**
   * Adds the settling of a reservation.
   * @param handle of an open reservation, or `-1 - index` for the one that operation `index` of this batch makes.
   */
  settle(handle: number, actual: number): number {
    return this.#add(code.settle, 0, actual, handle);
  }

  /**
   * Adds the end of a reservation without use.
   * @param handle as in {@link settle}.
   * @example
   * batch.clear();
   * batch.release(account, 20);
   * batch.cancel(-1 - batch.reserve(account, 300));
   * batch.run(); // => 0
   * budget.read("history").reserved; // => 0
   */
  cancel(handle: number): number {
    return this.#add(code.cancel, 0, 0, handle);
  }

  /** Empties the batch. */
  clear(): void {
    this.#length = 0;
  }

  /**
   * Runs all operations, at `now` on the ledger's clock in milliseconds.
   * @returns how many were refused; `outcome` tells which.
   * @throws TokenBudgetError `INVALID_ARGUMENT` for a time that is none; nothing was run.
   */
  run(now = this.#ledger.now()): number {
    checkTime(now, "now");
    const refused = this.#ledger.core.run(this.#operations, this.#results, this.#length, now);
    if (refused < 0) throw statusError(refused);
    return refused;
  }

  /** What operation `index` gave in the last run: a status below zero, or what is available (reserve: 0; cancel: its tokens). */
  outcome(index: number): number {
    return this.#outcomes[index * 4 + 1]!;
  }

  /**
   * The handle that the reserve at `index` gave in the last run, where it was not refused.
   * @example batch.handle(held) > 0; // => true
   */
  handle(index: number): number {
    return this.#results[index * 2 + 1]!;
  }

  #add(operation: number, account: number, tokens: number, number: number): number {
    checkTokens(tokens);
    checkNumber(number, "handle or expiry");
    const index = this.#length;
    if (index === this.#capacity) {
      throw new TokenBudgetError("INVALID_ARGUMENT", "the batch is full", { capacity: index });
    }
    // What does not fit beside the operation is no account: the ledger ends far below.
    const whole = accountNumber(account);
    this.#heads[index * 4] = operation | (whole >>> 28 === 0 ? whole << 4 : 0);
    this.#heads[index * 4 + 1] = tokens;
    this.#operations[index * 2 + 1] = number;
    this.#length = index + 1;
    return index;
  }
}
