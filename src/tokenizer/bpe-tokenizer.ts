import type { OrdinaryEncoding } from "./ordinary.ts";
import type { EncodingName, TokenCounter } from "./types.ts";

/** Counts and encodes text of one encoding; {@link createTokenizer} makes one. */
export class BpeTokenizer {
  readonly encoding: EncodingName;
  readonly #core: OrdinaryEncoding;

  constructor(core: OrdinaryEncoding) {
    this.encoding = core.encoding;
    this.#core = core;
  }

  count(text: string | Uint8Array): number {
    return this.#core.count(text);
  }

  countBatch(texts: readonly string[]): Uint32Array {
    return Uint32Array.from(texts, (text) => this.#core.count(text));
  }

  encode(text: string | Uint8Array): Uint32Array {
    return this.#core.encode(text);
  }

  decodeBytes(ids: ArrayLike<number>): Uint8Array {
    return this.#core.decodeBytes(Uint32Array.from(ids));
  }

  decode(ids: ArrayLike<number>): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.decodeBytes(ids));
  }

  counter(): TokenCounter {
    return this.#core.counter();
  }
}
