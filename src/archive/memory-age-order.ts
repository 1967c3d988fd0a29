interface Aged {
  readonly sequence: number;
  archivedAt: number;
  gone: boolean;
}

/** Entries from the oldest to the newest. Adding at the end and removing are cheap; what comes late costs a sort. */
export class AgeOrder<T extends Aged> {
  #entries: T[] = [];
  #sorted = true;
  #gone = 0;

  add(entry: T): void {
    const last = this.#entries[this.#entries.length - 1];
    if (last !== undefined && last.archivedAt > entry.archivedAt) this.#sorted = false;
    this.#entries.push(entry);
  }

  /** An entry's time has changed. */
  moved(): void {
    this.#sorted = false;
  }

  remove(entry: T): void {
    entry.gone = true;
    this.#gone++;
    if (this.#gone < 64 || this.#gone * 2 < this.#entries.length) return;
    this.#entries = this.#entries.filter((each) => !each.gone);
    this.#gone = 0;
  }

  /** Entries may be removed meanwhile, and none added. */
  *oldestFirst(): Generator<T> {
    if (!this.#sorted)
      this.#entries.sort((one, other) => one.archivedAt - other.archivedAt || one.sequence - other.sequence);
    this.#sorted = true;
    for (const entry of this.#entries) if (!entry.gone) yield entry;
  }

  clear(): void {
    this.#entries = [];
    this.#gone = 0;
  }
}
