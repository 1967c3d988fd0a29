import { nextCertainBoundary } from "token-budget";

/** A part of the text between two places where tokens meet for certain: its count adds up with its neighbours'. */
export interface Chunk {
  readonly text: string;
}

/** What an edit did to the chunks: those that left, and those that took their place. */
export interface ChunkChange {
  readonly removed: readonly Chunk[];
  readonly added: readonly Chunk[];
  /** The first of both have the same text up to here. */
  readonly at: number;
}

/** Characters a chunk should have, and from how many on it is cut. Text without a certain boundary stays in one chunk. */
const wanted = 3_000;
const most = 6_000;

/**
 * A text that is edited in place. An edit touches the chunks that it reaches and no others, so that a megabyte of text
 * costs no more to count after a key than a page.
 */
export class ChunkedText {
  #chunks: Chunk[] = [{ text: "" }];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get chunks(): readonly Chunk[] {
    return this.#chunks;
  }

  slice(start: number, end: number): string {
    let text = "";
    for (const { chunk, start: from } of this.between(start, end))
      text += chunk.text.slice(Math.max(0, start - from), end - from);
    return text;
  }

  /** The chunks that hold text of a range, with where they start. */
  *between(start: number, end: number): Generator<{ readonly chunk: Chunk; readonly start: number }> {
    let at = 0;
    for (const chunk of this.#chunks) {
      if (at >= end && at > start) return;
      if (at + chunk.text.length > start || (at === this.#length && at === start)) yield { chunk, start: at };
      at += chunk.text.length;
    }
  }

  /** Puts `text` in the place of [start, end). A boundary that the edit touches on either side is no longer certain. */
  replace(start: number, end: number, text: string): ChunkChange {
    let first = 0;
    let firstStart = 0;
    while (first + 1 < this.#chunks.length && firstStart + this.#chunks[first]!.text.length < start) {
      firstStart += this.#chunks[first]!.text.length;
      first++;
    }
    let last = first;
    let lastEnd = firstStart + this.#chunks[first]!.text.length;
    while (last + 1 < this.#chunks.length && lastEnd <= end) {
      last++;
      lastEnd += this.#chunks[last]!.text.length;
    }
    const removed = this.#chunks.slice(first, last + 1);
    const before = removed.map((chunk) => chunk.text).join("");
    const at = start - firstStart;
    const whole = before.slice(0, at) + text + before.slice(end - firstStart);
    // In a run of any length a key is looked at alone.
    const isRun = removed.length === 1 && before.length > most && at >= wanted;
    const added = isRun && nextCertainBoundary(whole, at, at + text.length + 1) < 0 ? [{ text: whole }] : cut(whole);
    this.#chunks.splice(first, removed.length, ...added);
    this.#length += text.length - (end - start);
    return { removed, added, at };
  }
}

function cut(text: string): Chunk[] {
  const chunks: Chunk[] = [];
  let from = 0;
  while (text.length - from > most) {
    const at = nextCertainBoundary(text, from + wanted);
    if (at < 0) break;
    chunks.push({ text: text.slice(from, at) });
    from = at;
  }
  chunks.push({ text: text.slice(from) });
  return chunks;
}
