import type { Item } from "../manager/item.ts";

/**
 * Remembers which strategy has worked on which version of an item, so that a text is neither shortened twice by the same
 * rule nor looked at again and again for nothing. Entries of items that left are dropped by `prune`.
 */
export interface Memory {
  isNew(strategy: string, item: Item): boolean;
  mark(strategy: string, item: { readonly id: string; readonly version: number }): void;
  prune(isLive: (id: string) => boolean): void;
  /** The same content, changed apart from this one: a plan remembers nothing. */
  fork(): Memory;
}

export function createMemory(entries: ReadonlyMap<string, ReadonlyMap<string, number>> = new Map()): Memory {
  const versions = new Map([...entries].map(([strategy, items]) => [strategy, new Map(items)]));
  return {
    isNew: (strategy, item) => versions.get(strategy)?.get(item.id) !== item.version,
    mark(strategy, item) {
      let items = versions.get(strategy);
      if (!items) {
        items = new Map();
        versions.set(strategy, items);
      }
      items.set(item.id, item.version);
    },
    prune(isLive) {
      for (const items of versions.values()) {
        for (const id of items.keys()) if (!isLive(id)) items.delete(id);
      }
    },
    fork: () => createMemory(versions),
  };
}
