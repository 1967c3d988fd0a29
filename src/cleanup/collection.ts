import { type CheckContext, checkUnit } from "./check.ts";
import type { CheckedUnit, EditUnit } from "./edit.ts";

/** The checked units of one strategy: no item is edited by two of them. */
export class Collection {
  /** Tokens that the units free in the component. */
  freed = 0;
  readonly #context: CheckContext;
  readonly #units = new Set<CheckedUnit>();
  readonly #byItem = new Map<string, CheckedUnit>();

  constructor(context: CheckContext) {
    this.#context = context;
  }

  units(): CheckedUnit[] {
    return [...this.#units];
  }

  /** A promise where a text has to be counted elsewhere. */
  add(unit: EditUnit): Promise<void> | undefined {
    const before = unit.supersedes ? this.#unitsOf(unit) : none;
    for (const old of before) this.#release(old);
    const checked = checkUnit(unit, this.#context);
    if (checked instanceof Promise) return checked.then((late) => this.#take(late, before));
    this.#take(checked, before);
    return undefined;
  }

  /** Keeps the new unit, or those that it would take the place of where it frees no more. */
  #take(checked: CheckedUnit | undefined, before: readonly CheckedUnit[]): void {
    let gainBefore = 0;
    for (const old of before) gainBefore += this.#gainOf(old);
    if (checked && (before.length === 0 || this.#gainOf(checked) > gainBefore)) this.#keep(checked);
    else for (const old of before) this.#keep(old);
  }

  #unitsOf({ edits }: EditUnit): readonly CheckedUnit[] {
    const found = new Set<CheckedUnit>();
    for (const { id } of edits) {
      const unit = this.#byItem.get(id);
      if (unit) found.add(unit);
    }
    return [...found];
  }

  #gainOf(unit: CheckedUnit): number {
    return unit.freed.get(this.#context.view.component) ?? 0;
  }

  #release(unit: CheckedUnit): void {
    this.#units.delete(unit);
    this.freed -= this.#gainOf(unit);
    for (const { item } of unit.edits) {
      this.#context.taken.delete(item.id);
      this.#byItem.delete(item.id);
    }
  }

  #keep(unit: CheckedUnit): void {
    this.#units.add(unit);
    this.freed += this.#gainOf(unit);
    for (const { item } of unit.edits) {
      this.#context.taken.add(item.id);
      this.#byItem.set(item.id, unit);
    }
  }
}

const none: readonly CheckedUnit[] = [];
