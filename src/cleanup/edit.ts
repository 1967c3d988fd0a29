import type { Item } from "../manager/item.ts";

/** How the text of a shortened item came to be. */
export type EditKind = "lossless" | "stub" | "excerpt" | "summary";

/**
 * What a strategy asks for. The kernel checks it, archives the original, counts the new text and applies it:
 * - `drop`: the item leaves because another item says the same;
 * - `archive`: the item leaves, and the archive is its new home;
 * - `stub`: the item stays in its place with a short text (the kernel's, or `text`);
 * - `replace`: the item stays in its place with `text`.
 * The original is archived in all four cases.
 */
export type Edit =
  | { readonly type: "drop"; readonly id: string }
  | { readonly type: "archive"; readonly id: string }
  | { readonly type: "stub"; readonly id: string; readonly text?: string }
  | { readonly type: "replace"; readonly id: string; readonly text: string; readonly as: EditKind };

/** Edits that only make sense together: all of them are applied, or none. */
export interface EditUnit {
  readonly edits: readonly Edit[];
  /** Exact counts of new texts by item id, made by this library's own code; what is not in it is counted by the kernel. */
  readonly counted?: { get(id: string): number | undefined };
  /** Which of the strategy's ways of working made it; remembered with the new version of each edited item. */
  readonly step?: string;
  /** Takes the place of the units that the same strategy proposed before for the same items, where it frees more. */
  readonly supersedes?: boolean;
}

/** An edit that passed the checks: `tokens` is what the item holds afterwards (0 where it leaves). */
export interface CheckedEdit {
  readonly item: Item;
  readonly tokens: number;
  /** Absent where the item leaves. */
  readonly change?: { readonly text: string; readonly edited: EditKind };
}

/** A unit that passed the checks. */
export interface CheckedUnit {
  readonly edits: readonly CheckedEdit[];
  /** Tokens that it returns, by component. */
  readonly freed: ReadonlyMap<string, number>;
  readonly step: string;
}
