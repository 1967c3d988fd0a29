import { entryKey, hashKey, refOf } from "./entry.ts";
import { documentNumber, indexTerms } from "./index-terms.ts";
import { sha256 } from "./sha256.ts";
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
  document: number | undefined;
  /** Just stored, and counted for the document that it is stored for. */
  readonly fresh: boolean;
}

interface KnownEntry {
  readonly document: number;
  readonly info: string;
  archivedAt: number;
}

/** Stores all entries, or throws and leaves the transaction to be rolled back. @returns their refs. */
export function putEntries(store: SqlStore, namespace: string, columns: EntryColumns): string[] {
  const space = store.namespace(namespace) ?? store.createNamespace(namespace);
  return new PutBatch(store, space, columns).run();
}

/**
 * One part of a put. What is there already is looked up at once for all; then each entry that is new costs four inserts
 * and nothing else. (RETURNING would cost more than another query: SQLite makes a table for it.)
 */
class PutBatch {
  readonly #store: SqlStore;
  readonly #space: NamespaceState;
  readonly #columns: EntryColumns;
  readonly #bytes: readonly Uint8Array[];
  readonly #hashes: readonly Uint8Array[];
  readonly #keys: readonly number[];
  readonly #contents: Map<number, Content[]>;
  readonly #entries: Map<number, KnownEntry>;
  #nextContent: number;
  #addedBytes = 0;

  constructor(store: SqlStore, space: NamespaceState, columns: EntryColumns) {
    this.#store = store;
    this.#space = space;
    this.#columns = columns;
    this.#bytes = columns.texts.map(encodeWtf8);
    this.#hashes = this.#bytes.map(sha256);
    this.#keys = this.#hashes.map((hash, at) => entryKey(hash, columns.infos[at]!));
    this.#contents = this.#knownContents();
    this.#entries = this.#knownEntries();
    this.#nextContent = Number(store.one("SELECT max(id) AS id FROM contents")!.id ?? 0) + 1;
  }

  run(): string[] {
    const refs = this.#keys.map((_, at) => this.#put(at));
    this.#store.saveNamespace(this.#space);
    if (this.#addedBytes > 0) this.#store.run("UPDATE totals SET bytes = bytes + ? WHERE id = 1", this.#addedBytes);
    return refs;
  }

  #put(at: number): string {
    const content = this.#content(at);
    const first = content.document === undefined;
    const document = content.document ?? this.#createDocument(content, this.#columns.texts[at]!);
    const info = this.#columns.infos[at]!;
    const archivedAt = this.#columns.archivedAt[at]!;
    for (let attempt = 0; ; attempt++) {
      const key = attempt === 0 ? this.#keys[at]! : entryKey(this.#hashes[at]!, info, attempt);
      const known = this.#entries.get(key) ?? (attempt === 0 ? undefined : this.#entry(key));
      if (known === undefined) this.#createEntry(key, document, at, first);
      else if (known.document !== document || known.info !== info) continue;
      else if (known.archivedAt < archivedAt) {
        known.archivedAt = archivedAt;
        const sql = "UPDATE entries SET archived_at = ? WHERE key = ? AND namespace = ?";
        this.#store.run(sql, archivedAt, key, this.#space.id);
      }
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
    // node:sqlite binds bytes that are none as NULL.
    const sql = "INSERT INTO contents VALUES (?, ?, 1, ?, ?, coalesce(?, zeroblob(0)))";
    this.#store.run(sql, content.id, key, bytes.length, hash, bytes);
    this.#addedBytes += bytes.length;
    remember(this.#contents, key, content);
    return content;
  }

  /** With one entry: the one that it is created for. */
  #createDocument(content: Content, text: string): number {
    const { terms, length } = indexTerms(text);
    const space = this.#space;
    const id = space.id * namespaceSpan + documentNumber(space.nextSequence++, length);
    this.#store.run("INSERT INTO documents VALUES (?, ?, 1, ?)", id, content.id, length);
    this.#store.run("INSERT INTO postings (rowid, terms) VALUES (?, ?)", id, terms.join(" "));
    if (!content.fresh) this.#store.run("UPDATE contents SET documents = documents + 1 WHERE id = ?", content.id);
    space.documents++;
    space.terms += length;
    content.document = id;
    return id;
  }

  #createEntry(key: number, document: number, at: number, first: boolean): void {
    const info = this.#columns.infos[at]!;
    const archivedAt = this.#columns.archivedAt[at]!;
    const component = JSON.stringify(this.#columns.components[at]!);
    const sql =
      "INSERT INTO entries (key, namespace, document, archived_at, component, info) VALUES (?, ?, ?, ?, ?, ?)";
    this.#store.run(sql, key, this.#space.id, document, archivedAt, component, info);
    if (!first) this.#store.run("UPDATE documents SET entries = entries + 1 WHERE id = ?", document);
    this.#entries.set(key, { document, info, archivedAt });
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
        document: (document as number | null) ?? undefined,
        fresh: false,
      });
    }
    return known;
  }

  #knownEntries(): Map<number, KnownEntry> {
    const rows = this.#store.all(
      `SELECT key, document, info, archived_at FROM entries
       WHERE key IN (SELECT value FROM json_each(?1)) AND namespace = ?2`,
      JSON.stringify(this.#keys),
      this.#space.id,
    );
    return new Map(
      rows.map((row) => [
        row.key as number,
        { document: row.document as number, info: row.info as string, archivedAt: row.archived_at as number },
      ]),
    );
  }

  #entry(key: number): KnownEntry | undefined {
    const row = this.#store.one("SELECT * FROM entries WHERE key = ? AND namespace = ?", key, this.#space.id);
    return row && { document: row.document as number, info: row.info as string, archivedAt: row.archived_at as number };
  }
}

function remember(known: Map<number, Content[]>, key: number, content: Content): void {
  const list = known.get(key);
  if (list === undefined) known.set(key, [content]);
  else list.push(content);
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.every((byte, at) => byte === other[at]);
}
