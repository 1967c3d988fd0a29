import type { Item } from "../../manager/item.ts";
import type { EditUnit } from "../edit.ts";
import { isInstruction, type View } from "../view.ts";

/**
 * One unit for each editable item that `leaves`, in the order of the view: the item goes to the archive with its group where
 * the group may leave and all of its members here leave too; a tool result whose call stays is stubbed by the kernel.
 */
export function* removals(view: View, leaves: (item: Item) => boolean): Generator<EditUnit, void, void> {
  const taken = new Set<string>();
  for (const item of view.editable) {
    if (taken.has(item.id) || isInstruction(item) || !leaves(item)) continue;
    const here = view.members(item).filter((member) => member.component === view.component);
    const together = here.every(leaves) && view.mayRemove(item);
    if (!together && !canLeaveAlone(item, view)) continue;
    const leaving = together ? here : [item];
    for (const { id } of leaving) taken.add(id);
    yield { edits: leaving.map(({ id }) => ({ type: "archive", id })) };
  }
}

/** True where the kernel can do something with the removal of this item alone: it leaves, or it is a result to be stubbed. */
const canLeaveAlone = (item: Item, view: View): boolean =>
  item.kind === "tool_result" || (view.mayRemove(item) && view.members(item).length === 1);
