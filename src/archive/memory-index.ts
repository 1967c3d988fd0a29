import { documentNumber, indexTerms } from "./index-terms.ts";
import type { PostingSource } from "./rank.ts";

/** Postings that one removal looks at while a sweep goes on. */
const sweptAtOnce = 2_000;

/** An inverted index of one namespace in memory. Numbers of documents grow in order of arrival and are never reused. */
export class MemoryIndex implements PostingSource {
  nextSequence = 1;
  documents = 0;
  terms = 0;
  readonly #postings = new Map<string, number[]>();
  readonly #lengths = new Map<number, number>();
  #removed = 0;
  #sweep: Iterator<[string, number[]]> | undefined;

  /** @returns the document's number. */
  add(text: string): number {
    const { terms, length } = indexTerms(text);
    const document = documentNumber(this.nextSequence++, length);
    for (const term of terms) {
      const list = this.#postings.get(term);
      if (list === undefined) this.#postings.set(term, [document]);
      else list.push(document);
    }
    this.#lengths.set(document, length);
    this.documents++;
    this.terms += length;
    return document;
  }

  remove(document: number): void {
    const length = this.#lengths.get(document);
    if (length === undefined) return;
    this.#lengths.delete(document);
    this.documents--;
    this.terms -= length;
    this.#removed++;
    // Postings of removed documents are skipped when read, and swept out when they are the most.
    if (this.#sweep === undefined && this.#removed > 64 && this.#removed > this.documents) {
      this.#sweep = this.#postings.entries();
      this.#removed = 0;
    }
    if (this.#sweep !== undefined) this.#sweepSome(this.#sweep);
  }

  postings(terms: readonly string[], limit: number): readonly number[] {
    const lists = terms.map((term) => this.#postings.get(term));
    const found: number[] = [];
    if (lists.length === 0 || lists.includes(undefined)) return found;
    const cursors = lists.map((list) => list!.length - 1);
    const rest = cursors.length;
    for (; found.length < limit && cursors[0]! >= 0; cursors[0]!--) {
      const document = lists[0]![cursors[0]!]!;
      if (!this.#lengths.has(document)) continue;
      let inAll = true;
      for (let at = 1; at < rest && inAll; at++) {
        const list = lists[at]!;
        let cursor = cursors[at]!;
        while (cursor >= 0 && list[cursor]! > document) cursor--;
        cursors[at] = cursor;
        inAll = list[cursor] === document;
      }
      if (inAll) found.push(document);
    }
    return found;
  }

  /** What is removed while a sweep goes on is left to the next one. */
  #sweepSome(sweep: Iterator<[string, number[]]>): void {
    for (let seen = 0; seen < sweptAtOnce; ) {
      const { done, value } = sweep.next();
      if (done) {
        this.#sweep = undefined;
        return;
      }
      const [term, list] = value;
      const kept = list.filter((document) => this.#lengths.has(document));
      if (kept.length === 0) this.#postings.delete(term);
      else if (kept.length < list.length) this.#postings.set(term, kept);
      seen += list.length;
    }
  }
}
