import { TokenBudgetError } from "../errors.ts";
import { compileModule, instantiate, isTrap, trapped } from "./instance.ts";
import { similarityCode } from "./similarity-code.gen.ts";

interface SimilarityExports {
  readonly memory: WebAssembly.Memory;
  inputAddress(): number;
  inputUnits(): number;
  signatureAddress(): number;
  beginSigned(signs: number): void;
  beginListed(second: number, signs: number): void;
  feed(units: number): void;
  endSigned(): number;
  endListed(second: number): number;
  beginCompare(): number;
  compareSome(most: number): number;
  sharedShingles(): number;
  allShingles(): number;
}

/** 32-bit words of a signature. */
export const signatureLength = 128;
/** Memory above which an instance is dropped after a call: memory of WebAssembly grows and never shrinks. */
const KEEP_BYTES = 64 << 20;

let compiled: WebAssembly.Module | undefined;

/** The compiled module, made on first use and shared by all instances of this thread; may be handed to other threads. */
export function similarityModule(): WebAssembly.Module {
  compiled ??= compileModule("similarity", similarityCode);
  return compiled;
}

/** A normalised text, part by part; it may be read twice. */
export type Parts = () => Iterable<string>;

type Steps<T> = Generator<void, T, void>;

/** Hashes that one step compares: half a millisecond. */
const stepShingles = 32 * 1024;

/**
 * One instance of build/wasm/similarity.wasm: the only code that touches its memory. All work is in steps of about 32,768
 * characters; one job must end before the next one begins.
 */
export class SimilarityCore {
  readonly #module: WebAssembly.Module;
  #exports: SimilarityExports;
  #input: Uint16Array<ArrayBuffer>;

  constructor(module: WebAssembly.Module = similarityModule()) {
    this.#module = module;
    this.#exports = instantiate<SimilarityExports>(module);
    this.#input = new Uint16Array(this.#exports.memory.buffer);
  }

  /** The smallest images of the text's shingles under each permutation; all ones for a text without shingles. */
  signature(text: Parts): Steps<Uint32Array<ArrayBuffer>> {
    return this.#guarded(this.#sign(text));
  }

  *#sign(text: Parts): Steps<Uint32Array<ArrayBuffer>> {
    const exports = this.#exports;
    for (const signs of [0, 1]) {
      exports.beginSigned(signs);
      yield* this.#feed(text());
      if (exports.endSigned() > 0) break;
    }
    return new Uint32Array(exports.memory.buffer, exports.signatureAddress(), signatureLength).slice();
  }

  /** Keeps the shingles of `text` for {@link compare}. */
  keep(text: Parts): Steps<void> {
    return this.#guarded(this.#list(text, 0));
  }

  /** Shingles that `text` and the kept text share, and that they hold together. */
  compare(text: Parts): Steps<{ readonly shared: number; readonly all: number }> {
    return this.#guarded(this.#compare(text));
  }

  *#compare(text: Parts): Steps<{ readonly shared: number; readonly all: number }> {
    const exports = this.#exports;
    yield* this.#list(text, 1);
    if (exports.beginCompare() === 0) throw outOfMemory();
    while (exports.compareSome(stepShingles) === 0) yield;
    return { shared: exports.sharedShingles(), all: exports.allShingles() };
  }

  /** Gives memory back where a long text has made it grow. Forgets the kept text then. */
  trim(): void {
    if (this.#exports.memory.buffer.byteLength > KEEP_BYTES) this.#renew();
  }

  *#list(text: Parts, second: number): Steps<void> {
    const exports = this.#exports;
    for (const signs of [0, 1]) {
      exports.beginListed(second, signs);
      yield* this.#feed(text());
      const shingles = exports.endListed(second);
      if (shingles < 0) throw outOfMemory();
      if (shingles > 0) break;
    }
  }

  *#feed(parts: Iterable<string>): Steps<void> {
    const at = this.#exports.inputAddress() >> 1;
    const most = this.#exports.inputUnits();
    let read = 0;
    for (const part of parts) {
      for (let from = 0; from < part.length; from += most) {
        if (read > 0) yield;
        const units = Math.min(most, part.length - from);
        if (this.#input.length === 0) this.#input = new Uint16Array(this.#exports.memory.buffer);
        const input = this.#input;
        for (let i = 0; i < units; i++) input[at + i] = part.charCodeAt(from + i);
        this.#exports.feed(units);
        read += units;
      }
    }
  }

  *#guarded<T>(steps: Steps<T>): Steps<T> {
    try {
      return yield* steps;
    } catch (cause) {
      if (cause instanceof TokenBudgetError || isTrap(cause)) this.#renew();
      throw isTrap(cause) ? trapped(cause) : cause;
    }
  }

  #renew(): void {
    this.#exports = instantiate<SimilarityExports>(this.#module);
    this.#input = new Uint16Array(this.#exports.memory.buffer);
  }
}

function outOfMemory(): TokenBudgetError {
  return new TokenBudgetError("OUT_OF_MEMORY", "the shingles of the two texts do not fit into memory");
}
