import { TokenBudgetError } from "../errors.ts";
import type { Item } from "./item.ts";
import type { ManagerSnapshot } from "./snapshot.ts";

/**
 * A copy of a snapshot that nobody else holds: what is checked is what is restored, whatever a getter says the second time,
 * and whatever its caller changes later. Texts and metadata are shared. @throws TokenBudgetError BAD_SNAPSHOT
 */
export function readSnapshot(snapshot: ManagerSnapshot): ManagerSnapshot {
  try {
    return copyOf(snapshot);
  } catch (error) {
    throw new TokenBudgetError("BAD_SNAPSHOT", "the snapshot can't be restored: its shape is wrong", {}, error);
  }
}

function copyOf(snapshot: ManagerSnapshot): ManagerSnapshot {
  const { items, children, ...rest } = snapshot;
  return {
    ...plain(rest),
    items: items.map(copyOfItem),
    children: children.map((child) => ({ component: child.component, snapshot: copyOf(child.snapshot) })),
  };
}

// By hand: there may be many.
function copyOfItem(item: Item): Item {
  const copy = { ...item };
  return copy.estimate === undefined ? copy : { ...copy, estimate: { ...copy.estimate } };
}

function plain<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain) as Value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)])) as Value;
}
