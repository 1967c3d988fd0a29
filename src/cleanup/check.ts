import { TokenBudgetError } from "../errors.ts";
import type { CleanHost } from "../manager/cleaner.ts";
import type { Item } from "../manager/item.ts";
import type { CheckedEdit, CheckedUnit, Edit, EditUnit } from "./edit.ts";
import { isAnswered, type View } from "./view.ts";

/** The short text that stands for a tool result whose call stays, and for any item that a strategy stubs. */
export type StubText = (item: Item) => string;

/** What the checks of one strategy's edits need; `taken` collects the ids that its units already edit. */
export interface CheckContext {
  readonly host: CleanHost;
  readonly view: View;
  readonly taken: Set<string>;
  readonly stubText: StubText;
  /** An item of the component, or a member of its groups, as the strategy saw it. */
  readonly seen: (id: string) => Item | undefined;
}

/** What one edit wants of its item. */
type Wish =
  | { readonly item: Item; readonly removes: true }
  | { readonly item: Item; readonly removes: false; text: string; edited: NonNullable<Item["edited"]> };

/**
 * Checks one unit against the rules of the kernel and counts its texts. Comes to undefined where nothing is left to
 * apply: an item changed meanwhile, a group can't leave whole, or no edit would free a token. Throws `BAD_EDIT` where
 * the strategy broke a rule that it could have known; then none of its edits may be applied.
 */
export function checkUnit(
  unit: EditUnit,
  context: CheckContext,
): CheckedUnit | undefined | Promise<CheckedUnit | undefined> {
  const wishes = new Map<string, Wish>();
  for (const edit of unit.edits) {
    const item = seenItem(edit.id, context);
    if (context.taken.has(edit.id)) return undefined;
    if (isStale(item, context)) return undefined;
    wishes.set(edit.id, wishOf(edit, item, context));
  }
  if (!keepGroupsWhole(wishes, context)) return undefined;
  const list = [...wishes.values()];
  const counts: (number | Promise<number>)[] = [];
  for (const wish of list) counts.push(countWish(wish, unit, context));
  if (isCounted(counts)) return checkedUnit(unit, list, counts);
  return Promise.all(counts).then((tokens) => checkedUnit(unit, list, tokens));
}

/** Most counts are there at once: then no promise is made, of which a cleanup would make thousands. */
const isCounted = (counts: readonly (number | Promise<number>)[]): counts is readonly number[] =>
  counts.every((count) => typeof count === "number");

function checkedUnit(unit: EditUnit, wishes: readonly Wish[], counts: readonly number[]): CheckedUnit | undefined {
  const edits: CheckedEdit[] = [];
  for (const [i, wish] of wishes.entries()) {
    const { item } = wish;
    const tokens = counts[i]!;
    if (wish.removes) edits.push({ item, tokens });
    else if (tokens < item.tokens) {
      edits.push({ item, tokens, change: { text: wish.text, edited: wish.edited } });
    }
  }
  return edits.length === 0 ? undefined : { edits, freed: freedBy(edits), step: unit.step ?? "" };
}

/** The item as the strategy saw it; an edit of anything else, or of what must not be touched, is refused. */
function seenItem(id: string, { seen, view }: CheckContext): Item {
  const item = seen(id);
  if (!item) throw badEdit("an edit names an item that is not among the component's items", view, id);
  if (!view.mayEdit(item)) throw badEdit("an edit touches a pinned, fixed or recent item", view, id);
  return item;
}

/** True where the item left, or has another text or pin than the strategy saw. */
function isStale(item: Item, { host }: CheckContext): boolean {
  const now = host.item(item.id);
  return !now || now.version !== item.version || now.pinned !== item.pinned || now.component !== item.component;
}

function wishOf(edit: Edit, item: Item, { stubText, view }: CheckContext): Wish {
  switch (edit.type) {
    case "drop":
    case "archive":
      return { item, removes: true };
    case "stub":
      if (item.kind === "tool_call") throw badEdit("a tool call can't be stubbed", view, item.id);
      return { item, removes: false, text: edit.text ?? stubText(item), edited: "stub" };
    case "replace":
      if (typeof edit.text !== "string") throw badEdit("a replacement has no text", view, item.id);
      if (item.kind === "tool_call" && !(edit.as === "lossless" && isSameJson(item.text, edit.text))) {
        throw badEdit("a tool call's arguments may only be written shorter, never changed", view, item.id);
      }
      return { item, removes: false, text: edit.text, edited: edit.as };
    default:
      throw badEdit("unknown type of edit", view, item.id);
  }
}

/**
 * A group leaves whole or stays. Where a call (or anything but a result) is to leave, all other members leave with it,
 * whichever component they are in; where only results are to leave, each is stubbed in its place. False where a member
 * that would have to leave must not.
 */
function keepGroupsWhole(wishes: Map<string, Wish>, context: CheckContext): boolean {
  for (const wish of [...wishes.values()]) {
    if (!wish.removes) continue;
    const members = context.view.members(wish.item);
    if (members.every(({ id }) => wishes.get(id)?.removes) && isAnswered(members)) continue;
    const leaving = members.filter(({ id }) => wishes.get(id)?.removes);
    if (leaving.every(({ kind }) => kind === "tool_result")) {
      for (const item of leaving) {
        wishes.set(item.id, { item, removes: false, text: context.stubText(item), edited: "stub" });
      }
      continue;
    }
    if (!context.view.mayRemove(wish.item)) return false;
    for (const item of members) {
      if (context.taken.has(item.id) || isStale(item, context)) return false;
      wishes.set(item.id, { item, removes: true });
    }
  }
  return true;
}

/** Tokens that the item has afterwards; those that it has where its text stays. */
function countWish(wish: Wish, { counted }: EditUnit, { host }: CheckContext): number | Promise<number> {
  if (wish.removes) return 0;
  if (wish.text === wish.item.text) return wish.item.tokens;
  return counted?.get(wish.item.id) ?? host.countTokens(wish.text);
}

function freedBy(edits: readonly CheckedEdit[]): Map<string, number> {
  const freed = new Map<string, number>();
  for (const { item, tokens } of edits) {
    freed.set(item.component, (freed.get(item.component) ?? 0) + item.tokens - tokens);
  }
  return freed;
}

function isSameJson(before: string, after: string): boolean {
  if (before === after) return true;
  try {
    return JSON.stringify(JSON.parse(before)) === JSON.stringify(JSON.parse(after));
  } catch {
    return false;
  }
}

const badEdit = (message: string, view: View, id: string) =>
  new TokenBudgetError("BAD_EDIT", message, { component: view.component, item: id });
