import { frequencyFactor, type Ranking } from "./rank.ts";
import { visitTerms } from "./segment.ts";

/** A candidate's exact score, and where its text matches best. */
export interface Refined {
  readonly score: number;
  readonly snippet: string;
  /** Whether the text has any term of the query. */
  readonly matches: boolean;
}

/** How much of an excerpt is shown, in UTF-16 units, and how much of it comes before its first match. */
const snippetUnits = 240;
const leadUnits = 60;
/** A document in which all words of the query follow each other in order scores so much more. */
const adjacencyBonus = 0.5;

interface Match {
  readonly term: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Scores a text that was read: BM25 with exact frequencies and length, raised where neighbours in the query are
 * neighbours in the text; and cuts the excerpt that holds most of the query's weight.
 *
 * @param text the document, or the beginning of a long one.
 */
export function refine(text: string, query: readonly string[], ranking: Ranking): Refined {
  const order = new Map(query.map((term, index) => [term, index] as const));
  const counts = new Map<string, number>();
  const matches: Match[] = [];
  const adjacent = new Set<number>();
  let lastIndex = -2;
  let lastPosition = -2;
  const length = visitTerms(text, (term, start, end, position) => {
    const index = order.get(term);
    if (index === undefined) return;
    counts.set(term, (counts.get(term) ?? 0) + 1);
    matches.push({ term, start, end });
    if (index === lastIndex + 1 && position === lastPosition + 1) adjacent.add(index);
    lastIndex = index;
    lastPosition = position;
  });
  let score = 0;
  for (const [term, count] of counts) {
    score += (ranking.weights.get(term) ?? 0) * frequencyFactor(count, length, ranking.averageLength);
  }
  if (query.length > 1) score *= 1 + (adjacencyBonus * adjacent.size) / (query.length - 1);
  return { score, snippet: excerpt(text, bestStart(matches, ranking)), matches: matches.length > 0 };
}

/** The first match of the window in which the most weight of distinct terms lies. */
function bestStart(matches: readonly Match[], ranking: Ranking): number {
  let best = 0;
  let bestWeight = -1;
  let weight = 0;
  const inside = new Map<string, number>();
  for (let first = 0, next = 0; first < matches.length; first++) {
    const from = matches[first]!;
    while (next < matches.length && matches[next]!.end - from.start <= snippetUnits - leadUnits) {
      const { term } = matches[next++]!;
      const count = inside.get(term) ?? 0;
      if (count === 0) weight += ranking.weights.get(term) ?? 0;
      inside.set(term, count + 1);
    }
    if (weight > bestWeight + 1e-9) {
      best = from.start;
      bestWeight = weight;
    }
    if (next <= first) {
      next = first + 1;
      continue;
    }
    const left = inside.get(from.term)! - 1;
    inside.set(from.term, left);
    if (left === 0) weight -= ranking.weights.get(from.term) ?? 0;
  }
  return best;
}

/** A part of the text around `match`, at white space where that is near, with an ellipsis where something is cut off. */
function excerpt(text: string, match: number): string {
  if (text.length <= snippetUnits) return text;
  let start = Math.max(0, Math.min(match - leadUnits, text.length - snippetUnits));
  let end = Math.min(text.length, start + snippetUnits);
  if (start > 0) {
    const space = text.slice(start, match).search(/\s\S/u);
    if (space >= 0) start += space + 1;
    else if (isLowSurrogate(text, start)) start++;
  }
  if (end < text.length) {
    const space = text.slice(end - 30, end).search(/\s\S*$/u);
    if (space >= 0 && end - 30 + space > match) end += space - 30;
    else if (isLowSurrogate(text, end)) end--;
  }
  return `${start > 0 ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`;
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}
