import { compileModule, instantiate, isTrap, trapped } from "./instance.ts";
import { ledgerCode } from "./ledger-code.gen.ts";

/** The form of a global. Written out, as are the module's other types: not every program's types have WebAssembly's. */
interface Global {
  readonly value: number;
}

/** What assembly/ledger/index.ts exports. */
interface LedgerExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly scratch: Global;
  readonly batch: Global;
  readonly batchCapacity: Global;
  readonly expiredCount: Global;
  readonly expired: Global;
  readonly expiredCapacity: Global;
  open(count: number, parent: number, windowMs: number, now: number): number;
  close(budget: number, now: number): number;
  transfer(from: number, to: number, tokens: number, now: number): number;
  restore(
    account: number,
    used: number,
    peak: number,
    exhaustions: number,
    grants: number,
    since: number,
    area: number,
    previous: number,
  ): number;
  replace(old: number, next: number): number;
  allocate(account: number, tokens: number, now: number): number;
  retry(account: number, tokens: number, now: number): number;
  release(account: number, tokens: number, keep: number, now: number): number;
  reserve(account: number, tokens: number, expiresAt: number, now: number): number;
  settle(handle: number, actual: number, now: number): number;
  cancel(handle: number, now: number): number;
  extend(handle: number, expiresAt: number, now: number): number;
  expiry(handle: number): number;
  run(count: number, now: number): number;
  read(account: number, now: number): number;
  bytes(): number;
}

let compiled: WebAssembly.Module | undefined;

function releaseModule(): WebAssembly.Module {
  compiled ??= compileModule("ledger", ledgerCode);
  return compiled;
}

/**
 * One instance of the ledger's module. Parameters are whole numbers in range (the caller has checked) and results are
 * statuses. A trap replaces the instance by one with a copy of its memory, so that no entry is lost.
 */
export class LedgerCore {
  readonly #module: WebAssembly.Module;
  #wasm!: LedgerExports;
  #ints!: Int32Array;
  #doubles!: Float64Array;
  /** Word of the count of expired reservations. */
  #expiredCount = 0;

  /** @param code the module's bytes; the inlined release build when absent. */
  constructor(code?: Uint8Array<ArrayBuffer>) {
    this.#module = code === undefined ? releaseModule() : new WebAssembly.Module(code);
    this.#start();
  }

  #start(): void {
    this.#wasm = instantiate<LedgerExports>(this.#module);
    this.#expiredCount = this.#wasm.expiredCount.value >> 2;
    this.#renew();
  }

  #renew(): void {
    this.#ints = new Int32Array(this.#wasm.memory.buffer);
    this.#doubles = new Float64Array(this.#wasm.memory.buffer);
  }

  /** Memory grows by replacing its buffer: a view of the old one has no length. */
  get ints(): Int32Array {
    if (this.#ints.length === 0) this.#renew();
    return this.#ints;
  }

  get doubles(): Float64Array {
    if (this.#doubles.length === 0) this.#renew();
    return this.#doubles;
  }

  /** @throws TokenBudgetError WASM_TRAP, always; the ledger is as before the call. */
  #trapped(cause: unknown): never {
    if (!isTrap(cause)) throw cause;
    const old = new Uint8Array(this.#wasm.memory.buffer);
    this.#start();
    const memory = this.#wasm.memory;
    if (old.length > memory.buffer.byteLength) memory.grow((old.length - memory.buffer.byteLength) / 65536);
    new Uint8Array(memory.buffer).set(old);
    this.#renew();
    throw trapped(cause);
  }

  allocate(account: number, tokens: number, now: number): number {
    try {
      return this.#wasm.allocate(account, tokens, now);
    } catch (error) {
      return this.#trapped(error);
    }
  }

  retry(account: number, tokens: number, now: number): number {
    try {
      return this.#wasm.retry(account, tokens, now);
    } catch (error) {
      return this.#trapped(error);
    }
  }

  release(account: number, tokens: number, keep: number, now: number): number {
    try {
      return this.#wasm.release(account, tokens, keep, now);
    } catch (error) {
      return this.#trapped(error);
    }
  }

  reserve(account: number, tokens: number, expiresAt: number, now: number): number {
    try {
      return this.#wasm.reserve(account, tokens, expiresAt, now);
    } catch (error) {
      return this.#trapped(error);
    }
  }

  settle(handle: number, actual: number, now: number): number {
    try {
      return this.#wasm.settle(handle, actual, now);
    } catch (error) {
      return this.#trapped(error);
    }
  }

  /** Any other call. */
  call<Result>(step: (wasm: LedgerExports) => Result): Result {
    try {
      return step(this.#wasm);
    } catch (error) {
      return this.#trapped(error);
    }
  }

  /** Opens a budget with these caps. */
  open(caps: ArrayLike<number>, parent: number, windowMs: number, now: number): number {
    const at = this.#wasm.scratch.value >> 2;
    const ints = this.ints;
    for (let i = 0; i < caps.length; i++) ints[at + i] = caps[i]!;
    return this.call((wasm) => wasm.open(caps.length, parent, windowMs, now));
  }

  /** The number at `index` of what the last `read` left. */
  result(index: number): number {
    return this.doubles[(this.#wasm.scratch.value >> 3) + index]!;
  }

  get batchCapacity(): number {
    return this.#wasm.batchCapacity.value;
  }

  /** Copies operations in, runs them, copies the results out. */
  run(operations: Float64Array, results: Float64Array, count: number, now: number): number {
    const at = this.#wasm.batch.value >> 3;
    this.doubles.set(operations.subarray(0, count * 2), at);
    const refused = this.call((wasm) => wasm.run(count, now));
    results.set(this.doubles.subarray(at, at + count * 2));
    return refused;
  }

  /** How many reservations have expired since `takeExpired` was last called. */
  get expired(): number {
    return this.ints[this.#expiredCount]!;
  }

  /** Handles of expired reservations; `all` is false where there were more than the module keeps. */
  takeExpired(): { handles: number[]; all: boolean } {
    const count = this.expired;
    const kept = Math.min(count, this.#wasm.expiredCapacity.value);
    const at = this.#wasm.expired.value >> 3;
    const handles = [...this.doubles.subarray(at, at + kept)];
    this.ints[this.#expiredCount] = 0;
    return { handles, all: kept === count };
  }
}
