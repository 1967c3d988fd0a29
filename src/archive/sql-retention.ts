import { fullArchive, refOf, summaryOf } from "./entry.ts";
import type { Retention, RetentionReport, RetiredEntry } from "./retention.ts";
import { removeEntries, type StoredEntry } from "./sql-remove.ts";
import type { SqlStore } from "./sql-store.ts";

const batch = 200;

/** What has just been put, which no rule may delete. */
export interface Spared {
  readonly namespace: string;
  readonly refs: ReadonlySet<string>;
}

export interface RetentionStep {
  readonly report: RetentionReport;
  /** Whether the rules may name more. */
  readonly hasMore: boolean;
}

/**
 * Deletes what the rules name, oldest first, but never what is spared: one step inside the caller's transaction.
 *
 * @param most entries after which it leaves the rest to another step: without `spared` any, with it those that are there
 * for their age only.
 */
export function retainSql(
  store: SqlStore,
  rules: Retention,
  now: number,
  spared: Spared | undefined,
  most: number,
): RetentionStep {
  const deleted: RetiredEntry[] = [];
  const limit = rules.maxBytes ?? Number.POSITIVE_INFINITY;
  const oldest = rules.maxAgeMs === undefined ? Number.NEGATIVE_INFINITY : now - rules.maxAgeMs;
  let bytes = store.bytes();
  let freedBytes = 0;
  for (let skip = 0; ; ) {
    const hasMore = deleted.length >= most;
    if (hasMore && (spared === undefined || bytes <= limit)) return { report: { deleted, freedBytes }, hasMore };
    const { first } = store.one("SELECT min(archived_at) AS first FROM entries")!;
    if (bytes <= limit && (first === null || (first as number) >= oldest)) break;
    const rows = oldestEntries(store, skip);
    const candidates = rows.filter(({ from, ref }) => from !== spared?.namespace || !spared.refs.has(ref));
    skip += rows.length - candidates.length;
    const { removed, freedBytes: freed } = removeEntries(
      store,
      candidates,
      (at, gone) => candidates[at]!.archivedAt >= oldest && bytes - gone <= limit,
    );
    bytes -= freed;
    freedBytes += freed;
    for (const { from, ref, info, archivedAt } of candidates.slice(0, removed)) {
      const { itemId } = summaryOf(ref, info, archivedAt);
      deleted.push({ namespace: from, ref, itemId, archivedAt, reason: archivedAt < oldest ? "age" : "size" });
    }
    if (removed < candidates.length || rows.length < batch) break;
  }
  if (bytes > limit) throw fullArchive(bytes, limit);
  return { report: { deleted, freedBytes }, hasMore: false };
}

interface Candidate extends StoredEntry {
  readonly from: string;
  readonly ref: string;
  readonly info: string;
  readonly archivedAt: number;
}

function oldestEntries(store: SqlStore, skip: number): Candidate[] {
  const rows = store.all(
    `SELECT e.id, e.key, e.document, e.archived_at, e.info, n.name FROM entries AS e
     JOIN namespaces AS n ON n.id = e.namespace ORDER BY e.archived_at, e.id LIMIT ? OFFSET ?`,
    batch,
    skip,
  );
  return rows.map((row) => ({
    id: row.id as number,
    document: row.document as number,
    from: JSON.parse(row.name as string) as string,
    ref: refOf(row.key as number),
    info: row.info as string,
    archivedAt: row.archived_at as number,
  }));
}
