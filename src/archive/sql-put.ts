import { TokenBudgetError } from "../errors.ts";
import { entryKey, hashKey, refOf } from "./entry.ts";
import { documentNumber, indexTerms } from "./index-terms.ts";
import { sha256 } from "./sha256.ts";
import type { SqlRow, SqlValue } from "./sql-database.ts";
import { type NamespaceState, namespaceSpan, type SqlStore } from "./sql-store.ts";
import { encodeWtf8 } from "./wtf8.ts";

/** Entries to store, column by column: what a client sends to its worker. */
export interface EntryColumns {
  readonly texts: readonly string[];
  readonly infos: readonly string[];
  readonly components: readonly string[];
  readonly archivedAt: readonly number[];
}

interface Content {
  readonly id: number;
  readonly hash: Uint8Array;
  /** Its document in this namespace, where it has one. */
  document: Document | undefined;
  /** Not stored yet; then it is counted for the document that it is stored for. */
  readonly fresh: boolean;
}

interface Document {
  readonly id: number;
  readonly content: number;
  readonly terms: number;
  /** Of a fresh document; those that are stored are counted there. */
  entries: number;
  readonly fresh: boolean;
}

interface Entry {
  readonly key: number;
  readonly document: number;
  readonly info: string;
  readonly component: string;
  archivedAt: number;
  readonly fresh: boolean;
}

/** SQLite's limit of a row's bytes (https://sqlite.org/limits.html), less what else a row holds. */
const maxTextBytes = 999_000_000;

/**
 * One part of a put. It is made by reading only: what can fail by the entries alone fails then. What is there already is
 * looked up at once for all, and new rows are inserted many at a time: an insert costs less than the call that asks for it.
 * (RETURNING would cost more than another query: SQLite makes a table for it.)
 */
export class PutBatch {
  readonly #store: SqlStore;
  readonly #space: NamespaceState;
  readonly #columns: EntryColumns;
  readonly #bytes: readonly Uint8Array[];
  readonly #hashes: readonly Uint8Array[];
  readonly #keys: readonly number[];
  readonly #contents: Map<number, Content[]>;
  readonly #entries: Map<number, Entry>;
  readonly #newContents: SqlValue[][] = [];
  readonly #newDocuments: Document[] = [];
  readonly #newEntries: Entry[] = [];
  readonly #newPostings: [document: number, terms: string][] = [];
  #nextContent: number;
  #addedBytes = 0;

  /** @throws TokenBudgetError; nothing is written. */
  constructor(store: SqlStore, namespace: string, columns: EntryColumns) {
    this.#store = store;
    this.#columns = columns;
    this.#bytes = columns.texts.map(encodeWtf8);
    for (const { length } of this.#bytes) if (length > maxTextBytes) throw tooBig(length);
    this.#hashes = this.#bytes.map(sha256);
    this.#keys = this.#hashes.map((hash, at) => entryKey(hash, columns.infos[at]!));
    this.#space = store.namespace(namespace) ?? store.newNamespace(namespace);
    this.#contents = this.#knownContents();
    this.#entries = this.#knownEntries();
    this.#nextContent = Number(store.one("SELECT max(id) AS id FROM contents")!.id ?? 0) + 1;
  }

  /** Stores all entries, or throws and leaves the transaction to be rolled back. @returns their refs. */
  run(): string[] {
    const store = this.#store;
    const space = this.#space;
    const refs = this.#keys.map((_, at) => this.#put(at));
    store.insert("contents VALUES", "(?, ?, 1, ?, ?, ?)", this.#newContents);
    const documents = this.#newDocuments.map(({ id, content, entries, terms }) => [id, content, entries, terms]);
    store.insert("documents VALUES", "(?, ?, ?, ?)", documents);
    store.insert(
      "entries (key, namespace, document, archived_at, component, info) VALUES",
      "(?, ?, ?, ?, ?, ?)",
      this.#newEntries.map((entry) => [
        entry.key,
        space.id,
        entry.document,
        entry.archivedAt,
        JSON.stringify(entry.component),
        entry.info,
      ]),
    );
    // One at a time: FTS5 writes a segment before each statement that inserts several.
    for (const [document, terms] of this.#newPostings) {
      store.run("INSERT INTO postings (rowid, terms) VALUES (?, ?)", document, terms);
    }
    store.saveNamespace(space);
    if (this.#addedBytes > 0) store.run("UPDATE totals SET bytes = bytes + ? WHERE id = 1", this.#addedBytes);
    return refs;
  }

  #put(at: number): string {
    const content = this.#content(at);
    content.document ??= this.#createDocument(content, this.#columns.texts[at]!);
    const { document } = content;
    const info = this.#columns.infos[at]!;
    for (let attempt = 0; ; attempt++) {
      const key = attempt === 0 ? this.#keys[at]! : entryKey(this.#hashes[at]!, info, attempt);
      const known = this.#entries.get(key) ?? (attempt === 0 ? undefined : this.#entry(key));
      if (known === undefined) this.#createEntry(key, document, at);
      else if (known.document !== document.id || known.info !== info) continue;
      else this.#renew(known, this.#columns.archivedAt[at]!);
      return refOf(key);
    }
  }

