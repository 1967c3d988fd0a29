import { documentNumber, indexTerms, sequenceOf } from "./index-terms.ts";
import type { SqlDatabase } from "./sql-database.ts";
import { namespaceSpan } from "./sql-store.ts";
import { decodeWtf8 } from "./wtf8.ts";

/** UTF-16 units of terms that are inserted together: a change of another table between two inserts would flush the index. */
const batchUnits = 2 * 1024 * 1024;
const page = 1_000;

/**
 * Fills an empty index from the stored texts: one step inside the caller's transaction. A document's number holds its
 * length in terms, so that it may change; its place in the order of arrival does not.
 */
export function indexAgain(db: SqlDatabase): void {
  const nextIds = db.prepare(`SELECT id FROM documents WHERE id > ? ORDER BY id LIMIT ${page}`);
  const textOf = db.prepare("SELECT c.text FROM documents AS d JOIN contents AS c ON c.id = d.content WHERE d.id = ?");
  const move = db.prepare("UPDATE documents SET id = ?, terms = ? WHERE id = ?");
  const follow = db.prepare("UPDATE entries SET document = ? WHERE document = ?");
  const index = db.prepare("INSERT INTO postings (rowid, terms) VALUES (?, ?)");
  let waiting: [document: number, terms: string][] = [];
  let units = 0;
  const insertAll = () => {
    for (const [document, terms] of waiting) index.run(document, terms);
    waiting = [];
    units = 0;
  };
  for (let last = -1; ; ) {
    const ids = nextIds.all(last).map((row) => row.id as number);
    for (const id of ids) {
      const { terms, length } = indexTerms(decodeWtf8(textOf.get(id)!.text as Uint8Array));
      const space = Math.floor(id / namespaceSpan);
      const moved = space * namespaceSpan + documentNumber(sequenceOf(id % namespaceSpan), length);
      move.run(moved, length, id);
      if (moved !== id) follow.run(moved, id);
      const joined = terms.join(" ");
      waiting.push([moved, joined]);
      units += joined.length;
      if (units > batchUnits) insertAll();
      last = Math.max(moved, id);
    }
    if (ids.length < page) break;
  }
  insertAll();
  db.exec(
    "UPDATE namespaces SET terms = (SELECT coalesce(sum(terms), 0) FROM documents WHERE id >> 33 = namespaces.id)",
  );
}
