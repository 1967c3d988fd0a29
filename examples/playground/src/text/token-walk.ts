import type { Tokenizer, TokenSpan } from "token-budget";

/** A token and its number in its text, where that is known. */
export interface NumberedToken extends TokenSpan {
  readonly index: number | undefined;
}

/** Tokens between two looks at the clock. */
const stride = 512;
/** An edit changes tokens this near before it; further ones only in runs of the rarest kinds. */
const reach = 1_024;
/** A known token's start that lies further before a place than this says little of it. */
const mostBack = 16_000;

/** Where tokens of a text begin, as far as known. */
interface KnownStarts {
  readonly starts: Uint32Array;
  readonly count: number;
}

/** The tokens of one text in order, in flat arrays: they are found bit by bit, and kept. */
export class TokenWalk {
  readonly #tokenizer: Tokenizer;
  readonly #text: string;
  /** Where the text's first tokens began before an edit behind them. */
  readonly #before: KnownStarts | undefined;
  #spans: Iterator<TokenSpan> | undefined;
  #ids = new Uint32Array(64);
  #starts = new Uint32Array(64);
  #ends = new Uint32Array(64);
  #count = 0;
  #done = false;

  constructor(tokenizer: Tokenizer, text: string, before?: KnownStarts) {
    this.#tokenizer = tokenizer;
    this.#text = text;
    this.#before = before;
  }

  get done(): boolean {
    return this.#done;
  }

  get isUnderWay(): boolean {
    return this.#spans !== undefined;
  }

  /** Whether all tokens that begin before a place are known. */
  reaches(place: number): boolean {
    return this.#done || (this.#count > 0 && this.#starts[this.#count - 1]! >= place);
  }

  /** Goes on until a moment of `performance.now()`, and for one stride at least. */
  goOn(until: number): void {
    this.#spans ??= this.#tokenizer.tokens(this.#text);
    do {
      if (this.#count + stride > this.#ids.length) this.#grow();
      for (let left = stride; left > 0; left--) {
        const { done, value } = this.#spans.next();
        if (done) {
          this.#done = true;
          return;
        }
        const at = this.#count++;
        this.#ids[at] = value.id;
        this.#starts[at] = value.start;
        this.#ends[at] = value.end;
      }
    } while (performance.now() < until);
  }

  /** The known tokens that touch [from, to). */
  *between(from: number, to: number): Generator<NumberedToken> {
    const { length } = this.#known.starts;
    for (let index = firstAbove(this.#ends, this.#count, from); index < length && this.#starts[index]! < to; index++) {
      yield { id: this.#ids[index]!, start: this.#starts[index]!, end: this.#ends[index]!, index };
    }
  }

  /** What another text knows that is the same up to `at`. */
  startsBefore(at: number): KnownStarts {
    const known = this.#done ? this.#known : (this.#before ?? this.#known);
    return { starts: known.starts, count: firstAbove(known.starts, known.count, Math.max(0, at - reach)) };
  }

  /** The tokens that touch [from, to), of a part of the text that most likely begins with a token of the whole. */
  *near(from: number, to: number): Generator<NumberedToken> {
    const start = this.#startNear(from);
    for (const token of this.#tokenizer.tokens(this.#text.slice(start, to + reach))) {
      const span = { id: token.id, start: start + token.start, end: start + token.end, index: undefined };
      if (span.start >= to) return;
      if (span.end > from) yield span;
    }
  }

  get #known(): KnownStarts {
    return { starts: this.#starts.subarray(0, this.#count), count: this.#count };
  }

  #startNear(place: number): number {
    const starts = [this.#known, this.#before].map((known) => {
      const index = known === undefined ? 0 : firstAbove(known.starts, known.count, place);
      return index === 0 ? 0 : known!.starts[index - 1]!;
    });
    const best = Math.max(...starts);
    return place - best <= mostBack ? best : characterStart(this.#text, place - 2 * reach);
  }

  #grow(): void {
    const wider = (array: Uint32Array<ArrayBuffer>) => {
      const grown = new Uint32Array(2 * array.length + stride);
      grown.set(array);
      return grown;
    };
    this.#ids = wider(this.#ids);
    this.#starts = wider(this.#starts);
    this.#ends = wider(this.#ends);
  }
}

/** Never between the halves of a pair. */
function characterStart(text: string, at: number): number {
  const isHalf = (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
  return isHalf ? at - 1 : at;
}

/** The first of `count` ascending places that is above one. */
function firstAbove(places: Uint32Array, count: number, place: number): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle]! > place) high = middle;
    else low = middle + 1;
  }
  return low;
}
