import { approximateLength, lengthLevelOf, lengthLevels, repeatMarks, sequenceOf } from "./index-terms.ts";

/** What ranking reads of an index: one namespace's documents, by number (see `documentNumber`). */
export interface PostingSource {
  /** Documents in the namespace. */
  readonly documents: number;
  /** Sum of their lengths in terms. */
  readonly terms: number;
  /** The sequence number that the next document will get. */
  readonly nextSequence: number;
  /** Documents that have all of `terms`, newest first, at most `limit`. */
  postings(terms: readonly string[], limit: number): readonly number[];
}

export interface Ranking {
  /** Scores by document. */
  readonly scores: ReadonlyMap<number, number>;
  /** How much a term of the query tells, by term. */
  readonly weights: ReadonlyMap<string, number>;
  readonly averageLength: number;
}

// Postings that are read, so that no query costs more however common its words are: of each term at first, which tells
// how common it is; then of the rarest terms, all together; and of those that are left, documents that have several.
export const firstPostings = 500;
export const furtherPostings = 16_000;
export const jointPostings = 2_000;
/** So many of the rarest common terms have to meet in a document for that. */
const jointTerms = 3;
/** How often a term occurs is looked up for so many terms of the most weight. */
const repeatedTerms = 4;

const k1 = 1.2;
const b = 0.75;

interface TermState {
  readonly term: string;
  readonly postings: readonly number[];
  /** True where `postings` are all that there are. */
  readonly complete: boolean;
  /** How many documents have the term; an estimate where not all were read. */
  readonly documents: number;
  readonly weight: number;
}

/**
 * Ranks documents by BM25 (Robertson and Zaragoza 2009; idf as in Lucene, never negative), by the statistics of their
 * own namespace. Exact presence, term frequency in the steps 1, 2, 4 and length in half octaves; `refine` makes both
 * exact for the best. Terms in more documents than are read count for the newest of them, and for documents that have
 * several of them.
 */
export function rank(source: PostingSource, terms: readonly string[]): Ranking {
  const states = readPostings(source, terms);
  const averageLength = Math.max(1, source.terms / Math.max(1, source.documents));
  const scores = new Map<number, number>();
  for (const [index, state] of states.entries()) {
    score(source, state, averageLength, scores, index < repeatedTerms);
  }
  const common = states.filter((state) => !state.complete).slice(0, jointTerms);
  if (common.length > 1) {
    const weight = common.reduce((sum, state) => sum + state.weight, 0);
    const once = factors(weight, 1, averageLength);
    for (const document of source.postings(
      common.map((state) => state.term),
      jointPostings,
    )) {
      const whole = once[lengthLevelOf(document)]!;
      if (whole > (scores.get(document) ?? 0)) scores.set(document, whole);
    }
  }
  return { scores, weights: new Map(states.map((state) => [state.term, state.weight])), averageLength };
}

/** The part of a term's weight that a document gets in which it occurs `frequency` times. */
export function frequencyFactor(frequency: number, length: number, averageLength: number): number {
  return (frequency * (k1 + 1)) / (frequency + k1 * (1 - b + (b * length) / averageLength));
}

/** What a document gets for a term, by its level of length. */
function factors(weight: number, frequency: number, averageLength: number): Float64Array {
  return Float64Array.from(
    { length: lengthLevels },
    (_, level) => weight * frequencyFactor(frequency, approximateLength(level), averageLength),
  );
}

function idf(documents: number, having: number): number {
  return Math.log(1 + (documents - having + 0.5) / (having + 0.5));
}

/** The terms that occur, by weight. */
function readPostings(source: PostingSource, terms: readonly string[]): TermState[] {
  const states: TermState[] = [];
  for (const term of terms) {
    const postings = source.postings([term], firstPostings);
    if (postings.length > 0) states.push(toState(source, term, postings, firstPostings));
  }
  states.sort((one, other) => one.documents - other.documents);
  let left = furtherPostings;
  return states.map((state) => {
    if (state.complete || left <= firstPostings) return state;
    const further = toState(source, state.term, source.postings([state.term], left), left);
    left -= further.postings.length;
    return further;
  });
}

function toState(source: PostingSource, term: string, postings: readonly number[], limit: number): TermState {
  const complete = postings.length < limit;
  const documents = complete ? postings.length : estimate(source, postings);
  return { term, postings, complete, documents, weight: idf(source.documents, documents) };
}

/** How many documents have a term of which only the newest were read, if it is as frequent among the older ones. */
function estimate(source: PostingSource, postings: readonly number[]): number {
  const oldest = sequenceOf(postings[postings.length - 1]!);
  const share = postings.length / Math.max(1, source.nextSequence - oldest);
  return Math.max(postings.length, Math.min(source.documents, Math.round(share * source.documents)));
}

function score(
  source: PostingSource,
  { term, postings, weight }: TermState,
  averageLength: number,
  scores: Map<number, number>,
  repeats: boolean,
): void {
  let before = factors(weight, 1, averageLength);
  for (const document of postings) {
    scores.set(document, (scores.get(document) ?? 0) + before[lengthLevelOf(document)]!);
  }
  if (!repeats) return;
  for (const [atLeast, mark] of repeatMarks) {
    const repeated = source.postings([term + mark], postings.length);
    const after = factors(weight, atLeast, averageLength);
    for (const document of repeated) {
      const known = scores.get(document);
      const level = lengthLevelOf(document);
      if (known !== undefined) scores.set(document, known + after[level]! - before[level]!);
    }
    if (repeated.length === 0) return;
    before = after;
  }
}
