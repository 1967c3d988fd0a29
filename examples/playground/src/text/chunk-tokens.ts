import type { Tokenizer, TokenSpan } from "token-budget";
import type { Chunk } from "./chunked-text.ts";

/** One token of the text. `start` and `end` are places in the whole text, `index` is its number in its chunk. */
export interface PlacedToken extends TokenSpan {
  readonly index: number;
  readonly chunk: Chunk;
}

/** Ids of a chunk's tokens, and the UTF-16 places within it of the characters that they touch. */
interface Places {
  readonly ids: Uint32Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/**
 * The tokens of chunks that are or were in view. As the tokenizer's `tokens` gives them, but in flat arrays: a run
 * without a blank is one chunk of any length, and is looked at anew with each key.
 */
export class ChunkTokens {
  readonly #tokenizer: Tokenizer;
  readonly #known = new WeakMap<Chunk, Places>();
  /** Bytes of tokens by id; 0 where not yet asked for. */
  readonly #lengths = new Uint8Array(1 << 18);

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
  }

  /** The tokens of a chunk that touch [from, to), places within the chunk; the chunk begins at `base` of the text. */
  *between(chunk: Chunk, base: number, from: number, to: number): Generator<PlacedToken> {
    const { ids, starts, ends } = this.#places(chunk);
    for (let index = firstAbove(ends, from); index < ids.length && starts[index]! < to; index++) {
      yield { id: ids[index]!, start: base + starts[index]!, end: base + ends[index]!, index, chunk };
    }
  }

  #places(chunk: Chunk): Places {
    let places = this.#known.get(chunk);
    if (places === undefined) {
      places = this.#walk(chunk.text, this.#tokenizer.encode(chunk.text));
      this.#known.set(chunk, places);
    }
    return places;
  }

  /** A token that holds only some bytes of a character has that character's whole place. */
  #walk(text: string, ids: Uint32Array): Places {
    const starts = new Uint32Array(ids.length);
    const ends = new Uint32Array(ids.length);
    let unit = 0;
    let usedBytes = 0;
    for (let index = 0; index < ids.length; index++) {
      starts[index] = unit;
      let end = unit;
      let left = usedBytes + this.#bytesOf(ids[index]!);
      while (left > 0) {
        const size = characterBytes(text, unit);
        end = unit + (size === 4 ? 2 : 1);
        if (left < size) break;
        left -= size;
        unit = end;
      }
      usedBytes = left;
      ends[index] = end;
    }
    return { ids, starts, ends };
  }

  #bytesOf(id: number): number {
    const known = this.#lengths[id];
    if (known) return known;
    const length = this.#tokenizer.decodeBytes([id]).length;
    this.#lengths[id] = length;
    return length;
  }
}

/** UTF-8 bytes of the character at a place; a half of a pair alone counts as U+FFFD. */
function characterBytes(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  const next = text.charCodeAt(at + 1);
  return (unit & 0xfc00) === 0xd800 && (next & 0xfc00) === 0xdc00 ? 4 : 3;
}

function firstAbove(ends: Uint32Array, place: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > place) high = middle;
    else low = middle + 1;
  }
  return low;
}
