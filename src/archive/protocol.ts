import { type ErrorCode, TokenBudgetError } from "../errors.ts";
import type { Retention, RetentionReport } from "./retention.ts";
import type { EntryColumns } from "./sql-put.ts";
import type { ListQuery } from "./sql-store.ts";

/** What an archive's worker is asked. Requests travel in batches. */
export type ArchiveRequest =
  | { readonly id: number; readonly op: "open"; readonly retention: Retention | undefined }
  | PutRequest
  | { readonly id: number; readonly op: "cancel" }
  | { readonly id: number; readonly op: "get"; readonly namespace: string; readonly ref: string }
  | {
      readonly id: number;
      readonly op: "search";
      readonly namespace: string;
      readonly query: string;
      readonly limit: number;
      readonly component: string | undefined;
    }
  | { readonly id: number; readonly op: "list"; readonly namespace: string; readonly page: ListQuery }
  | { readonly id: number; readonly op: "delete"; readonly namespace: string; readonly refs: readonly string[] }
  | { readonly id: number; readonly op: "prune"; readonly now: number }
  | { readonly id: number; readonly op: "close" };

/** One part of a put; the parts of one put follow each other with nothing between, and share one transaction. */
export interface PutRequest {
  readonly id: number;
  readonly op: "put";
  readonly namespace: string;
  readonly entries: EntryColumns;
  readonly last: boolean;
  readonly now: number;
}

/** What a worker posts: `batches` of requests that it is done with (1 or 0), and answers to these and earlier ones. */
export interface ArchiveReply {
  readonly batches: number;
  readonly responses: readonly ArchiveResponse[];
}

/** Where `error` is absent, the call succeeded with `value`. */
export interface ArchiveResponse {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: WireError;
  /** What retention deleted in the same transaction. */
  readonly report?: RetentionReport;
}

/** A typed error as a plain record. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** An error as a record that can be posted. What is not ours is told by its kind only: it may quote a text. */
export function wireError(error: unknown): WireError {
  if (error instanceof TokenBudgetError) return { code: error.code, message: error.message, data: error.data };
  const kind = error instanceof Error ? error.name : typeof error;
  return { code: "ARCHIVE_FAILED", message: `the archive's worker failed (${kind})`, data: { reason: "other" } };
}

export function errorFrom({ code, message, data }: WireError): TokenBudgetError {
  return new TokenBudgetError(code as ErrorCode, message, data);
}
