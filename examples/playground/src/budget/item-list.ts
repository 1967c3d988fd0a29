import type { Item } from "token-budget";
import { element, figure } from "../page/dom.ts";

export interface ItemActions {
  pin(id: string, pinned: boolean): void;
  remove(id: string): void;
  recall(ref: string): void;
}

/** Items of one component that are listed; the newest come first. */
const most = 40;

/** What a component keeps, and what became of it. */
export function itemRows(items: readonly Item[], actions: ItemActions): HTMLElement[] {
  if (items.length === 0) return [element("li", { class: "soft" }, "Nothing is kept here.")];
  const rows = [...items]
    .reverse()
    .slice(0, most)
    .map((item) => itemRow(item, actions));
  if (items.length > most) rows.push(element("li", { class: "soft" }, `and ${items.length - most} older`));
  return rows;
}

function itemRow({ id, kind, tokens, text, pinned, edited, ref }: Item, actions: ItemActions): HTMLElement {
  const button = (label: string, name: string, act: () => void, pressed?: boolean) => {
    const made = element(
      "button",
      {
        type: "button",
        class: "small",
        "aria-label": `${name} ${id}`,
        "aria-pressed": pressed === undefined ? undefined : String(pressed),
      },
      label,
    );
    made.addEventListener("click", act);
    return made;
  };
  return element(
    "li",
    { class: "item" },
    element("span", { class: "item-kind" }, kind.replace("_", " ")),
    element("span", { class: "item-text" }, text.slice(0, 120).replace(/\s+/g, " ")),
    element("span", { class: "number" }, figure(tokens)),
    element(
      "span",
      { class: "row-buttons" },
      edited !== undefined && element("span", { class: "edited" }, edited),
      ref !== undefined && button("Recall", "Recall the original of", () => actions.recall(ref)),
      button("Pin", "Pin", () => actions.pin(id, !pinned), pinned),
      button("Remove", "Remove", () => actions.remove(id)),
    ),
  );
}
