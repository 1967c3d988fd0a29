import { keyOf } from "./entry.ts";
import type { SqlRow } from "./sql-database.ts";
import { namespaceSpan, type SqlStore } from "./sql-store.ts";

/** A stored entry, as what is removed is named. */
export interface StoredEntry {
  readonly id: number;
  readonly document: number;
}

/** Deletes the entries of a namespace that these refs name. @returns how many were there. */
export function deleteEntries(store: SqlStore, namespace: string, refs: readonly string[]): number {
  const space = store.namespace(namespace);
  const keys = refs.map(keyOf).filter((key) => key !== undefined);
  if (space === undefined || keys.length === 0) return 0;
  const rows = store.all(
    "SELECT id, document FROM entries WHERE key IN (SELECT value FROM json_each(?1)) AND namespace = ?2",
    JSON.stringify(keys),
    space.id,
  );
  return removeEntries(
    store,
    rows.map((row) => ({ id: row.id as number, document: row.document as number })),
  ).removed;
}

/**
 * Deletes entries, and the documents and texts that no other entry needs: one step inside the caller's transaction. Rows
 * are read and deleted many at a time.
 *
 * @param enough asked before each entry, in order, with the bytes of text that went with those before it.
 * @returns how many entries were deleted, and the bytes of text that went with them.
 */
export function removeEntries(
  store: SqlStore,
  entries: readonly StoredEntry[],
  enough: (at: number, freedBytes: number) => boolean = () => false,
): { readonly removed: number; readonly freedBytes: number } {
  const documents = held(
    store,
    "SELECT id, content, entries AS holders, terms AS size FROM documents",
    entries.map(({ document }) => document),
  );
  const contents = held(
    store,
    "SELECT id, documents AS holders, bytes AS size FROM contents",
    [...documents.values()].map(({ row }) => row.content as number),
  );
  const lost = new Map<number, { documents: number; terms: number }>();
  let freedBytes = 0;
  let removed = 0;
  for (; removed < entries.length && !enough(removed, freedBytes); removed++) {
    const { document } = entries[removed]!;
    const { row, letGo } = documents.get(document)!;
    if (!letGo()) continue;
    const namespace = Math.floor(document / namespaceSpan);
    const count = lost.get(namespace) ?? { documents: 0, terms: 0 };
    lost.set(namespace, { documents: count.documents + 1, terms: count.terms + (row.size as number) });
    const content = contents.get(row.content as number)!;
    if (content.letGo()) freedBytes += content.row.size as number;
  }
  deleteAll(
    store,
    "entries",
    entries.slice(0, removed).map(({ id }) => id),
  );
  sweep(store, "documents", "entries", documents);
  sweep(store, "contents", "documents", contents);
  // One at a time, as they are inserted.
  for (const { row, left } of documents.values()) {
    if (left() === 0) store.run("DELETE FROM postings WHERE rowid = ?", row.id!);
  }
  for (const [namespace, { documents: gone, terms }] of lost) {
    const sql = "UPDATE namespaces SET documents = documents - ?, terms = terms - ? WHERE id = ?";
    store.run(sql, gone, terms, namespace);
  }
  if (freedBytes > 0) store.run("UPDATE totals SET bytes = bytes - ? WHERE id = 1", freedBytes);
  return { removed, freedBytes };
}

/** A row that others hold. */
interface Held {
  readonly row: SqlRow;
  readonly left: () => number;
  /** One holder less. @returns true for the last. */
  readonly letGo: () => boolean;
}

function held(store: SqlStore, select: string, ids: readonly number[]): Map<number, Held> {
  const rows = store.all(`${select} WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids));
  return new Map(
    rows.map((row): [number, Held] => {
      let left = row.holders as number;
      return [row.id as number, { row, left: () => left, letGo: () => --left === 0 }];
    }),
  );
}

/** Deletes the rows that nobody holds any more, and counts the holders of the others. */
function sweep(store: SqlStore, table: string, counter: string, rows: ReadonlyMap<number, Held>): void {
  const gone: number[] = [];
  for (const { row, left } of rows.values()) {
    if (left() === 0) gone.push(row.id as number);
    else if (left() < (row.holders as number)) {
      store.run(`UPDATE ${table} SET ${counter} = ? WHERE id = ?`, left(), row.id!);
    }
  }
  deleteAll(store, table, gone);
}

function deleteAll(store: SqlStore, table: string, ids: readonly number[]): void {
  if (ids.length === 0) return;
  store.run(`DELETE FROM ${table} WHERE id IN (SELECT value FROM json_each(?))`, JSON.stringify(ids));
}
