import type { JsonValue } from "../manager/item.ts";

/**
 * A store of the originals that left the context. Entries of one namespace (session) are invisible to all others. What a
 * caller brings of its own must keep these promises too.
 * @example
 * const archive: Archive = new MemoryArchive();
 * const about = { component: "working_memory", kind: "text", itemId: "log", createdAt: 0, archivedAt: 60_000 };
 * const [ref] = await archive.put("session", [{ text: "the certificate has expired", tokens: 4, ...about }]);
 */
export interface Archive {
  /** Stores all entries durably or none; resolves to their references in order. Equal content is stored once. */
  put(namespace: string, entries: readonly ArchiveInput[]): Promise<readonly string[]>;
  /**
   * The entry with this reference, text and all; undefined where this namespace has none.
   * @example
   * (await archive.get("session", ref!))?.text; // => "the certificate has expired"
   * await archive.get("another session", ref!); // => undefined
   */
  get(namespace: string, ref: string): Promise<ArchiveEntry | undefined>;
  /**
   * Full-text search. `query` is plain text in any language, never a query syntax. Best first.
   * @example (await archive.search("session", "expired certificates")).map(({ itemId }) => itemId); // => ["log"]
   */
  search(namespace: string, query: string, options?: SearchOptions): Promise<readonly SearchHit[]>;
  /** What a namespace holds, newest first. @example (await archive.list("session")).length; // => 1 */
  list(namespace: string, options?: ListOptions): Promise<readonly ArchiveSummary[]>;
  /** Deletes entries. Resolves to how many were there. @example await archive.delete("session", [ref!, "gone"]); // => 1 */
  delete(namespace: string, refs: readonly string[]): Promise<number>;
  /** Waits for the calls before it and lets go of what it holds. @example await archive.close(); // => undefined */
  close(): Promise<void>;
}

/** An original to store, and what is known of its item. */
export interface ArchiveInput {
  readonly text: string;
  readonly tokens: number;
  readonly component: string;
  readonly kind: string;
  readonly itemId: string;
  /** Milliseconds on the manager's clock. */
  readonly createdAt: number;
  readonly archivedAt: number;
  /** What the item was besides its text; returned as it came. */
  readonly metadata?: { readonly [key: string]: JsonValue };
}

/** An original without its text. */
export interface ArchiveSummary extends Omit<ArchiveInput, "text"> {
  readonly ref: string;
}

/** An original as it was stored, with its text. */
export interface ArchiveEntry extends ArchiveInput {
  readonly ref: string;
}

/** An original that a search found. */
export interface SearchHit extends ArchiveSummary {
  /** A short excerpt around the best match. */
  readonly snippet: string;
  /** Higher is better; comparable within one result only. */
  readonly score: number;
}

/** Narrows a search. */
export interface SearchOptions {
  /** Default 10. */
  readonly limit?: number;
  readonly component?: string;
}

/** Which originals {@link Archive.list} gives; default all. */
export interface ListOptions {
  readonly limit?: number;
  readonly offset?: number;
  readonly component?: string;
}
