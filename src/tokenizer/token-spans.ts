import { checkString } from "./check-input.ts";
import { encodeSteps } from "./count-text.ts";
import type { OrdinaryEncoding } from "./ordinary.ts";
import { specialTokens } from "./special.ts";
import type { EncodeOptions, TokenSpan } from "./types.ts";

/** {@link OrdinaryEncoding.byteLengths} of each encoding, with its special tokens. */
const lengths = new Map<string, Uint8Array>();

/** The length of each id's token in bytes. No token has more than 128 of them. */
export function byteLengths(core: OrdinaryEncoding): Uint8Array {
  let known = lengths.get(core.encoding);
  if (known === undefined) {
    const specials = specialTokens(core.encoding);
    known = new Uint8Array(Math.max(core.rankCount, ...specials.values()) + 1);
    known.set(core.byteLengths);
    for (const [name, id] of specials) known[id] ||= name.length;
    lengths.set(core.encoding, known);
  }
  return known;
}

/**
 * The tokens of a text with their places. A token that holds only some bytes of a character has that character's whole
 * place, so neighbours may overlap; otherwise each token begins where the one before it ends. No generator: that takes
 * up to twice the time.
 */
class TokenSpans implements IterableIterator<TokenSpan> {
  readonly #text: string;
  readonly #lengths: Uint8Array;
  readonly #steps: Iterator<ArrayLike<number>>;
  #ids: ArrayLike<number> = [];
  #next = 0;
  /** The character that is being taken apart, and how many of its bytes are used. */
  #unit = 0;
  #usedBytes = 0;

  constructor(core: OrdinaryEncoding, text: string, options?: EncodeOptions) {
    this.#text = text;
    this.#lengths = byteLengths(core);
    this.#steps = encodeSteps(core, text, options);
  }

  [Symbol.iterator](): this {
    return this;
  }

  next(): IteratorResult<TokenSpan, undefined> {
    while (this.#next === this.#ids.length) {
      const { done, value } = this.#steps.next();
      if (done) return { done: true, value: undefined };
      this.#ids = value;
      this.#next = 0;
    }
    const id = this.#ids[this.#next++]!;
    const text = this.#text;
    const start = this.#unit;
    let unit = start;
    let end = start;
    let left = this.#usedBytes + this.#lengths[id]!;
    while (left > 0) {
      const code = text.charCodeAt(unit);
      const isPair = (code & 0xfc00) === 0xd800 && (text.charCodeAt(unit + 1) & 0xfc00) === 0xdc00;
      const bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : isPair ? 4 : 3;
      end = isPair ? unit + 2 : unit + 1;
      if (left < bytes) break;
      left -= bytes;
      unit = end;
    }
    this.#usedBytes = left;
    this.#unit = unit;
    return { done: false, value: { id, start, end } };
  }
}

/** {@link TokenSpans} behind the check of its argument. */
export function iterateTokens(
  core: OrdinaryEncoding,
  text: string,
  options?: EncodeOptions,
): IterableIterator<TokenSpan> {
  checkString(text);
  return new TokenSpans(core, text, options);
}
