import { TokenBudgetError } from "../errors.ts";
import type { SqlDatabase } from "./sql-database.ts";
import { indexAgain } from "./sql-migrate.ts";

/**
 * Grows with each change of the tables or of how texts are cut into terms. Version 1 cut Chinese, Japanese, Thai and the
 * like by the engine's dictionary; its texts are indexed again when such a file is opened.
 */
export const schemaVersion = 2;
/** Marks the file as ours in SQLite's header: "TBAr". */
const applicationId = 0x54424172;

// Strings that a caller chose are stored as JSON: SQLite ends a text at NUL, and UTF-8 has no lone surrogates. Texts are
// blobs for the same reason (see wtf8.ts). Keys are the first 52 bits of a hash; `contents` keeps the whole hash beside.
// `documents.id` is namespace × 2^33 + document number, so that a namespace is one range of rows in the index.
const tables = `
CREATE TABLE namespaces (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  documents INTEGER NOT NULL,
  terms INTEGER NOT NULL,
  next_sequence INTEGER NOT NULL
) STRICT;
CREATE TABLE contents (
  id INTEGER PRIMARY KEY,
  hash_key INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  hash BLOB NOT NULL,
  text BLOB NOT NULL
) STRICT;
CREATE INDEX contents_by_key ON contents (hash_key);
CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  content INTEGER NOT NULL,
  entries INTEGER NOT NULL,
  terms INTEGER NOT NULL
) STRICT;
CREATE INDEX documents_by_content ON documents (content);
CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  key INTEGER NOT NULL,
  namespace INTEGER NOT NULL,
  document INTEGER NOT NULL,
  archived_at REAL NOT NULL,
  component TEXT NOT NULL,
  info TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX entries_by_key ON entries (key, namespace);
CREATE INDEX entries_by_time ON entries (namespace, archived_at);
CREATE INDEX entries_by_document ON entries (document, archived_at);
CREATE TABLE totals (id INTEGER PRIMARY KEY CHECK (id = 1), bytes INTEGER NOT NULL) STRICT;
INSERT INTO totals VALUES (1, 0);
`;
const postings = `
CREATE VIRTUAL TABLE postings USING fts5 (
  terms, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
INSERT INTO postings (postings, rank) VALUES ('automerge', 8);
INSERT INTO postings (postings, rank) VALUES ('hashsize', 4194304);
`;
const stamps = `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}`;

/** Needed only by retention: without it no entry pays for this index. */
export const retentionIndex = "CREATE INDEX IF NOT EXISTS entries_by_age ON entries (archived_at)";

/**
 * Makes sure that `db` has our tables: creates them in an empty file, brings those of an older version up to date in one
 * transaction (it takes as long as putting all texts again), and refuses what it does not know.
 *
 * @throws TokenBudgetError `ARCHIVE_FAILED` with reason `newer-schema` or `foreign-file`; the file is unchanged.
 */
export function ensureSchema(db: SqlDatabase): void {
  if (versionOf(db) === schemaVersion) return;
  db.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have done it while this one waited for the lock.
    const version = versionOf(db);
    if (version === 0) db.exec(tables + postings);
    else if (version < schemaVersion) {
      db.exec(`DROP TABLE postings; ${postings}`);
      indexAgain(db);
    }
    db.exec(stamps);
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

/** The version of our tables in the file; 0 where it is empty. */
function versionOf(db: SqlDatabase): number {
  const pragma = (name: string) => Number(db.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
  const version = pragma("user_version");
  const owner = pragma("application_id");
  if (owner !== applicationId) {
    const tableCount = Number(db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.n ?? 0);
    if (owner === 0 && version === 0 && tableCount === 0) return 0;
    throw new TokenBudgetError("ARCHIVE_FAILED", "the file is a database of another program", {
      reason: "foreign-file",
    });
  }
  if (version > schemaVersion) {
    throw new TokenBudgetError(
      "ARCHIVE_FAILED",
      `the archive was written by a newer version of this library (schema ${version}, known up to ${schemaVersion})`,
      { reason: "newer-schema", found: version, supported: schemaVersion },
    );
  }
  return version;
}
