import { documentNumber, indexTerms } from "./index-terms.ts";
import type { PostingSource } from "./rank.ts";

/** An inverted index of one namespace in memory. Numbers of documents grow in order of arrival and are never reused. */
export class MemoryIndex implements PostingSource {
  nextSequence = 1;
  documents = 0;
  terms = 0;
  readonly #postings = new Map<string, number[]>();
  readonly #lengths = new Map<number, number>();
  #removed = 0;

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
    if (this.#removed > 64 && this.#removed > this.documents) this.#sweep();
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

  #sweep(): void {
    for (const [term, list] of this.#postings) {
      const kept = list.filter((document) => this.#lengths.has(document));
      if (kept.length === 0) this.#postings.delete(term);
      else this.#postings.set(term, kept);
    }
    this.#removed = 0;
  }
}
