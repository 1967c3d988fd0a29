import type { TokenCounter, TokenCounterSnapshot, Tokenizer } from "token-budget";

/** Characters that are counted in about two milliseconds. */
const partChars = 32_000;

/** A state of the counter, after so many characters. */
interface Mark {
  readonly at: number;
  readonly state: TokenCounterSnapshot;
}

/** The count of one chunk, part by part. What has been counted before an edit is not counted again. */
export class ChunkCount {
  readonly #counter: TokenCounter;
  readonly #text: string;
  readonly #marks: Mark[];

  /** @param before the count of a chunk that has the same text up to `at`; it is not gone on with. */
  constructor(tokenizer: Tokenizer, text: string, before?: { readonly count: ChunkCount; readonly at: number }) {
    this.#text = text;
    if (before === undefined) {
      this.#counter = tokenizer.counter();
      this.#marks = [{ at: 0, state: this.#counter.snapshot() }];
      return;
    }
    const { count } = before;
    this.#counter = count.#counter;
    this.#marks = count.#marks.filter(({ at }) => at <= before.at);
    this.#counter.rewind(this.#marks.at(-1)!.state);
  }

  /** Counts one more part; the tokens of the chunk once it was the last. */
  step(): number | undefined {
    const { at } = this.#marks.at(-1)!;
    const to = Math.min(this.#text.length, at + partChars);
    this.#counter.append(this.#text.slice(at, to));
    if (to === this.#text.length) return this.#counter.tokens;
    this.#marks.push({ at: to, state: this.#counter.snapshot() });
    return undefined;
  }
}
