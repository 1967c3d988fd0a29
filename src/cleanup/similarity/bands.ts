import { signatureLength } from "../../wasm/similarity.ts";

/** How a signature is cut: texts that agree on all rows of one band are compared. */
export interface Bands {
  readonly bands: number;
  readonly rows: number;
  /** The probability that two texts at the threshold agree on no band, and so are not compared. */
  readonly missProbability: number;
}

/** The greatest {@link Bands.missProbability} that is accepted where the threshold allows. */
const MAX_MISS = 1e-6;
const rowCounts = [16, 12, 10, 9, 8, 7, 6, 5, 4, 3, 2];

/**
 * The most rows a band (fewest false candidates) at which a pair at the threshold is missed with a probability of at
 * most a millionth: 1 − (1 − tʳ)ᵇ is the probability that a band agrees (Leskovec, Rajaraman, Ullman, Mining of
 * Massive Datasets, 3.4).
 */
export function bandsFor(threshold: number): Bands {
  for (const rows of rowCounts) {
    const bands = Math.floor(signatureLength / rows);
    const missProbability = (1 - threshold ** rows) ** bands;
    if (missProbability <= MAX_MISS) return { bands, rows, missProbability };
  }
  return { bands: signatureLength, rows: 1, missProbability: (1 - threshold) ** signatureLength };
}

/** Finds earlier entries whose signature agrees with one in at least one band. */
export class BandIndex {
  readonly #shape: Bands;
  readonly #buckets: readonly Map<number, number[]>[];

  constructor(shape: Bands) {
    this.#shape = shape;
    this.#buckets = Array.from({ length: shape.bands }, () => new Map());
  }

  add(signature: Uint32Array, entry: number): void {
    for (const [band, buckets] of this.#buckets.entries()) {
      const key = this.#key(signature, band);
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [entry]);
      else bucket.push(entry);
    }
  }

  /** Entries that share a band with `signature`, each once, in the order in which they were added. */
  candidates(signature: Uint32Array): number[] {
    const found = new Set<number>();
    for (const [band, buckets] of this.#buckets.entries()) {
      for (const entry of buckets.get(this.#key(signature, band)) ?? []) found.add(entry);
    }
    return [...found].sort((a, b) => a - b);
  }

  /** A hash of one band's rows, below 2⁵². Two bands that fall together only cost a comparison. */
  #key(signature: Uint32Array, band: number): number {
    let high = 0x9747b28c;
    let low = 0x811c9dc5;
    const end = (band + 1) * this.#shape.rows;
    for (let i = band * this.#shape.rows; i < end; i++) {
      low = Math.imul(low ^ signature[i]!, 0x01000193);
      high = Math.imul(high ^ signature[i]! ^ (high >>> 15), 0x85ebca6b);
    }
    return (high >>> 12) * 0x1_0000_0000 + (low >>> 0);
  }
}
