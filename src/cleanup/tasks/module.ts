import type { Item } from "../../manager/item.ts";
import type { AsyncTask, TaskTools } from "../../workers/executor.ts";
import type { Edit } from "../edit.ts";
import type { EditList, ModuleContext, ModuleFunction } from "../strategy.ts";

export interface ModuleSettings {
  readonly module: string;
  readonly export: string;
  readonly context: ModuleContext;
}

/** What a caller's module proposed, with the counts of its texts made here and not by it. */
export interface ModuleResult {
  readonly list: EditList;
  readonly counted: readonly (readonly [id: string, tokens: number])[];
}

/** Calls a function of a caller's module with a chunk of items. */
export const runModule = (async (
  items: readonly Item[],
  { module, export: name, context }: ModuleSettings,
  { counter }: TaskTools,
): Promise<ModuleResult> => {
  const loaded: Record<string, unknown> = await import(/* webpackIgnore: true */ /* @vite-ignore */ module);
  const strategy = loaded[name];
  if (typeof strategy !== "function") throw new TypeError("the module has no such function");
  const list = await (strategy as ModuleFunction)(items, context);
  if (!Array.isArray(list)) throw new TypeError("the function did not return a list");
  const counted: (readonly [string, number])[] = [];
  if (counter) {
    for (const edit of (list as EditList).flatMap((entry): readonly Edit[] =>
      "edits" in entry ? entry.edits : [entry],
    )) {
      if (edit.type === "replace" && typeof edit.text === "string") counted.push([edit.id, counter.count(edit.text)]);
    }
  }
  return { list, counted };
}) satisfies AsyncTask;
