import type { Tokenizer, TokenSpan } from "token-budget";
import type { Chunk } from "./chunked-text.ts";

/** One token of the text. `start` and `end` are places in the whole text, `index` is its number in its chunk. */
export interface PlacedToken extends TokenSpan {
  readonly index: number;
  readonly chunk: Chunk;
}

/** The tokens of chunks that are or were in view; of a long chunk only as far as it was looked at. */
export class ChunkTokens {
  readonly #tokenizer: Tokenizer;
  readonly #known = new WeakMap<Chunk, { readonly spans: TokenSpan[]; readonly rest: Iterator<TokenSpan> }>();

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** The tokens of a chunk that touch [from, to), places within the chunk; the chunk begins at `base` of the text. */
  *between(chunk: Chunk, base: number, from: number, to: number): Generator<PlacedToken> {
    const spans = this.#until(chunk, to);
    for (let index = firstEndingAfter(spans, from); index < spans.length; index++) {
      const { id, start, end } = spans[index]!;
      if (start >= to) return;
      yield { id, start: base + start, end: base + end, index, chunk };
    }
  }

  #until(chunk: Chunk, to: number): readonly TokenSpan[] {
    let known = this.#known.get(chunk);
    if (known === undefined) {
      known = { spans: [], rest: this.#tokenizer.tokens(chunk.text) };
      this.#known.set(chunk, known);
    }
    const { spans, rest } = known;
    while ((spans.at(-1)?.start ?? -1) < to) {
      const next = rest.next();
      if (next.done) break;
      spans.push(next.value);
    }
    return spans;
  }
}

function firstEndingAfter(spans: readonly TokenSpan[], place: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle]!.end > place) high = middle;
    else low = middle + 1;
  }
  return low;
}
