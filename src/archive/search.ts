import type { ArchiveSummary, SearchHit } from "./archive.ts";
import { bestOf } from "./best-of.ts";
import { type PostingSource, type Ranking, rank } from "./rank.ts";
import { refine } from "./refine.ts";
import { queryTerms } from "./segment.ts";

/** What a search reads of an archive's namespace. */
export interface SearchSource extends PostingSource {
  /** For each document its newest entry (in `component`, if given), or undefined where it has none there. */
  entries(documents: readonly number[], component: string | undefined): readonly (DocumentEntry | undefined)[];
  /** The first `units` UTF-16 units of a document's text, or all of it. */
  text(document: number, units: number): string;
  /** A document's text in parts of so many UTF-16 units. */
  parts(document: number, units: number): Iterable<string>;
}

export interface DocumentEntry {
  readonly summary: ArchiveSummary;
  /** Bytes of the text. */
  readonly bytes: number;
}

/** Terms of a query that count; the work of a search grows with them. */
const maxQueryTerms = 32;
/** Candidates whose text is read, beyond what is asked for, and bounds of the text that is read. */
const spareCandidates = 30;
const textUnits = 64 * 1024;
const allTextUnits = 512 * 1024;
const entryBatch = 64;
/** Long texts whose words come later are looked through in parts, so far; and what is cut out around a word. */
const partUnits = 256 * 1024;
const allPartUnits = 4 * 1024 * 1024;
const aroundUnits = 1024;

/** Finds the best entries for a plain-text query. Each distinct text gives at most one hit: its newest entry. */
export function search(
  source: SearchSource,
  query: string,
  limit: number,
  component: string | undefined,
): readonly SearchHit[] {
  const terms = queryTerms(query, maxQueryTerms);
  if (terms.length === 0 || limit === 0) return [];
  const ranking = rank(source, terms);
  const found = withEntries(source, ranking, limit + spareCandidates, component);
  let unitsLeft = allTextUnits;
  const hits = found.map(({ document, score, entry }, index): FoundHit => {
    const units = Math.min(textUnits, unitsLeft);
    unitsLeft -= Math.min(units, entry.bytes);
    if (units === 0 && index >= limit) return { ...entry.summary, document, score, snippet: "", isFound: false };
    const text = source.text(document, Math.max(units, 1024));
    const refined = refine(text, terms, ranking);
    // A long text that was read in part keeps the score that the index gives it, where that is higher.
    const whole = entry.bytes <= units;
    return {
      ...entry.summary,
      document,
      score: whole ? refined.score : Math.max(score, refined.score),
      snippet: refined.snippet,
      isFound: refined.matches || whole,
    };
  });
  hits.sort((one, other) => other.score - one.score || other.document - one.document);
  const later = new LaterSearch(source, terms, ranking);
  return hits.slice(0, limit).map(({ document, isFound, ...hit }) => {
    return isFound ? hit : { ...hit, snippet: later.snippet(document) ?? hit.snippet };
  });
}

interface FoundHit extends SearchHit {
  readonly document: number;
  /** Whether the excerpt shows a word of the query. */
  readonly isFound: boolean;
}

/** Finds the words of a query far behind in long texts. */
class LaterSearch {
  readonly #source: SearchSource;
  readonly #ranking: Ranking;
  readonly #query: readonly string[];
  /** Those that tell most first. */
  readonly #terms: readonly string[];
  #unitsLeft = allPartUnits;

  constructor(source: SearchSource, query: readonly string[], ranking: Ranking) {
    const { weights } = ranking;
    this.#source = source;
    this.#ranking = ranking;
    this.#query = query;
    this.#terms = [...weights.keys()].sort((one, other) => weights.get(other)! - weights.get(one)!);
  }

  /** An excerpt around one of them, written as it is or in other case; undefined where none is near enough. */
  snippet(document: number): string | undefined {
    for (const part of this.#source.parts(document, partUnits)) {
      if (this.#unitsLeft <= 0) return undefined;
      this.#unitsLeft -= part.length;
      const folded = part.toLowerCase();
      for (const term of this.#terms) {
        const at = folded.indexOf(term);
        if (at < 0) continue;
        const around = part.slice(Math.max(0, at - aroundUnits), at + aroundUnits);
        const refined = refine(around, this.#query, this.#ranking);
        if (refined.matches) return refined.snippet;
      }
    }
    return undefined;
  }
}

interface Found {
  readonly document: number;
  readonly score: number;
  readonly entry: DocumentEntry;
}

/** The best candidates that have an entry (in `component`). Where too few of the best have one, all are looked at. */
function withEntries(source: SearchSource, ranking: Ranking, count: number, component: string | undefined): Found[] {
  const found: Found[] = [];
  let looked = 0;
  for (let size = count; found.length < count && looked < ranking.scores.size; size = ranking.scores.size) {
    const candidates = bestOf(ranking.scores, size);
    while (looked < candidates.length && found.length < count) {
      const batch = candidates.slice(looked, looked + entryBatch);
      looked += batch.length;
      const entries = source.entries(
        batch.map((candidate) => candidate.document),
        component,
      );
      for (const [index, entry] of entries.entries()) {
        if (entry !== undefined && found.length < count) found.push({ ...batch[index]!, entry });
      }
    }
  }
  return found;
}
