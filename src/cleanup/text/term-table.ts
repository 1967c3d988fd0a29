/** Numbers the distinct words of a text, and counts how often and in how many units each one occurs. */
export class TermTable {
  #hashes = new Int32Array(1 << 12);
  #ids = new Int32Array(1 << 12);
  #size = 0;
  #frequency = new Int32Array(1 << 10);
  #units = new Int32Array(1 << 10);
  #lastUnit = new Int32Array(1 << 10);

  get size(): number {
    return this.#size;
  }

  /** How often the term occurs, and in how many units. */
  frequency(id: number): number {
    return this.#frequency[id]!;
  }

  unitCount(id: number): number {
    return this.#units[id]!;
  }

  /** Counts one occurrence in a unit, by a hash of 31 bits; the id where it is the unit's first one, else -1. */
  count(hash: number, unit: number): number {
    const id = this.#idOf(hash);
    this.#frequency[id]!++;
    if (this.#lastUnit[id] === unit + 1) return -1;
    this.#lastUnit[id] = unit + 1;
    this.#units[id]!++;
    return id;
  }

  #idOf(hash: number): number {
    const mask = this.#hashes.length - 1;
    // 0 marks an empty slot.
    const key = hash + 1;
    let slot = (Math.imul(hash, 0x9e3779b1) >>> 8) & mask;
    while (this.#hashes[slot] !== 0) {
      if (this.#hashes[slot] === key) return this.#ids[slot]!;
      slot = (slot + 1) & mask;
    }
    const id = this.#size++;
    this.#hashes[slot] = key;
    this.#ids[slot] = id;
    if (id === this.#frequency.length - 1) this.#widen();
    if (this.#size * 2 > this.#hashes.length) this.#rehash();
    return id;
  }

  #widen(): void {
    this.#frequency = doubled(this.#frequency);
    this.#units = doubled(this.#units);
    this.#lastUnit = doubled(this.#lastUnit);
  }

  #rehash(): void {
    const [hashes, ids] = [this.#hashes, this.#ids];
    this.#hashes = new Int32Array(hashes.length * 2);
    this.#ids = new Int32Array(hashes.length * 2);
    const mask = this.#hashes.length - 1;
    for (let i = 0; i < hashes.length; i++) {
      const key = hashes[i]!;
      if (key === 0) continue;
      let slot = (Math.imul(key - 1, 0x9e3779b1) >>> 8) & mask;
      while (this.#hashes[slot] !== 0) slot = (slot + 1) & mask;
      this.#hashes[slot] = key;
      this.#ids[slot] = ids[i]!;
    }
  }
}

/** The same numbers in twice the room. */
export function doubled(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const wider = new Int32Array(numbers.length * 2);
  wider.set(numbers);
  return wider;
}
