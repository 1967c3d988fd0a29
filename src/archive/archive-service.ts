import { TokenBudgetError } from "../errors.ts";
import {
  type ArchiveReply,
  type ArchiveRequest,
  type ArchiveResponse,
  type PutRequest,
  wireError,
} from "./protocol.ts";
import type { Retention } from "./retention.ts";
import type { SqlDatabase } from "./sql-database.ts";
import { PutBatch } from "./sql-put.ts";
import { deleteEntries } from "./sql-remove.ts";
import { type RetentionStep, retainSql, type Spared } from "./sql-retention.ts";
import { ensureSchema, retentionIndex } from "./sql-schema.ts";
import { searchSql } from "./sql-search.ts";
import { SqlStore } from "./sql-store.ts";

/** A put that has begun: its refs so far. */
interface OpenPut {
  readonly id: number;
  readonly refs: string[];
  /** What is undone when it fails; without one, all puts of the transaction fail with it. */
  readonly hasSavepoint: boolean;
}

/** Puts that keep coming are committed after so long. */
const maxTransactionMs = 100;
/** Entries that one step of a prune deletes; and what a put deletes for their age at most, so that it does not wait. */
const stepEntries = 400;
const agedEntries = 1_000;

/**
 * The worker's side of an SQLite archive: carries out requests in order. Puts that arrive together share a transaction;
 * they are answered after the commit, which is when they are durable.
 */
export class ArchiveService {
  readonly #connect: () => Promise<SqlDatabase>;
  #db: SqlDatabase | undefined;
  #store: SqlStore | undefined;
  #retention: Retention | undefined;
  #inTransaction = false;
  #begunMs = 0;
  #put: OpenPut | undefined;
  /** The put that failed last: what still arrives of it is ignored. */
  #failedPut = -1;
  /** Answers that wait for the commit. */
  #committing: ArchiveResponse[] = [];

  constructor(connect: () => Promise<SqlDatabase>) {
    this.#connect = connect;
  }

