import type { Tokenizer, TokenSpan } from "token-budget";
import type { Chunk, ChunkChange } from "./chunked-text.ts";
import { TokenWalk } from "./token-walk.ts";

/**
 * One token of the text. `start` and `end` are places in the whole text, `index` is its number in its chunk, where that is
 * known already.
 */
export interface PlacedToken extends TokenSpan {
  readonly index: number | undefined;
  readonly chunk: Chunk;
}

/** Characters whose tokens are found at once. */
const shortChunk = 16_000;
/** How long one go through a long chunk may hold the page, in milliseconds. */
const sliceMs = 5;
/** After the last key, in milliseconds. */
const pauseMs = 100;

/**
 * The tokens of chunks that are or were in view. A run without a blank is one chunk of any length, and anew with each key:
 * it is gone through slice by slice, and meanwhile what is in view has the tokens of its surroundings.
 */
export class ChunkTokens {
  readonly #tokenizer: Tokenizer;
  readonly #onWalked: () => void;
  readonly #walks = new WeakMap<Chunk, TokenWalk>();
  #waiting: TokenWalk | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onWalked told when tokens that were asked for are known better than before. */
  constructor(tokenizer: Tokenizer, onWalked: () => void) {
    this.#tokenizer = tokenizer;
    this.#onWalked = onWalked;
  }

  /** A chunk that takes another's place begins with the same tokens, but for what is near the edit: nearly always. */
  apply({ removed, added, at }: ChunkChange): void {
    const before = this.#walks.get(removed[0]!);
    if (before === undefined || added[0]!.text.length <= shortChunk) return;
    if (this.#waiting === before) this.#waiting = undefined;
    this.#walks.set(added[0]!, new TokenWalk(this.#tokenizer, added[0]!.text, before.startsBefore(at)));
  }

  /** The tokens of a chunk that touch [from, to), places within the chunk; the chunk begins at `base` of the text. */
  *between(chunk: Chunk, base: number, from: number, to: number): Generator<PlacedToken> {
    let walk = this.#walks.get(chunk);
    if (walk === undefined) {
      walk = new TokenWalk(this.#tokenizer, chunk.text);
      this.#walks.set(chunk, walk);
    }
    if (chunk.text.length <= shortChunk) walk.goOn(Number.POSITIVE_INFINITY);
    const isKnown = walk.reaches(to);
    if (!isKnown) this.#wait(walk);
    for (const { id, start, end, index } of isKnown ? walk.between(from, to) : walk.near(from, to)) {
      yield { id, start: base + start, end: base + end, index, chunk };
    }
  }

  /** A walk that is asked for anew, as one types, begins when that pauses. */
  #wait(walk: TokenWalk): void {
    if (this.#waiting === walk && walk.isUnderWay) return;
    this.#waiting = walk;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#work, pauseMs);
  }

  #work = (): void => {
    const walk = this.#waiting;
    if (walk === undefined) return;
    walk.goOn(performance.now() + sliceMs);
    if (!walk.done) {
      this.#timer = setTimeout(this.#work);
      return;
    }
    this.#waiting = undefined;
    this.#onWalked();
  };
}
