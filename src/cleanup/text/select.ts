/** What a text's units are worth, each by its index. */
export interface Ranking {
  readonly size: number;
  /** Ids of the terms of unit `i`, each once: `terms[starts[i]]` up to `terms[starts[i + 1]]`. */
  readonly terms: Int32Array;
  readonly starts: Int32Array;
  /** What a term is worth, by its id. */
  readonly weights: Float64Array;
  /** What multiplies the worth of a unit's terms. */
  readonly boosts: Float64Array;
  /** Estimated tokens, for the ranking only. */
  readonly costs: Float64Array;
  /** Units of a lower rank come first. */
  readonly ranks: Uint8Array;
}

/** What a unit's rank is made of: asides come after the others, and a line that was there before after everything else. */
export const Rank = { aside: 1, tier: 2, repeated: 255 } as const;

/** How strongly length counts against a unit: 0 not at all, 1 in full. */
const COST_POWER = 0.6;

/** What is left of a unit's worth when all its terms are covered: most likely it has been said before. */
const STALE = 0.3;

/** Units that one call weighs again; where thousands are alike, all would come up each time. */
const MAX_LOOKS = 48;

/**
 * Picks units best first: the one whose terms add most to what is covered so far, a term's worth falling with each
 * time it is covered. (A submodular cover, taken greedily with lazy evaluation: a unit is weighed again only when
 * it comes up.) Ties go to the earlier unit, so the order is determined.
 */
export class CoverQueue {
  readonly #ranking: Ranking;
  readonly #factors: Float64Array;
  readonly #covered: Uint16Array;
  readonly #heap: Int32Array;
  readonly #keys: Float64Array;
  #size: number;

  constructor(ranking: Ranking) {
    const { size, boosts, costs, weights } = ranking;
    this.#ranking = ranking;
    this.#factors = new Float64Array(size);
    this.#covered = new Uint16Array(weights.length);
    this.#heap = new Int32Array(size);
    this.#keys = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      this.#factors[i] = boosts[i]! / costs[i]! ** COST_POWER;
      this.#heap[i] = i;
      this.#keys[i] = this.#gain(i);
    }
    this.#size = size;
    for (let i = (size >> 1) - 1; i >= 0; i--) this.#sink(i);
  }

  /** The best unit left, taken out of the queue; -1 where none is left. */
  take(): number {
    for (let looks = 1; this.#size > 0; looks++) {
      const best = this.#heap[0]!;
      if (looks === MAX_LOOKS || this.#ranking.ranks[best] === Rank.repeated) return this.#remove(best);
      const gain = this.#gain(best);
      if (gain >= this.#keys[best]!) return this.#remove(best);
      this.#keys[best] = gain;
      this.#sink(0);
      if (this.#heap[0] === best) return this.#remove(best);
    }
    return -1;
  }

  /** Counts the terms of a unit as covered. */
  cover(index: number): void {
    const { terms, starts } = this.#ranking;
    const end = starts[index + 1]!;
    for (let i = starts[index]!; i < end; i++) this.#covered[terms[i]!]!++;
  }

  #remove(best: number): number {
    this.#heap[0] = this.#heap[--this.#size]!;
    this.#sink(0);
    return best;
  }

  #gain(index: number): number {
    const { terms, starts, weights } = this.#ranking;
    const covered = this.#covered;
    const end = starts[index + 1]!;
    let sum = 0;
    let fresh = false;
    for (let i = starts[index]!; i < end; i++) {
      const term = terms[i]!;
      const times = covered[term]!;
      if (times === 0) {
        fresh = true;
        sum += weights[term]!;
      } else sum += weights[term]! / (1 + times);
    }
    return this.#factors[index]! * (fresh ? sum : sum * STALE);
  }

  #before(a: number, b: number): boolean {
    const { ranks } = this.#ranking;
    if (ranks[a] !== ranks[b]) return ranks[a]! < ranks[b]!;
    const keys = this.#keys[b]! - this.#keys[a]!;
    return keys !== 0 ? keys < 0 : a < b;
  }

  #sink(from: number): void {
    const heap = this.#heap;
    const size = this.#size;
    const item = heap[from]!;
    let i = from;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#before(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#before(heap[child]!, item)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = item;
  }
}
