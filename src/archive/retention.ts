import { checkCount } from "./entry.ts";

/** When an archive deletes entries of its own accord. Without limits, never. */
export interface Retention {
  /**
   * Entries whose `archivedAt` is more than so many milliseconds before now are deleted: on SQLite about a thousand with
   * each `put`, oldest first, and all of them by `prune`.
   */
  readonly maxAgeMs?: number;
  /** When the stored texts (each once, in UTF-8 bytes) exceed this, the entries archived first are deleted. */
  readonly maxBytes?: number;
}

/** What a retention rule deleted. */
export interface RetentionReport {
  readonly deleted: readonly RetiredEntry[];
  /** Bytes of text that no entry holds any more. */
  readonly freedBytes: number;
}

/** An entry that a retention rule deleted, and for what. */
export interface RetiredEntry {
  readonly namespace: string;
  readonly ref: string;
  readonly itemId: string;
  readonly archivedAt: number;
  readonly reason: "age" | "size";
}

/** Options that all archives share. */
export interface RetentionOptions {
  readonly retention?: Retention;
  /** Called after each transaction of a `put` or `prune` in which a retention rule deleted entries. */
  readonly onRetention?: (report: RetentionReport) => void;
  /** The clock that ages are measured by, in milliseconds; the one `archivedAt` is on. Default `Date.now`. */
  readonly now?: () => number;
}

/** @throws TokenBudgetError `INVALID_ARGUMENT` for limits that are no whole numbers. */
export function checkRetention(retention: Retention | undefined): void {
  if (retention === undefined) return;
  checkCount(retention.maxAgeMs, 0, "maxAgeMs");
  checkCount(retention.maxBytes, 0, "maxBytes");
}

/** In a task step of its own, so that what the callback throws is its owner's and does not fail the call. */
export function tellRetention(onRetention: RetentionOptions["onRetention"], report: RetentionReport): void {
  if (onRetention !== undefined) queueMicrotask(() => onRetention(report));
}
