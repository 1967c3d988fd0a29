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

/**
 * Finds earlier entries whose signature agrees with one in at least one band. One table for all bands: chains of nodes in
 * flat arrays, so that thousands of entries leave nothing for the collector of garbage.
 */
export class BandIndex {
  readonly #shape: Bands;
  /** The newest node of each chain, plus one; 0 for none. */
  #heads = new Int32Array(1 << 10);
  /** Of each node: the hash of its band's rows, its entry, and the node before it in its chain. */
  #hashes = new Int32Array(1 << 10);
  #entries = new Int32Array(1 << 10);
  #before = new Int32Array(1 << 10);
  #size = 0;
  /** The hash of each band of the signature that was last looked at: who is searched for is mostly added next. */
  readonly #own: Int32Array;
  #ownOf: Uint32Array | undefined;
  /** The last search that met an entry. */
  #met = new Int32Array(1 << 8);
  #search = 0;

  constructor(shape: Bands) {
    this.#shape = shape;
    this.#own = new Int32Array(shape.bands);
  }

  add(signature: Uint32Array, entry: number): void {
    if (entry >= this.#met.length) this.#met = resized(this.#met, 2 * entry);
    for (const hash of this.#hashesOf(signature)) {
      if (this.#size === this.#hashes.length) this.#grow();
      const node = this.#size++;
      this.#hashes[node] = hash;
      this.#entries[node] = entry;
      this.#chain(node);
    }
  }

  /** Entries that share a band with `signature`, each once, in rising order. */
  candidates(signature: Uint32Array): number[] {
    const found: number[] = [];
    const search = ++this.#search;
    for (const hash of this.#hashesOf(signature)) {
      for (let node = this.#heads[this.#slot(hash)]!; node > 0; node = this.#before[node - 1]!) {
        const entry = this.#entries[node - 1]!;
        if (this.#hashes[node - 1] !== hash || this.#met[entry] === search) continue;
        this.#met[entry] = search;
        found.push(entry);
      }
    }
    return found.sort((a, b) => a - b);
  }

  #chain(node: number): void {
    const slot = this.#slot(this.#hashes[node]!);
    this.#before[node] = this.#heads[slot]!;
    this.#heads[slot] = node + 1;
  }

  #grow(): void {
    const size = 2 * this.#hashes.length;
    this.#hashes = resized(this.#hashes, size);
    this.#entries = resized(this.#entries, size);
    this.#before = resized(this.#before, size);
    this.#heads = new Int32Array(size);
    for (let node = 0; node < this.#size; node++) this.#chain(node);
  }

  #slot(hash: number): number {
    return (hash ^ (hash >>> 15)) & (this.#heads.length - 1);
  }

  #hashesOf(signature: Uint32Array): Int32Array {
    if (this.#ownOf !== signature) {
      for (let band = 0; band < this.#shape.bands; band++) this.#own[band] = this.#hash(signature, band);
      this.#ownOf = signature;
    }
    return this.#own;
  }

  /** A hash of a band and its rows. Two that fall together only cost a comparison. */
  #hash(signature: Uint32Array, band: number): number {
    const { rows } = this.#shape;
    let hash = Math.imul(band + 1, 0x9e3779b1);
    const end = (band + 1) * rows;
    for (let i = band * rows; i < end; i++) {
      hash = Math.imul(hash ^ signature[i]!, 0x85ebca6b);
      hash ^= hash >>> 13;
    }
    return Math.imul(hash, 0xc2b2ae35);
  }
}

function resized(numbers: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(size);
  wider.set(numbers);
  return wider;
}
