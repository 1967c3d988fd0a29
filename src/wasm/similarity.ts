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
  compare(): number;
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

/** One instance of build/wasm/similarity.wasm: the only code that touches its memory. Texts come normalised. */
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
  signature(text: string): Uint32Array<ArrayBuffer> {
    return this.#guarded((exports) => {
      for (const signs of [0, 1]) {
        exports.beginSigned(signs);
        this.#feed(text);
        if (exports.endSigned() > 0) break;
      }
      return new Uint32Array(exports.memory.buffer, exports.signatureAddress(), signatureLength).slice();
    });
  }

  /** Keeps the shingles of `text` for {@link compare}. */
  keep(text: string): void {
    this.#guarded((exports) => this.#list(exports, text, 0));
  }

  /** Shingles that `text` and the kept text share, and that they hold together. */
  compare(text: string): { readonly shared: number; readonly all: number } {
    return this.#guarded((exports) => {
      this.#list(exports, text, 1);
      if (exports.compare() === 0) throw outOfMemory();
      return { shared: exports.sharedShingles(), all: exports.allShingles() };
    });
  }

  /** Gives memory back where a long text has made it grow. Forgets the kept text then. */
  trim(): void {
    if (this.#exports.memory.buffer.byteLength > KEEP_BYTES) this.#renew();
  }

  #list(exports: SimilarityExports, text: string, second: number): void {
    for (const signs of [0, 1]) {
      exports.beginListed(second, signs);
      this.#feed(text);
      const shingles = exports.endListed(second);
      if (shingles < 0) throw outOfMemory();
      if (shingles > 0) break;
    }
  }

  #feed(text: string): void {
    const at = this.#exports.inputAddress() >> 1;
    const most = this.#exports.inputUnits();
    for (let from = 0; from < text.length; from += most) {
      const units = Math.min(most, text.length - from);
      if (this.#input.length === 0) this.#input = new Uint16Array(this.#exports.memory.buffer);
      const input = this.#input;
      for (let i = 0; i < units; i++) input[at + i] = text.charCodeAt(from + i);
      this.#exports.feed(units);
    }
  }

  #guarded<T>(step: (exports: SimilarityExports) => T): T {
    try {
      return step(this.#exports);
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
