import type { Archive, ArchiveEntry, ArchiveInput } from "../../src/archive/archive.ts";
import type { AppliedEdit, CleanHost, CleanRequest } from "../../src/manager/cleaner.ts";
import type { Item, ItemInput } from "../../src/manager/item.ts";

/** Tokens of a text in these tests: its words. */
export const words = (text: string): number => text.split(/\s+/).filter(Boolean).length;

/** A plain, slow host: an array of items, a record of caps, and a log of what was applied. */
export function createFakeHost(
  caps: Record<string, number> = { a: 100, b: 100 },
  options: { fixed?: string[]; count?: (text: string) => number | Promise<number>; encoding?: string } = {},
) {
  const count = options.count ?? words;
  const state = { now: 0, items: [] as Item[], log: [] as string[], plain: {} as Record<string, number>, sequence: 0 };
  const used = (id: string) =>
    state.items.reduce((sum, item) => sum + (item.component === id ? item.tokens : 0), state.plain[id] ?? 0);
  const locks = new Map<string, Promise<unknown>>();
  const host: CleanHost = {
    namespace: "test",
    ...(options.encoding === undefined ? {} : { encoding: options.encoding }),
    now: () => state.now,
    component: (id) => ({
      id,
      cap: caps[id]!,
      used: used(id),
      reserved: 0,
      fixed: options.fixed?.includes(id) ?? false,
      target: [0.6, 0.75],
    }),
    items: (component) => state.items.filter((item) => item.component === component),
    item: (id) => state.items.find((item) => item.id === id),
    group: (group) => state.items.filter((item) => item.group === group),
    countTokens: count,
    async exclusive(components, step) {
      const before = components.map((id) => locks.get(id));
      const run = Promise.all(before).then(step);
      const settled = run.catch(() => {});
      for (const id of components) locks.set(id, settled);
      return run;
    },
    apply(strategy, edits) {
      const stale = edits
        .filter(({ id, version }) => {
          const item = host.item(id);
          return !item || item.pinned || item.version !== version || options.fixed?.includes(item.component);
        })
        .map(({ id }) => id);
      if (stale.length > 0) return { applied: false, stale, freed: {} };
      const freed: Record<string, number> = {};
      for (const edit of edits) {
        const item = host.item(edit.id)!;
        const after = edit.type === "remove" ? 0 : edit.tokens;
        freed[item.component] = (freed[item.component] ?? 0) + item.tokens - after;
        state.items = state.items.flatMap((other) => (other.id === edit.id ? replaced(other, edit) : [other]));
        state.log.push(`${strategy} ${edit.type} ${edit.id}`);
      }
      return { applied: true, stale: [], freed };
    },
  };
  return {
    host,
    state,
    used,
    ids: (component: string) => host.items(component).map(({ id }) => id),
    put(component: string, input: ItemInput & { id: string }): Item {
      const createdAt = input.createdAt ?? state.now;
      const item = {
        kind: "text",
        pinned: false,
        priority: 0,
        ...input,
        component,
        createdAt,
        lastUsedAt: input.lastUsedAt ?? createdAt,
        tokens: words(input.text),
        version: 1,
        sequence: state.sequence++,
      } as Item;
      state.items.push(item);
      return item;
    },
    edit(id: string, change: Partial<Item>): void {
      state.items = state.items.map((item) =>
        item.id === id ? { ...item, ...change, version: item.version + (change.text === undefined ? 0 : 1) } : item,
      );
    },
  };
}

function replaced(item: Item, edit: AppliedEdit): Item[] {
  if (edit.type === "remove") return [];
  const { text, tokens, edited } = edit;
  return [{ ...item, text, tokens, edited, version: item.version + 1, ...(edit.ref ? { ref: edit.ref } : {}) }];
}

/** A plain archive; `fail` makes the next put throw. */
export function createFakeArchive() {
  const entries = new Map<string, ArchiveInput>();
  const archive = {
    entries,
    texts: () => [...entries.values()].map(({ text }) => text),
    fail: undefined as Error | undefined,
    async put(namespace: string, inputs: readonly ArchiveInput[]) {
      if (archive.fail) throw archive.fail;
      return inputs.map((input) => {
        const ref = `${namespace}:${input.text.length}:${input.text}`;
        entries.set(ref, input);
        return ref;
      });
    },
    async get(_namespace: string, ref: string): Promise<ArchiveEntry | undefined> {
      const entry = entries.get(ref);
      return entry && { ...entry, ref };
    },
    search: async () => [],
    list: async () => [],
    delete: async () => 0,
    close: async () => {},
  };
  return archive satisfies Archive & Record<string, unknown>;
}

export const request = (component: string, change: Partial<CleanRequest> = {}): CleanRequest => ({
  component,
  need: 0,
  goal: 1_000_000,
  escalate: true,
  ...change,
});

/** `count` distinct words that begin with `name`. */
export const text = (name: string, count: number): string =>
  Array.from({ length: count }, (_, i) => `${name}${i}`).join(" ");
