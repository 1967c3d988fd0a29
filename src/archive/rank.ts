import { approximateLength, repeatMarks, sequenceOf } from "./index-terms.ts";

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

export interface Candidate {
  readonly document: number;
  readonly score: number;
}

export interface Ranking {
  /** Best first. */
  readonly candidates: readonly Candidate[];
  /** How much a term of the query tells, by term. */
  readonly weights: ReadonlyMap<string, number>;
  readonly averageLength: number;
}

/** Postings read of each term at first, and of all terms beyond that. They bound the work of any query. */
export const firstPostings = 2_000;
export const furtherPostings = 24_000;

const k1 = 1.2;
const b = 0.75;

interface TermState {
  readonly term: string;
  postings: readonly number[];
  documents: number;
  complete: boolean;
}

/**
 * Ranks documents by BM25 (Robertson and Zaragoza 2009; idf as in Lucene, never negative), by the statistics of their
 * own namespace. Exact presence, term frequency in the steps 1, 2, 4 and length in half octaves; `refine` makes both
 * exact for the best. Terms in more documents than are read count for the newest of them, and for all documents that
 * have every such term.
 */
export function rank(source: PostingSource, terms: readonly string[]): Ranking {
  const states = readPostings(source, terms).filter((state) => state.documents > 0);
  const averageLength = Math.max(1, source.terms / Math.max(1, source.documents));
  const weights = new Map(states.map((state) => [state.term, idf(source.documents, state.documents)] as const));
  const scores = new Map<number, number>();
  for (const state of states) score(source, state, weights.get(state.term)!, averageLength, scores);

  const common = states.filter((state) => !state.complete);
  if (common.length > 1) {
    const together = common.reduce((sum, state) => sum + weights.get(state.term)!, 0);
    for (const document of source.postings(
      common.map((state) => state.term),
      firstPostings,
    )) {
      const whole = together * saturation(1, document, averageLength);
      if (whole > (scores.get(document) ?? 0)) scores.set(document, whole);
    }
  }
  const candidates = [...scores].map(([document, score]) => ({ document, score }));
  candidates.sort((one, other) => other.score - one.score || other.document - one.document);
  return { candidates, weights, averageLength };
}

/** The part of a term's weight that a document gets in which it occurs `frequency` times. */
export function frequencyFactor(frequency: number, length: number, averageLength: number): number {
  return (frequency * (k1 + 1)) / (frequency + k1 * (1 - b + (b * length) / averageLength));
}

function saturation(frequency: number, document: number, averageLength: number): number {
  return frequencyFactor(frequency, approximateLength(document), averageLength);
}

function idf(documents: number, having: number): number {
  return Math.log(1 + (documents - having + 0.5) / (having + 0.5));
}

function readPostings(source: PostingSource, terms: readonly string[]): TermState[] {
  const states = terms.map((term): TermState => {
    const postings = source.postings([term], firstPostings);
    const complete = postings.length < firstPostings;
    return { term, postings, complete, documents: complete ? postings.length : estimate(source, postings) };
  });
  let left = furtherPostings;
  for (const state of states.filter((each) => !each.complete).sort((one, other) => one.documents - other.documents)) {
    if (left <= state.postings.length) break;
    state.postings = source.postings([state.term], left);
    state.complete = state.postings.length < left;
    state.documents = state.complete ? state.postings.length : estimate(source, state.postings);
    left -= state.postings.length;
  }
  return states;
}

/** How many documents have a term of which only the newest were read, if it is as frequent among the older ones. */
function estimate(source: PostingSource, postings: readonly number[]): number {
  const oldest = sequenceOf(postings[postings.length - 1]!);
  const share = postings.length / Math.max(1, source.nextSequence - oldest);
  return Math.max(postings.length, Math.min(source.documents, Math.round(share * source.documents)));
}

function score(
  source: PostingSource,
  state: TermState,
  weight: number,
  averageLength: number,
  scores: Map<number, number>,
): void {
  for (const document of state.postings) {
    scores.set(document, (scores.get(document) ?? 0) + weight * saturation(1, document, averageLength));
  }
  let below = 1;
  for (const [atLeast, mark] of repeatMarks) {
    const repeated = source.postings([state.term + mark], state.postings.length);
    for (const document of repeated) {
      const known = scores.get(document);
      if (known === undefined) continue;
      const more = saturation(atLeast, document, averageLength) - saturation(below, document, averageLength);
      scores.set(document, known + weight * more);
    }
    if (repeated.length === 0) break;
    below = atLeast;
  }
}
