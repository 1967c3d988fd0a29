import { TokenBudgetError } from "../errors.ts";
import type { AppliedEdit, ApplyResult, CleanHost, HostComponent } from "../manager/cleaner.ts";
import type { Item } from "../manager/item.ts";
import type { Originals } from "./kernel.ts";

/**
 * A host that pretends: it reads from the true one and keeps what edits would change to itself, so that a plan is the same
 * run as a cleanup and changes nothing. `fixedToo` lets a plan show what a fixed component could give.
 */
export function createPlanHost(host: CleanHost, fixedToo?: string): CleanHost {
  /** Undefined where an item would be gone. */
  const changed = new Map<string, Item | undefined>();
  const usedLess = new Map<string, number>();
  const seen = (item: Item): Item | undefined => (changed.has(item.id) ? changed.get(item.id) : item);
  const all = (items: readonly Item[]): readonly Item[] =>
    changed.size === 0 ? items : items.flatMap((item) => seen(item) ?? []);
  const component = (id: string): HostComponent => {
    const real = host.component(id);
    return { ...real, used: real.used - (usedLess.get(id) ?? 0), fixed: real.fixed && id !== fixedToo };
  };
  const current = (id: string): Item | undefined => {
    const real = host.item(id);
    return real && seen(real);
  };

  function apply(_strategy: string, edits: readonly AppliedEdit[]): ApplyResult {
    const stale = edits.filter(({ id, version }) => current(id)?.version !== version).map(({ id }) => id);
    if (stale.length > 0) return { applied: false, stale, freed: {} };
    const freed: Record<string, number> = {};
    for (const edit of edits) {
      const item = current(edit.id);
      if (!item) throw new TokenBudgetError("BAD_EDIT", "two edits of one item", { item: edit.id });
      const tokens = edit.type === "remove" ? 0 : edit.tokens;
      freed[item.component] = (freed[item.component] ?? 0) + item.tokens - tokens;
      usedLess.set(item.component, (usedLess.get(item.component) ?? 0) + item.tokens - tokens);
      changed.set(edit.id, edit.type === "remove" ? undefined : withEdit(item, edit));
    }
    return { applied: true, stale: [], freed };
  }

  return {
    namespace: host.namespace,
    ...(host.encoding === undefined ? {} : { encoding: host.encoding }),
    now: () => host.now(),
    component,
    items: (id) => all(host.items(id)),
    item: current,
    group: (group) => all(host.group(group)),
    countTokens: (text) => host.countTokens(text),
    exclusive: (_components, work) => work(),
    apply,
  };
}

const withEdit = (item: Item, edit: Extract<AppliedEdit, { type: "replace" }>): Item => ({
  ...item,
  text: edit.text,
  tokens: edit.tokens,
  edited: edit.edited,
  version: item.version + 1,
  ...(edit.ref === undefined || edit.ref === "" ? {} : { ref: edit.ref }),
});

/** Takes originals and keeps none. Its references are empty: a plan archives nothing that could be named. */
export const noOriginals: Originals = {
  put: async (_namespace, entries) => entries.map(() => ""),
  get: async () => undefined,
};
