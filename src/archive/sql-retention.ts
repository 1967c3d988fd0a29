import { fullArchive, refOf, summaryOf } from "./entry.ts";
import type { Retention, RetentionReport, RetiredEntry } from "./retention.ts";
import type { SqlStore } from "./sql-store.ts";

const batch = 200;

/**
 * Deletes what the rules name, oldest first, but never the entries of `namespace` in `spared`: they have just been put.
 * One step inside the caller's transaction.
 */
export function retainSql(
  store: SqlStore,
  rules: Retention,
  now: number,
  namespace: string,
  spared: ReadonlySet<string>,
): RetentionReport {
  const deleted: RetiredEntry[] = [];
  const limit = rules.maxBytes ?? Number.POSITIVE_INFINITY;
  const oldest = rules.maxAgeMs === undefined ? Number.NEGATIVE_INFINITY : now - rules.maxAgeMs;
  let bytes = store.bytes();
  let freedBytes = 0;
  const { first } = store.one("SELECT min(archived_at) AS first FROM entries")!;
  if (bytes <= limit && (first === null || (first as number) >= oldest)) return { deleted, freedBytes };
  for (let skip = 0; ; ) {
    const rows = store.all(
      `SELECT e.id, e.key, e.document, e.archived_at, e.info, n.name FROM entries AS e
       JOIN namespaces AS n ON n.id = e.namespace ORDER BY e.archived_at, e.id LIMIT ? OFFSET ?`,
      batch,
      skip,
    );
    for (const row of rows) {
      const archivedAt = row.archived_at as number;
      const tooOld = archivedAt < oldest;
      if (!tooOld && bytes <= limit) return { deleted, freedBytes };
      const ref = refOf(row.key as number);
      const from = JSON.parse(row.name as string) as string;
      if (from === namespace && spared.has(ref)) {
        skip++;
        continue;
      }
      const freed = store.remove(row.id as number, row.document as number);
      bytes -= freed;
      freedBytes += freed;
      const { itemId } = summaryOf(ref, row.info as string, archivedAt);
      deleted.push({ namespace: from, ref, itemId, archivedAt, reason: tooOld ? "age" : "size" });
    }
    if (rows.length < batch) break;
  }
  if (bytes > limit) throw fullArchive(bytes, limit);
  return { deleted, freedBytes };
}
