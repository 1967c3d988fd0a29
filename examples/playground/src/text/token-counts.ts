import { createTokenizer, type EncodingName, type Tokenizer } from "token-budget";
import { ChunkCount } from "./chunk-count.ts";
import type { Chunk, ChunkChange, ChunkedText } from "./chunked-text.ts";

/** How long counting may hold the page before it lets it paint, in milliseconds. */
const sliceMs = 5;
/** The same right after a key: enough for all of what most edits change. */
const firstSliceMs = 2;

/** Characters of a chunk that is counted in one go. */
const atOnce = 32_000;

/** The exact count of a text in one encoding: chunk by chunk, the new chunks of an edit only. */
interface Running {
  readonly tokenizer: Tokenizer;
  readonly counts: WeakMap<Chunk, number>;
  readonly waiting: Set<Chunk>;
  /** Of chunks too long to be counted at once. */
  readonly parts: WeakMap<Chunk, ChunkCount>;
  tokens: number;
}

/** The tokens of a chunk, or undefined where only a part of them has been counted. */
function countOf({ tokenizer, parts }: Running, chunk: Chunk): number | undefined {
  if (chunk.text.length <= atOnce) return tokenizer.count(chunk.text);
  let count = parts.get(chunk);
  if (count === undefined) {
    count = new ChunkCount(tokenizer, chunk.text);
    parts.set(chunk, count);
  }
  return count.step();
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
      parts: new WeakMap(),
      waiting: new Set(this.#text.chunks),
      tokens: 0,
    });
    this.#work();
  }

  stop(encoding: EncodingName): void {
    this.#running.delete(encoding);
    this.#onChange();
  }

  apply({ removed, added, at }: ChunkChange): void {
    for (const running of this.#running.values()) {
      const count = running.parts.get(removed[0]!);
      const { text } = added[0]!;
      if (count !== undefined && text.length > atOnce)
        running.parts.set(added[0]!, new ChunkCount(running.tokenizer, text, { count, at }));
      for (const chunk of removed) {
        if (!running.waiting.delete(chunk)) running.tokens -= running.counts.get(chunk) ?? 0;
      }
      for (const chunk of added) running.waiting.add(chunk);
    }
    if (!this.#scheduled) this.#work(firstSliceMs);
  }

  /** Counts what waits, for one slice; the rest after the page has had its turn. */
  #work(ms = sliceMs): void {
    this.#scheduled = false;
    const until = performance.now() + ms;
    for (const running of this.#running.values()) {
      while (running.waiting.size > 0 && performance.now() < until) {
        const chunk = running.waiting.values().next().value as Chunk;
        const tokens = countOf(running, chunk);
        if (tokens === undefined) continue;
        running.counts.set(chunk, tokens);
        running.tokens += tokens;
        running.waiting.delete(chunk);
      }
    }
    if ([...this.#running.values()].some(({ waiting }) => waiting.size > 0)) {
      this.#scheduled = true;
      setTimeout(() => this.#work());
    }
    this.#onChange();
  }
}
