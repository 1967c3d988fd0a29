import { type CodeVisitor, visitTerms } from "./segment.ts";

/**
 * Marks a term that occurs at least so many times. The index knows only whether a document has a term; how often is told
 * by these further terms. No term of a text ends like this: NFKC turns both characters into digits. Single characters have
 * none: they are in so many texts that how often tells little.
 */
export const repeatMarks: readonly (readonly [atLeast: number, mark: string])[] = [
  [2, "\u00b2"],
  [4, "\u2074"],
];

/** What a text adds to the index. */
export interface IndexTerms {
  /** Distinct terms, with the marked ones. */
  readonly terms: readonly string[];
  /** Terms in the text, repetitions included: its length for ranking. */
  readonly length: number;
}

export function indexTerms(text: string): IndexTerms {
  const counter = new TermCounter();
  const length = visitTerms(text, (term) => counter.visit(term), counter);
  return { terms: counter.terms(), length };
}

/** No term that is visited by codes begins with less. Other texts may come to the same terms: a character with a variant, say. */
const firstByCode = 0x3000;

class TermCounter implements CodeVisitor {
  readonly #counts = new Map<string, number>();
  readonly #units = new Set<number>();
  readonly #pairs = new Map<number, number>();
  #isMixed = false;

  visit(term: string): void {
    if (term.charCodeAt(0) >= firstByCode) this.#isMixed = true;
    this.#add(term, 1);
  }

  unit(code: number): void {
    this.#units.add(code);
  }

  pair(first: number, second: number): void {
    const key = (first << 16) | second;
    this.#pairs.set(key, (this.#pairs.get(key) ?? 0) + 1);
  }

  terms(): string[] {
    const terms: string[] = [];
    for (const [key, count] of this.#pairs) {
      const term = String.fromCharCode(key >>> 16, key & 0xffff);
      if (this.#isMixed) this.#add(term, count);
      else addTerm(terms, term, count);
    }
    for (const code of this.#units) {
      const term = String.fromCharCode(code);
      if (!this.#isMixed || !this.#counts.has(term)) terms.push(term);
    }
    for (const [term, count] of this.#counts) addTerm(terms, term, count);
    return terms;
  }

  #add(term: string, count: number): void {
    this.#counts.set(term, (this.#counts.get(term) ?? 0) + count);
  }
}

function addTerm(terms: string[], term: string, count: number): void {
  terms.push(term);
  if (count === 1 || term.length === 1) return;
  for (const [atLeast, mark] of repeatMarks) if (count >= atLeast) terms.push(term + mark);
}

/** Levels of length that a document's number tells apart. */
export const lengthLevels = 32;

/**
 * A document's number within its namespace: its sequence number and, in the low five bits, its length in half octaves.
 * So a list of documents that have a term says in which order they came and how long each is, without another look-up.
 */
export function documentNumber(sequence: number, length: number): number {
  const level = length <= 1 ? 0 : Math.min(lengthLevels - 1, Math.round(2 * Math.log2(length)));
  return sequence * lengthLevels + level;
}

export function sequenceOf(document: number): number {
  return Math.floor(document / lengthLevels);
}

export function lengthLevelOf(document: number): number {
  return document % lengthLevels;
}

/** The length that a level stands for, within a factor of 1.19. */
export function approximateLength(level: number): number {
  return 2 ** (level / 2);
}
