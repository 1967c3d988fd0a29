import type { Item } from "./item.ts";

/** The place in the order of calls of the put that a record comes from, where it is not the item's own. */
const calls = new WeakMap<Item, number>();

/** The place in the order of calls of the put that gave an item its text; what was changed since has it from there. */
export const callOf = (item: Item): number => calls.get(item) ?? item.sequence;

const slackOf = ({ estimate }: Item): number => (estimate === undefined ? 0 : estimate.high - estimate.low);

/** The items of a manager: by id, by component in order of arrival, and by group. */
export class ItemStore {
  readonly #components: readonly Map<string, Item>[];
  /** Ids by group; made when first asked for. */
  #groups: Map<string, Set<string>> | undefined;
  readonly #chart: ReadonlyMap<string, number>;
  /** By component: how far the items' tokens lie above the low edges of their estimates. */
  readonly #slack: number[];
  /** The last place in the order that an item of a component has had. */
  readonly #last: number[];
  #sequence = 0;
  /** Ids that callers gave to items on their way in, and of how many. */
  #named: Map<string, number> | undefined;

  /** @param before the store whose place this one takes: what is on its way into that one comes here. */
  constructor(chart: ReadonlyMap<string, number>, before?: ItemStore) {
    this.#chart = chart;
    this.#components = Array.from(chart, () => new Map<string, Item>());
    this.#slack = Array.from(chart, () => 0);
    this.#last = Array.from(chart, () => -1);
    if (before !== undefined) this.#named = before.#named;
  }

  nextSequence(): number {
    return this.#sequence++;
  }

  /** The next one. */
  get sequence(): number {
    return this.#sequence;
  }

  set sequence(next: number) {
    this.#sequence = next;
  }

  get(id: string): Item | undefined {
    for (const items of this.#components) {
      const item = items.get(id);
      if (item !== undefined) return item;
    }
    return undefined;
  }

  /** An id that no item has, nor one on its way in. */
  freshId(sequence: number): string {
    let id = `i${sequence}`;
    while (this.get(id) !== undefined || this.#named?.has(id)) id = `${id}'`;
    return id;
  }

  /** Keeps ids that callers gave from being made up for other items, until `work` is done. */
  naming<Result>(inputs: readonly { readonly id?: string }[], work: () => Promise<Result>): Promise<Result> {
    const ids = inputs.flatMap(({ id }) => id ?? []);
    return ids.length === 0 ? work() : this.#whileNamed(ids, work);
  }

  async #whileNamed<Result>(ids: readonly string[], work: () => Promise<Result>): Promise<Result> {
    this.#named ??= new Map();
    const named = this.#named;
    for (const id of ids) named.set(id, (named.get(id) ?? 0) + 1);
    try {
      return await work();
    } finally {
      for (const id of ids) {
        const left = named.get(id)! - 1;
        if (left === 0) named.delete(id);
        else named.set(id, left);
      }
    }
  }

  count(index: number): number {
    return this.#components[index]!.size;
  }

  /** The least that the items of a component may come to is this much less than what is booked for them. */
  slack(index: number): number {
    return this.#slack[index]!;
  }

  /** Live items of a component in order. */
  list(index: number): Item[] {
    return [...this.#components[index]!.values()];
  }

  all(): Item[] {
    return this.#components.flatMap((items) => [...items.values()]).sort((a, b) => a.sequence - b.sequence);
  }

  group(group: string): Item[] {
    if (this.#groups === undefined) {
      this.#groups = new Map();
      for (const items of this.#components) for (const item of items.values()) this.#join(item);
    }
    const items = [...(this.#groups.get(group) ?? [])].map((id) => this.get(id)!);
    return items.sort((a, b) => a.sequence - b.sequence);
  }

  /**
   * Adds an item, or puts it in the place of the one with its id.
   * @param call its place in the order of calls; default that of what it takes the place of, else its place in the order of items.
   */
  set(item: Item, call?: number): void {
    const index = this.#chart.get(item.component)!;
    const items = this.#components[index]!;
    const old = items.get(item.id);
    const at = call ?? (old === undefined ? undefined : calls.get(old));
    if (at !== undefined && at !== item.sequence) calls.set(item, at);
    // What comes back from an archive may have been put by a longer session than this one.
    if (item.sequence >= this.#sequence) this.#sequence = item.sequence + 1;
    if (old?.group !== item.group) {
      if (old !== undefined) this.#part(old);
      this.#join(item);
    }
    items.set(item.id, item);
    this.#slack[index]! += slackOf(item) - (old === undefined ? 0 : slackOf(old));
    if (old === undefined) this.#order(index, items, item);
  }

  remove(item: Item): void {
    const index = this.#chart.get(item.component)!;
    this.#components[index]!.delete(item.id);
    this.#slack[index]! -= slackOf(item);
    this.#part(item);
  }

  /** An item that was counted late, or comes back, moves to its place: rare, so the rest may be moved. */
  #order(index: number, items: Map<string, Item>, item: Item): void {
    if (items.size < 2 || item.sequence >= this.#last[index]!) {
      this.#last[index] = item.sequence;
      return;
    }
    const later = [...items.values()].filter((other) => other.sequence > item.sequence);
    for (const other of later) {
      items.delete(other.id);
      items.set(other.id, other);
    }
  }

  #join(item: Item): void {
    if (item.group === undefined || this.#groups === undefined) return;
    const ids = this.#groups.get(item.group) ?? new Set();
    this.#groups.set(item.group, ids.add(item.id));
  }

  #part(item: Item): void {
    if (item.group === undefined || this.#groups === undefined) return;
    const ids = this.#groups.get(item.group);
    ids?.delete(item.id);
    if (ids?.size === 0) this.#groups.delete(item.group);
  }
}
