import type { ArchiveSummary, SearchHit } from "./archive.ts";
import { bestOf } from "./best-of.ts";
import { type PostingSource, type Ranking, rank } from "./rank.ts";
import { refine } from "./refine.ts";
import { queryTerms } from "./segment.ts";

/** What a search reads of an archive's namespace. */
export interface SearchSource extends PostingSource {
  /** For each document its newest entry (in `component`, if given), or undefined where it has none there. */
  entries(documents: readonly number[], component: string | undefined): readonly (DocumentEntry | undefined)[];
  /** The text of a document, or at least its first `units` UTF-16 units. */
  text(document: number, units: number): string;
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
const allTextUnits = 1024 * 1024;
const entryBatch = 64;

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
  const hits = found.map(({ document, score, entry }, index): SearchHit & { readonly document: number } => {
    const units = Math.min(textUnits, unitsLeft);
    unitsLeft -= Math.min(units, entry.bytes);
    if (units === 0 && index >= limit) return { ...entry.summary, document, score, snippet: "" };
    const text = source.text(document, Math.max(units, 1024));
    const refined = refine(text, terms, ranking);
    // A long text that was read in part keeps the score that the index gives it, where that is higher.
    const whole = entry.bytes <= units;
    return {
      ...entry.summary,
      document,
      score: whole ? refined.score : Math.max(score, refined.score),
      snippet: refined.snippet,
    };
  });
  hits.sort((one, other) => other.score - one.score || other.document - one.document);
  return hits.slice(0, limit).map(({ document: _, ...hit }) => hit);
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
