/** A unit as the selection sees it. */
export interface Candidate {
  /** Ids of the terms, each once. */
  readonly terms: Int32Array;
  /** Multiplies what the terms are worth. */
  readonly boost: number;
  /** Estimated tokens, for the ranking only. */
  readonly cost: number;
  /** Candidates of a lower tier come first. */
  readonly tier: number;
  /** True where it has no term in common with the rest of the text. */
  readonly aside: boolean;
}

/** How strongly length counts against a unit: 0 not at all, 1 in full. */
const COST_POWER = 0.6;

/** What is left of a unit's worth when all its terms are covered: most likely it has been said before. */
const STALE = 0.3;

/** Candidates that one call weighs again; where thousands are alike, all would come up each time. */
const MAX_LOOKS = 128;

/**
 * Picks candidates best first: the one whose terms add most to what is covered so far, a term's worth falling with each
 * time it is covered. (A submodular cover, taken greedily with lazy evaluation: a candidate is weighed again only when
 * it comes up.) Ties go to the earlier candidate, so the order is determined.
 */
export class CoverQueue {
  readonly #candidates: readonly Candidate[];
  readonly #weights: Float64Array;
  readonly #covered: Uint16Array;
  readonly #heap: Int32Array;
  readonly #keys: Float64Array;
  #size: number;

  constructor(candidates: readonly Candidate[], weights: Float64Array) {
    this.#candidates = candidates;
    this.#weights = weights;
    this.#covered = new Uint16Array(weights.length);
    this.#heap = Int32Array.from(candidates.keys());
    this.#keys = Float64Array.from(candidates, (candidate) => this.#gain(candidate));
    this.#size = candidates.length;
    for (let i = (this.#size >> 1) - 1; i >= 0; i--) this.#sink(i);
  }

  /** The best candidate left, taken out of the queue; -1 where none is left. */
  take(): number {
    for (let looks = 1; this.#size > 0; looks++) {
      const best = this.#heap[0]!;
      const gain = this.#gain(this.#candidates[best]!);
      if (gain >= this.#keys[best]! || looks === MAX_LOOKS) return this.#remove(best);
      this.#keys[best] = gain;
      this.#sink(0);
      if (this.#heap[0] === best) return this.#remove(best);
    }
    return -1;
  }

  /** Counts the terms of a candidate as covered. */
  cover(index: number): void {
    for (const term of this.#candidates[index]!.terms) this.#covered[term]!++;
  }

  #remove(best: number): number {
    this.#heap[0] = this.#heap[--this.#size]!;
    this.#sink(0);
    return best;
  }

  #gain({ terms, boost, cost }: Candidate): number {
    let sum = 0;
    let fresh = false;
    for (const term of terms) {
      const covered = this.#covered[term]!;
      if (covered === 0) fresh = true;
      sum += this.#weights[term]! / (1 + covered);
    }
    return (boost * (fresh ? sum : sum * STALE)) / cost ** COST_POWER;
  }

  #before(a: number, b: number): boolean {
    const [one, other] = [this.#candidates[a]!, this.#candidates[b]!];
    const tier = one.tier - other.tier || Number(one.aside) - Number(other.aside);
    if (tier !== 0) return tier < 0;
    const keys = this.#keys[b]! - this.#keys[a]!;
    return keys !== 0 ? keys < 0 : a < b;
  }

  #sink(from: number): void {
    const heap = this.#heap;
    const item = heap[from]!;
    let i = from;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#before(heap[child + 1]!, heap[child]!)) child++;
      if (!this.#before(heap[child]!, item)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = item;
  }
}
