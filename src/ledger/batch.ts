import { TokenBudgetError } from "../errors.ts";
import type { Ledger } from "./ledger.ts";
import { checkTokens, statusError } from "./status.ts";

const code = { allocate: 1, release: 2, reserve: 3, settle: 4, cancel: 5 } as const;

/**
 * Many operations in one call, each checked and applied by itself, in order; a refused one does not stop the rest.
 * Each method adds an operation and returns its index; accounts are numbers from {@link LedgerBudget.account}.
 * A batch can be run again, which repeats its operations, or emptied with {@link clear}.
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

  allocate(account: number, tokens: number): number {
    return this.#add(code.allocate, account, tokens, 0);
  }

  release(account: number, tokens: number): number {
    return this.#add(code.release, account, tokens, 0);
  }

  /** @param expiresAt on the ledger's clock, in milliseconds. */
  reserve(account: number, tokens: number, expiresAt = Number.POSITIVE_INFINITY): number {
    return this.#add(code.reserve, account, tokens, expiresAt);
  }

  /** @param handle of an open reservation, or `-1 - index` for the one that operation `index` of this batch makes. */
  settle(handle: number, actual: number): number {
    return this.#add(code.settle, 0, actual, handle);
  }

  /** @param handle as in {@link settle}. */
  cancel(handle: number): number {
    return this.#add(code.cancel, 0, 0, handle);
  }

  clear(): void {
    this.#length = 0;
  }

  /** Runs all operations. @returns how many were refused. */
  run(now = this.#ledger.now()): number {
    const refused = this.#ledger.core.run(this.#operations, this.#results, this.#length, now);
    if (refused < 0) throw statusError(refused);
    return refused;
  }

  /** What operation `index` gave in the last run: a status below zero, or what is available (cancel: its tokens). */
  outcome(index: number): number {
    return this.#outcomes[index * 4 + 1]!;
  }

  /** The handle that the reserve at `index` gave in the last run, where it was not refused. */
  handle(index: number): number {
    return this.#results[index * 2 + 1]!;
  }

  #add(operation: number, account: number, tokens: number, number: number): number {
    checkTokens(tokens);
    const index = this.#length;
    if (index === this.#capacity) {
      throw new TokenBudgetError("INVALID_ARGUMENT", "the batch is full", { capacity: index });
    }
    this.#heads[index * 4] = operation | (account << 4);
    this.#heads[index * 4 + 1] = tokens;
    this.#operations[index * 2 + 1] = number;
    this.#length = index + 1;
    return index;
  }
}
