import type { Archive, ArchiveInput } from "../archive/archive.ts";
import { TokenBudgetError } from "../errors.ts";
import type { AppliedEdit, CleanHost } from "../manager/cleaner.ts";
import type { Item, JsonValue } from "../manager/item.ts";
import type { Pace } from "../manager/pace.ts";
import type { CheckedEdit, CheckedUnit } from "./edit.ts";

/** What became of the checked units of one strategy. */
export interface Applied {
  readonly edits: readonly CheckedEdit[];
  readonly refs: readonly string[];
  /** Tokens returned, by component. */
  readonly freed: Readonly<Record<string, number>>;
}

/** Where originals go. A plan has an archive that keeps nothing. */
export type Originals = Pick<Archive, "put" | "get">;

export interface ApplyContext {
  readonly host: CleanHost;
  readonly originals: Originals;
  readonly pace: Pace;
  readonly stop: () => void;
}

/** Characters of text that go to the archive at once, so that handing them over never blocks for long. */
const archiveBatchChars = 128 * 1024;
const nothing: Applied = { edits: [], refs: [], freed: {} };

/**
 * Applies the units of one strategy in one step, or none: under the locks of every component they touch, each original
 * is archived first and then all edits are applied together. Units with an item that changed meanwhile are left out as
 * a whole. Throws what the archive throws (as `ARCHIVE_FAILED`), or `ABORTED`/`DEADLINE`; then nothing was applied.
 */
export async function applyUnits(
  strategy: string,
  units: readonly CheckedUnit[],
  context: ApplyContext,
): Promise<Applied> {
  if (units.length === 0) return nothing;
  const components = [...new Set(units.flatMap(({ freed }) => [...freed.keys()]))].sort();
  return context.host.exclusive(components, async () => {
    const refs = await archiveOriginals(units, context);
    let left = units;
    while (left.length > 0) {
      context.stop();
      const edits = left.flatMap((unit) => unit.edits);
      const { applied, stale, freed } = context.host.apply(
        strategy,
        edits.map((edit) => toApplied(edit, refs)),
      );
      if (applied) return { edits, refs: [...new Set(edits.flatMap(({ item }) => refs.get(item.id) ?? []))], freed };
      const gone = new Set(stale);
      const still = left.filter((unit) => !unit.edits.some(({ item }) => gone.has(item.id)));
      if (still.length === left.length) throw new TokenBudgetError("BAD_EDIT", "the edits were refused", { strategy });
      left = still;
    }
    return nothing;
  });
}

const toApplied = ({ item, tokens, change }: CheckedEdit, refs: ReadonlyMap<string, string>): AppliedEdit => {
  const edit = { id: item.id, version: item.version, ref: refs.get(item.id)! };
  return change ? { type: "replace", ...edit, tokens, ...change } : { type: "remove", ...edit };
};

/**
 * Archives what the units shorten or remove, and maps item ids to references. A text that was itself made by a cleanup
 * keeps the reference of its original, as long as the archive still has it.
 */
async function archiveOriginals(units: readonly CheckedUnit[], context: ApplyContext): Promise<Map<string, string>> {
  const refs = new Map<string, string>();
  let batch: Item[] = [];
  let chars = 0;
  const flush = async () => {
    context.stop();
    const found = await put(batch, context);
    batch.forEach((item, i) => {
      refs.set(item.id, found[i]!);
    });
    batch = [];
    chars = 0;
  };
  for (const { edits } of units) {
    for (const { item } of edits) {
      if (item.ref !== undefined && (await stillHas(item.ref, context))) {
        refs.set(item.id, item.ref);
        continue;
      }
      if (chars > 0 && chars + item.text.length > archiveBatchChars) await flush();
      batch.push(item);
      chars += item.text.length;
    }
    if (context.pace.due()) await context.pace.rest();
  }
  if (batch.length > 0) await flush();
  return refs;
}

async function put(items: readonly Item[], { host, originals }: ApplyContext): Promise<readonly string[]> {
  let refs: readonly string[];
  try {
    refs = await originals.put(
      host.namespace,
      items.map((item) => entryOf(item, host.now())),
    );
  } catch (error) {
    throw archiveFailed("the archive did not take the originals; nothing was changed", items.length, error);
  }
  if (!Array.isArray(refs) || refs.length !== items.length || refs.some((ref) => typeof ref !== "string")) {
    throw archiveFailed("the archive did not answer with one reference an entry; nothing was changed", items.length);
  }
  return refs;
}

async function stillHas(ref: string, { host, originals }: ApplyContext): Promise<boolean> {
  try {
    return (await originals.get(host.namespace, ref)) !== undefined;
  } catch (error) {
    throw archiveFailed("the archive could not be read; nothing was changed", 1, error);
  }
}

/** The entry of an item: its text, and all else that it was in `metadata.item`, so that it can come back as it was. */
export function entryOf(item: Item, archivedAt: number): ArchiveInput {
  const { text, ...rest } = item;
  return {
    text,
    tokens: item.tokens,
    component: item.component,
    kind: item.kind,
    itemId: item.id,
    createdAt: item.createdAt,
    archivedAt,
    metadata: { item: rest as unknown as JsonValue },
  };
}

const archiveFailed = (message: string, entries: number, cause?: unknown) =>
  new TokenBudgetError("ARCHIVE_FAILED", message, { entries }, cause);