  #content(at: number): Content {
    const hash = this.#hashes[at]!;
    const bytes = this.#bytes[at]!;
    const key = hashKey(hash);
    const same = this.#contents.get(key)?.find((content) => equal(content.hash, hash));
    if (same !== undefined) return same;
    const content = { id: this.#nextContent++, hash, document: undefined, fresh: true };
    if (bytes.length > 0) this.#newContents.push([content.id, key, bytes.length, hash, bytes]);
    // node:sqlite would bind these bytes as NULL.
    else this.#store.run("INSERT INTO contents VALUES (?, ?, 1, 0, ?, x'')", content.id, key, hash);
    this.#addedBytes += bytes.length;
    remember(this.#contents, key, content);
    return content;
  }

  #createDocument(content: Content, text: string): Document {
    const { terms, length } = indexTerms(text);
    const space = this.#space;
    const id = space.id * namespaceSpan + documentNumber(space.nextSequence++, length);
    const document = { id, content: content.id, terms: length, entries: 0, fresh: true };
    this.#newDocuments.push(document);
    this.#newPostings.push([id, terms.join(" ")]);
    if (!content.fresh) this.#store.run("UPDATE contents SET documents = documents + 1 WHERE id = ?", content.id);
    space.documents++;
    space.terms += length;
    return document;
  }

  #createEntry(key: number, document: Document, at: number): void {
    const info = this.#columns.infos[at]!;
    const component = this.#columns.components[at]!;
    const entry = {
      key,
      document: document.id,
      info,
      component,
      archivedAt: this.#columns.archivedAt[at]!,
      fresh: true,
    };
    this.#newEntries.push(entry);
    this.#entries.set(key, entry);
    if (document.fresh) document.entries++;
    else this.#store.run("UPDATE documents SET entries = entries + 1 WHERE id = ?", document.id);
  }

  #renew(entry: Entry, archivedAt: number): void {
    if (entry.archivedAt >= archivedAt) return;
    entry.archivedAt = archivedAt;
    if (entry.fresh) return;
    const sql = "UPDATE entries SET archived_at = ? WHERE key = ? AND namespace = ?";
    this.#store.run(sql, archivedAt, entry.key, this.#space.id);
  }

  #knownContents(): Map<number, Content[]> {
    const rows = this.#store.all(
      `SELECT c.id, c.hash_key, c.hash, d.id AS document FROM contents AS c
       LEFT JOIN documents AS d ON d.content = c.id AND d.id BETWEEN ?2 AND ?3
       WHERE c.hash_key IN (SELECT value FROM json_each(?1))`,
      JSON.stringify(this.#hashes.map(hashKey)),
      this.#space.id * namespaceSpan,
      (this.#space.id + 1) * namespaceSpan - 1,
    );
    const known = new Map<number, Content[]>();
    for (const { id, hash_key, hash, document } of rows) {
      remember(known, hash_key as number, {
        id: id as number,
        hash: hash as Uint8Array,
        document: document === null ? undefined : storedDocument(document as number, id as number),
        fresh: false,
      });
    }
    return known;
  }

  #knownEntries(): Map<number, Entry> {
    const rows = this.#store.all(
      `SELECT key, document, info, archived_at FROM entries
       WHERE key IN (SELECT value FROM json_each(?1)) AND namespace = ?2`,
      JSON.stringify(this.#keys),
      this.#space.id,
    );
    return new Map(rows.map((row) => [row.key as number, storedEntry(row)]));
  }

  #entry(key: number): Entry | undefined {
    const row = this.#store.one("SELECT * FROM entries WHERE key = ? AND namespace = ?", key, this.#space.id);
    return row && storedEntry(row);
  }
}

function storedDocument(id: number, content: number): Document {
  return { id, content, terms: 0, entries: 0, fresh: false };
}

function storedEntry({ key, document, info, archived_at }: SqlRow): Entry {
  return {
    key: key as number,
    document: document as number,
    info: info as string,
    component: "",
    archivedAt: archived_at as number,
    fresh: false,
  };
}

function tooBig(bytes: number): TokenBudgetError {
  const data = { reason: "too-big", bytes, maxBytes: maxTextBytes };
  return new TokenBudgetError("ARCHIVE_FAILED", `a text of ${bytes} bytes is too long for SQLite`, data);
}

function remember(known: Map<number, Content[]>, key: number, content: Content): void {
  const list = known.get(key);
  if (list === undefined) known.set(key, [content]);
  else list.push(content);
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.every((byte, at) => byte === other[at]);
}
