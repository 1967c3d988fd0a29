import { countBatch } from "./count-batch.ts";
import { countText, encodeText } from "./count-text.ts";
import { countUpTo } from "./count-up-to.ts";
import { decodeBytes, decodeIds } from "./decode.ts";
import type { OrdinaryEncoding } from "./ordinary.ts";
import { split } from "./split.ts";
import { iterateTokens } from "./token-spans.ts";
import { truncate } from "./truncate.ts";
import type {
  EncodeOptions,
  EncodingName,
  LimitedCount,
  SplitOptions,
  TextInput,
  TokenCounter,
  Tokenizer,
  TokenSpan,
  TruncateOptions,
} from "./types.ts";

/**
 * {@link Tokenizer} of one encoding; {@link createTokenizer} makes one. Tokenizers of one vocabulary share one core, so
 * each further one costs an object. Cost of each method: as {@link Tokenizer} says.
 */
export class BpeTokenizer implements Tokenizer {
  readonly encoding: EncodingName;
  readonly #core: OrdinaryEncoding;

  constructor(core: OrdinaryEncoding) {
    this.encoding = core.encoding;
    this.#core = core;
  }

  count(text: TextInput, options?: EncodeOptions): number {
    if (options === undefined && typeof text === "string") return this.#core.count(text);
    return countText(this.#core, text, options);
  }

  countBatch(texts: readonly string[]): Uint32Array {
    return countBatch(this.#core, texts);
  }

  countUpTo(text: TextInput, limit: number, options?: EncodeOptions): LimitedCount {
    return countUpTo(this.#core, text, limit, options);
  }

  encode(text: TextInput, options?: EncodeOptions): Uint32Array {
    return encodeText(this.#core, text, options);
  }

  decode(ids: ArrayLike<number>): string {
    return decodeIds(this.#core, ids);
  }

  decodeBytes(ids: ArrayLike<number>): Uint8Array {
    return decodeBytes(this.#core, ids);
  }

  tokens(text: string, options?: EncodeOptions): IterableIterator<TokenSpan> {
    return iterateTokens(this.#core, text, options);
  }

  truncate(text: string, maxTokens: number, options?: TruncateOptions): string {
    return truncate(this.#core, text, maxTokens, options);
  }

  split(text: string, maxTokens: number, options?: SplitOptions): string[] {
    return split(this.#core, text, maxTokens, options);
  }

  counter(): TokenCounter {
    return this.#core.counter();
  }
}