  /** Answers to requests that came together. Some answers to puts may wait: see `commit`. */
  async handle(requests: readonly ArchiveRequest[]): Promise<ArchiveResponse[]> {
    const responses: ArchiveResponse[] = [];
    for (const request of requests) {
      if (request.op === "put") this.#putPart(request, responses);
      else if (request.op === "cancel") this.#cancel(request.id, responses);
      else {
        this.#commit(responses);
        responses.push(await this.#answer(request));
      }
    }
    if (this.#put === undefined && performance.now() - this.#begunMs > maxTransactionMs) this.#commit(responses);
    return responses;
  }

  /** Handles requests and commits: for a worker that can't tell whether more wait. */
  async reply(requests: readonly ArchiveRequest[]): Promise<ArchiveReply> {
    const responses = await this.handle(requests);
    return { batches: 1, responses: [...responses, ...this.commit()] };
  }

  /** To be called when no request waits: commits what no put is in the middle of. @returns the answers to it. */
  commit(): ArchiveResponse[] {
    const responses: ArchiveResponse[] = [];
    if (this.#put === undefined) this.#commit(responses);
    return responses;
  }

  async #answer(request: Exclude<ArchiveRequest, PutRequest>): Promise<ArchiveResponse> {
    const { id } = request;
    try {
      if (request.op === "open") return { id, value: await this.#open(request.retention) };
      if (request.op === "close") return { id, value: this.#close() };
      if (request.op === "prune") {
        const step = this.#transaction((store) => this.#retain(store, request.now, undefined, stepEntries));
        return { id, value: step, report: step.report };
      }
      return { id, value: this.#simple(request) };
    } catch (error) {
      return { id, error: wireError(error) };
    }
  }

  #simple(request: Exclude<ArchiveRequest, PutRequest>): unknown {
    const store = this.#opened();
    switch (request.op) {
      case "get":
        return store.get(request.namespace, request.ref);
      case "search":
        return searchSql(store, request.namespace, request.query, request.limit, request.component);
      case "list":
        return store.list(request.namespace, request.page);
      case "delete":
        return this.#transaction(() => deleteEntries(store, request.namespace, request.refs));
      default:
        throw new TokenBudgetError("INVALID_ARGUMENT", `unknown operation ${request.op}`);
    }
  }

  async #open(retention: Retention | undefined): Promise<void> {
    const db = await this.#connect();
    try {
      ensureSchema(db);
      if (retention !== undefined) db.exec(retentionIndex);
    } catch (error) {
      db.close();
      throw error;
    }
    this.#db = db;
    this.#store = new SqlStore(db);
    this.#retention = retention;
  }

  #close(): void {
    this.#db?.close();
    this.#db = undefined;
    this.#store = undefined;
  }

  #putPart(request: PutRequest, responses: ArchiveResponse[]): void {
    const { id, namespace, entries, last, now } = request;
    if (id === this.#failedPut) return;
    let hasWritten = false;
    try {
      const store = this.#opened();
      this.#begin(store);
      const batch = new PutBatch(store, namespace, entries);
      this.#put ??= this.#beginPut(store, id, last);
      hasWritten = true;
      const { refs } = this.#put;
      for (const ref of batch.run()) refs.push(ref);
      if (!last) return;
      const { report } = this.#retain(store, now, { namespace, refs: new Set(refs) }, agedEntries);
      if (this.#put.hasSavepoint) store.run("RELEASE put");
      this.#put = undefined;
      this.#committing.push(report.deleted.length > 0 ? { id, value: refs, report } : { id, value: refs });
    } catch (error) {
      this.#failedPut = id;
      responses.push({ id, error: wireError(error) });
      if (hasWritten || this.#put !== undefined) this.#undoPut(error, responses);
    }
  }

  #begin(store: SqlStore): void {
    if (this.#inTransaction) return;
    store.run("BEGIN IMMEDIATE");
    this.#inTransaction = true;
    this.#begunMs = performance.now();
  }

  /** A savepoint costs a segment of the index. What comes in one part, and has no rules to break, does without. */
  #beginPut(store: SqlStore, id: number, isWhole: boolean): OpenPut {
    const hasSavepoint = !isWhole || this.#retention?.maxBytes !== undefined;
    if (hasSavepoint) store.run("SAVEPOINT put");
    return { id, refs: [], hasSavepoint };
  }

  #cancel(id: number, responses: ArchiveResponse[]): void {
    if (this.#put?.id === id) this.#undoPut(undefined, responses);
    this.#failedPut = id;
  }

  /** Takes back the put that has begun. Some failures end the whole transaction, and with it the puts before. */
  #undoPut(error: unknown, responses: ArchiveResponse[]): void {
    const put = this.#put;
    this.#put = undefined;
    if (!put?.hasSavepoint) {
      this.#abandon(error, responses);
      return;
    }
    try {
      this.#opened().run("ROLLBACK TO put");
      this.#opened().run("RELEASE put");
    } catch {
      this.#abandon(error, responses);
    }
  }

  #commit(responses: ArchiveResponse[]): void {
    if (!this.#inTransaction) return;
    try {
      this.#opened().run("COMMIT");
      this.#inTransaction = false;
      responses.push(...this.#committing);
      this.#committing = [];
    } catch (error) {
      this.#abandon(error, responses);
    }
  }

  #abandon(error: unknown, responses: ArchiveResponse[]): void {
    this.#inTransaction = false;
    const failure = wireError(error);
    for (const { id } of this.#committing) responses.push({ id, error: failure });
    this.#committing = [];
    try {
      this.#opened().run("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself.
    }
  }

  #transaction<T>(step: (store: SqlStore) => T): T {
    const store = this.#opened();
    store.run("BEGIN IMMEDIATE");
    try {
      const result = step(store);
      store.run("COMMIT");
      return result;
    } catch (error) {
      try {
        store.run("ROLLBACK");
      } catch {
        // SQLite has rolled back by itself.
      }
      throw error;
    }
  }

  #retain(store: SqlStore, now: number, spared: Spared | undefined, most: number): RetentionStep {
    const rules = this.#retention;
    if (rules === undefined) return { report: { deleted: [], freedBytes: 0 }, hasMore: false };
    return retainSql(store, rules, now, spared, most);
  }

  #opened(): SqlStore {
    if (this.#store === undefined) throw new TokenBudgetError("CLOSED", "the archive is closed");
    return this.#store;
  }
}
