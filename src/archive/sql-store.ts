import { TokenBudgetError } from "../errors.ts";
import type { ArchiveEntry, ArchiveSummary } from "./archive.ts";
import { entryOf, keyOf, refOf, summaryOf } from "./entry.ts";
import type { SqlDatabase, SqlRow, SqlStatement, SqlValue } from "./sql-database.ts";
import { decodeWtf8 } from "./wtf8.ts";

/** Room for the document numbers of one namespace (see `documentNumber`): 2^28 documents of 2^5 length levels. */
export const namespaceSpan = 2 ** 33;
const maxNamespaces = 2 ** 20;
const rowsAtOnce = 16;

/** Counts of a namespace that change with its documents. */
export interface NamespaceState {
  readonly id: number;
  /** Its name, where it is not stored yet. */
  readonly newName: string | undefined;
  documents: number;
  terms: number;
  nextSequence: number;
}

export interface ListQuery {
  readonly offset: number;
  readonly limit: number;
  readonly component: string | undefined;
  readonly after?: ListPage["next"];
}

export interface ListPage {
  readonly entries: readonly ArchiveSummary[];
  /** Where the list goes on, if it may. */
  readonly next: readonly [archivedAt: number, id: number] | undefined;
}

/** The archive's tables. Every method is one step inside the caller's transaction; see `sql-schema.ts` for the tables. */
export class SqlStore {
  readonly #db: SqlDatabase;
  readonly #statements = new Map<string, SqlStatement>();

  constructor(db: SqlDatabase) {
    this.#db = db;
  }

  run(sql: string, ...values: SqlValue[]): void {
    this.#statement(sql).run(...values);
  }

  one(sql: string, ...values: SqlValue[]): SqlRow | undefined {
    return this.#statement(sql).get(...values);
  }

  all(sql: string, ...values: SqlValue[]): readonly SqlRow[] {
    return this.#statement(sql).all(...values);
  }

  get(namespace: string, ref: string): ArchiveEntry | undefined {
    const key = keyOf(ref);
    if (key === undefined) return undefined;
    const row = this.one(
      `SELECT c.text, e.info, e.archived_at FROM namespaces AS n
       JOIN entries AS e ON e.key = ?2 AND e.namespace = n.id
       JOIN documents AS d ON d.id = e.document JOIN contents AS c ON c.id = d.content WHERE n.name = ?1`,
      JSON.stringify(namespace),
      key,
    );
    return row && entryOf(ref, decodeWtf8(row.text as Uint8Array), row.info as string, row.archived_at as number);
  }

  /** A page of a list, newest first; `after` is where the page before it ended. */
  list(namespace: string, query: ListQuery): ListPage {
    const { after, limit } = query;
    const rows = this.all(
      `SELECT e.id, e.key, e.info, e.archived_at FROM namespaces AS n JOIN entries AS e ON e.namespace = n.id
       WHERE n.name = ?1 AND (?2 IS NULL OR e.component = ?2)
       ${after === undefined ? "" : "AND (e.archived_at, e.id) < (?5, ?6)"}
       ORDER BY e.archived_at DESC, e.id DESC LIMIT ?3 OFFSET ?4`,
      JSON.stringify(namespace),
      query.component === undefined ? null : JSON.stringify(query.component),
      limit,
      after === undefined ? query.offset : 0,
      ...(after ?? []),
    );
    const last = rows.length === limit ? rows[limit - 1] : undefined;
    return {
      entries: rows.map((row) => summaryOf(refOf(row.key as number), row.info as string, row.archived_at as number)),
      next: last && [last.archived_at as number, last.id as number],
    };
  }

  namespace(name: string): NamespaceState | undefined {
    const row = this.one("SELECT * FROM namespaces WHERE name = ?", JSON.stringify(name));
    return (
      row && {
        id: row.id as number,
        newName: undefined,
        documents: row.documents as number,
        terms: row.terms as number,
        nextSequence: row.next_sequence as number,
      }
    );
  }

  /** Bytes of all texts, each counted once. */
  bytes(): number {
    return this.one("SELECT bytes FROM totals")!.bytes as number;
  }

  /** A namespace that is not there yet; `saveNamespace` makes it. */
  newNamespace(name: string): NamespaceState {
    const { id } = this.one("SELECT coalesce(max(id), 0) + 1 AS id FROM namespaces")!;
    if ((id as number) >= maxNamespaces) {
      throw new TokenBudgetError("ARCHIVE_FAILED", `the archive has ${maxNamespaces} namespaces`, { reason: "full" });
    }
    return { id: id as number, newName: name, documents: 0, terms: 0, nextSequence: 1 };
  }

  saveNamespace({ id, newName, documents, terms, nextSequence }: NamespaceState): void {
    if (newName === undefined) {
      const sql = "UPDATE namespaces SET documents = ?, terms = ?, next_sequence = ? WHERE id = ?";
      this.run(sql, documents, terms, nextSequence, id);
    } else {
      const name = JSON.stringify(newName);
      this.run("INSERT INTO namespaces VALUES (?, ?, ?, ?, ?)", id, name, documents, terms, nextSequence);
    }
  }

  /**
   * Inserts rows, many with each statement. OR FAIL, and no SQL functions in a row, since a statement that would undo
   * several rows by itself has FTS5 write a segment first; here the whole put is undone.
   *
   * @param into table, columns, and `VALUES`.
   * @param row the placeholders of a row.
   */
  insert(into: string, row: string, rows: readonly (readonly SqlValue[])[]): void {
    let at = 0;
    for (; at + rowsAtOnce <= rows.length; at += rowsAtOnce) {
      const sql = `INSERT OR FAIL INTO ${into} ${Array(rowsAtOnce).fill(row).join()}`;
      this.run(sql, ...rows.slice(at, at + rowsAtOnce).flat());
    }
    for (; at < rows.length; at++) this.run(`INSERT OR FAIL INTO ${into} ${row}`, ...rows[at]!);
  }

  #statement(sql: string): SqlStatement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
