import Database from "libsql";
import { expect } from "vitest";

/** Checks an archive's file from outside: SQLite's own checks, and that every count in it is what is there to count. */
export function expectConsistent(path: string): void {
  const db = new Database(path);
  try {
    const all = (sql: string) =>
      (db.prepare(sql).all() as Record<string, unknown>[]).map(({ _metadata, ...row }) => row);
    expect(all("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    db.exec("INSERT INTO postings (postings) VALUES ('integrity-check')");
    expect(all(documentsThatMiscount)).toEqual([]);
    expect(all(contentsThatMiscount)).toEqual([]);
    expect(all(namespacesThatMiscount)).toEqual([]);
    expect(all("SELECT bytes FROM totals")).toEqual(all("SELECT coalesce(sum(bytes), 0) AS bytes FROM contents"));
    expect(all("SELECT id FROM contents WHERE bytes <> length(text)")).toEqual([]);
    expect(all("SELECT count(*) AS n FROM postings")).toEqual(all("SELECT count(*) AS n FROM documents"));
  } finally {
    db.close();
  }
}

const documentsThatMiscount = `SELECT id FROM documents AS d
  WHERE entries <> (SELECT count(*) FROM entries WHERE document = d.id) OR entries = 0`;
const contentsThatMiscount = `SELECT id FROM contents AS c
  WHERE documents <> (SELECT count(*) FROM documents WHERE content = c.id) OR documents = 0`;
const namespacesThatMiscount = `SELECT id FROM namespaces AS n
  WHERE documents <> (SELECT count(*) FROM documents WHERE id >> 33 = n.id)
  OR terms <> (SELECT coalesce(sum(terms), 0) FROM documents WHERE id >> 33 = n.id)`;
