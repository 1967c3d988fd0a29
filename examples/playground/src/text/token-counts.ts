import { createTokenizer, type EncodingName, type Tokenizer } from "token-budget";
import type { Chunk, ChunkChange, ChunkedText } from "./chunked-text.ts";

/** How long counting may hold the page before it lets it paint, in milliseconds. */
const sliceMs = 8;

/** The exact count of a text in one encoding: chunk by chunk, the new chunks of an edit only. */
interface Running {
  readonly tokenizer: Tokenizer;
  readonly counts: WeakMap<Chunk, number>;
  readonly waiting: Set<Chunk>;
  tokens: number;
}

/** Counts of one text in as many encodings as are switched on; a vocabulary is loaded with the first use of its encoding. */
export class TokenCounts {
  readonly #text: ChunkedText;
  readonly #onChange: () => void;
  readonly #running = new Map<EncodingName, Running>();
  #scheduled = false;

  constructor(text: ChunkedText, onChange: () => void) {
    this.#text = text;
    this.#onChange = onChange;
  }

  has(encoding: EncodingName): boolean {
    return this.#running.has(encoding);
  }

  tokenizer(encoding: EncodingName): Tokenizer | undefined {
    return this.#running.get(encoding)?.tokenizer;
  }

  /** Exact where `done`; else the tokens of the part that has been counted so far. */
  state(encoding: EncodingName): { readonly tokens: number; readonly done: boolean } | undefined {
    const running = this.#running.get(encoding);
    return running && { tokens: running.tokens, done: running.waiting.size === 0 };
  }

  /** Tokens of the chunks before this one, or undefined while some of them wait. */
  tokensBefore(encoding: EncodingName, chunk: Chunk): number | undefined {
    const running = this.#running.get(encoding);
    let sum = 0;
    for (const each of this.#text.chunks) {
      if (each === chunk) return sum;
      const count = running?.counts.get(each);
      if (count === undefined) return undefined;
      sum += count;
    }
    return undefined;
  }

  async start(encoding: EncodingName): Promise<void> {
    if (this.#running.has(encoding)) return;
    const tokenizer = await createTokenizer(encoding);
    if (this.#running.has(encoding)) return;
    this.#running.set(encoding, {
      tokenizer,
      counts: new WeakMap(),
      waiting: new Set(this.#text.chunks),
      tokens: 0,
    });
    this.#work();
  }

  stop(encoding: EncodingName): void {
    this.#running.delete(encoding);
    this.#onChange();
  }

  apply({ removed, added }: ChunkChange): void {
    for (const running of this.#running.values()) {
      for (const chunk of removed) {
        if (!running.waiting.delete(chunk)) running.tokens -= running.counts.get(chunk) ?? 0;
      }
      for (const chunk of added) running.waiting.add(chunk);
    }
    if (!this.#scheduled) this.#work();
  }

  /** Counts what waits, for one slice; the rest after the page has had its turn. */
  #work = (): void => {
    this.#scheduled = false;
    const until = performance.now() + sliceMs;
    for (const running of this.#running.values()) {
      for (const chunk of running.waiting) {
        if (performance.now() >= until) break;
        const tokens = running.tokenizer.count(chunk.text);
        running.counts.set(chunk, tokens);
        running.tokens += tokens;
        running.waiting.delete(chunk);
      }
    }
    if ([...this.#running.values()].some(({ waiting }) => waiting.size > 0)) {
      this.#scheduled = true;
      setTimeout(this.#work);
    }
    this.#onChange();
  };
}
