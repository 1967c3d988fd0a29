import { type CheckContext, checkUnit } from "./check.ts";
import type { CheckedUnit, EditUnit } from "./edit.ts";

/** The checked units of one strategy: no item is edited by two of them. */
export interface Collection {
  /** Tokens that the units free in the component. */
  readonly freed: number;
  units(): CheckedUnit[];
  /** A promise where a text has to be counted elsewhere. */
  add(unit: EditUnit): Promise<void> | undefined;
}

export function createCollection(context: CheckContext): Collection {
  const { taken, view } = context;
  const units = new Set<CheckedUnit>();
  const byItem = new Map<string, CheckedUnit>();
  let freed = 0;

  const gainOf = (list: Iterable<CheckedUnit>): number => {
    let gain = 0;
    for (const unit of list) gain += unit.freed.get(view.component) ?? 0;
    return gain;
  };
  const release = (unit: CheckedUnit) => {
    units.delete(unit);
    freed -= gainOf([unit]);
    for (const { item } of unit.edits) {
      taken.delete(item.id);
      byItem.delete(item.id);
    }
  };
  const keep = (unit: CheckedUnit) => {
    units.add(unit);
    freed += gainOf([unit]);
    for (const { item } of unit.edits) {
      taken.add(item.id);
      byItem.set(item.id, unit);
    }
  };

  return {
    get freed() {
      return freed;
    },
    units: () => [...units],
    add(unit) {
      const earlier = unit.supersedes ? new Set(unit.edits.flatMap(({ id }) => byItem.get(id) ?? [])) : [];
      const before = [...earlier];
      const gainBefore = gainOf(before);
      for (const old of before) release(old);
      const take = (checked: CheckedUnit | undefined) => {
        if (checked && (before.length === 0 || gainOf([checked]) > gainBefore)) keep(checked);
        else for (const old of before) keep(old);
      };
      const checked = checkUnit(unit, context);
      if (checked instanceof Promise) return checked.then(take);
      take(checked);
      return undefined;
    },
  };
}
