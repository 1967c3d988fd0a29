import type { JsonValue } from "../manager/item.ts";

/** A store of the originals that left the context. Entries of one namespace (session) are invisible to all others. */
export interface Archive {
  /** Stores all entries durably or none; resolves to their references in order. Equal content is stored once. */
  put(namespace: string, entries: readonly ArchiveInput[]): Promise<readonly string[]>;
  get(namespace: string, ref: string): Promise<ArchiveEntry | undefined>;
  /** Full-text search. `query` is plain text in any language, never a query syntax. Best first. */
  search(namespace: string, query: string, options?: SearchOptions): Promise<readonly SearchHit[]>;
  /** Newest first. */
  list(namespace: string, options?: ListOptions): Promise<readonly ArchiveSummary[]>;
  /** Resolves to how many entries were there. */
  delete(namespace: string, refs: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

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

export interface ArchiveSummary extends Omit<ArchiveInput, "text"> {
  readonly ref: string;
}

export interface ArchiveEntry extends ArchiveInput {
  readonly ref: string;
}

export interface SearchHit extends ArchiveSummary {
  /** A short excerpt around the best match. */
  readonly snippet: string;
  /** Higher is better; comparable within one result only. */
  readonly score: number;
}

export interface SearchOptions {
  /** Default 10. */
  readonly limit?: number;
  readonly component?: string;
}

export interface ListOptions {
  readonly limit?: number;
  readonly offset?: number;
  readonly component?: string;
}
