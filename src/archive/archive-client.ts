import { TokenBudgetError } from "../errors.ts";
import type {
  Archive,
  ArchiveEntry,
  ArchiveInput,
  ArchiveSummary,
  ListOptions,
  SearchHit,
  SearchOptions,
} from "./archive.ts";
import { checkCount, checkNamespace, invalid } from "./entry.ts";
import type { ArchiveRequest } from "./protocol.ts";
import { putParts } from "./put-parts.ts";
import { checkRetention, type RetentionOptions, type RetentionReport, type RetiredEntry } from "./retention.ts";
import type { RetentionStep } from "./sql-retention.ts";
import type { ListPage } from "./sql-store.ts";
import { type SpawnWorker, WorkerLink } from "./worker-link.ts";

type Unnumbered<T> = T extends unknown ? Omit<T, "id"> : never;

/** Entries that one request lists or deletes: others wait for no more than these. */
const stepEntries = 400;

/** An archive whose SQLite runs in a worker. What kind of worker, and where the file lies, its subclasses say. */
export class ArchiveClient implements Archive {
  readonly #link: WorkerLink;
  readonly #now: () => number;
  readonly #stepping = new Set<Promise<unknown>>();
  #closing: Promise<void> | undefined;

  protected constructor(spawn: SpawnWorker, options: RetentionOptions & { readonly maxQueueUnits?: number }) {
    const { retention, onRetention, now } = options;
    checkRetention(retention);
    const maxQueueUnits = checkCount(options.maxQueueUnits, 64 * 1024 * 1024, "maxQueueUnits");
    this.#now = now ?? Date.now;
    this.#link = new WorkerLink(spawn, { retention, onRetention, maxQueueUnits });
  }

  protected open(): Promise<void> {
    return this.#link.start();
  }

  /**
   * Stores all entries or none; they are on the disk when it resolves. An entry that is there already (same text, same
   * circumstances) keeps its ref and takes the later `archivedAt`. Calls that wait share a transaction. `entries` must
   * not change until then.
   *
   * @returns the refs, in order.
   * @throws TokenBudgetError `INVALID_ARGUMENT`, `QUEUE_FULL`, `CLOSED`, `ARCHIVE_FAILED`: nothing is stored.
   * `WORKER_FAILED`: all are stored or none; the same call again is safe.
   */
  async put(namespace: string, entries: readonly ArchiveInput[]): Promise<readonly string[]> {
    checkNamespace(namespace);
    if (!Array.isArray(entries)) throw invalid("entries");
    let units = 0;
    for (const entry of entries) units += 200 + (entry?.text?.length ?? 0);
    this.#open();
    const parts = putParts(namespace, entries, this.#now);
    return (await this.#link.call(units, parts)) as string[];
  }

  async get(namespace: string, ref: string): Promise<ArchiveEntry | undefined> {
    checkNamespace(namespace);
    this.#open();
    return (await this.#ask({ op: "get", namespace, ref: String(ref) })) as ArchiveEntry | undefined;
  }

  async search(namespace: string, query: string, options: SearchOptions = {}): Promise<readonly SearchHit[]> {
    checkNamespace(namespace);
    if (typeof query !== "string") throw invalid("query");
    const limit = checkCount(options.limit, 10, "limit");
    const { component } = options;
    this.#open();
    return (await this.#ask({ op: "search", namespace, query, limit, component })) as SearchHit[];
  }

  /** A long list is read in steps: of what is put and deleted meanwhile it may tell or not. */
  async list(namespace: string, options: ListOptions = {}): Promise<readonly ArchiveSummary[]> {
    checkNamespace(namespace);
    const offset = checkCount(options.offset, 0, "offset");
    const limit = checkCount(options.limit, Number.MAX_SAFE_INTEGER, "limit");
    return this.#inSteps(() => this.#list(namespace, offset, limit, options.component));
  }

  async #list(namespace: string, offset: number, limit: number, component: string | undefined) {
    const listed: ArchiveSummary[] = [];
    let after: ListPage["next"];
    do {
      const query = { offset, limit: Math.min(stepEntries, limit - listed.length), component, after };
      const { entries, next } = (await this.#ask({ op: "list", namespace, page: query })) as ListPage;
      for (const entry of entries) listed.push(entry);
      after = next;
    } while (after !== undefined && listed.length < limit);
    return listed;
  }

  /** Many refs are deleted in steps, so that calls which come meanwhile wait for a step only. */
  async delete(namespace: string, refs: readonly string[]): Promise<number> {
    checkNamespace(namespace);
    if (!Array.isArray(refs)) throw invalid("refs");
    return this.#inSteps(() => this.#delete(namespace, refs.map(String)));
  }

  async #delete(namespace: string, refs: readonly string[]): Promise<number> {
    let deleted = 0;
    for (let at = 0; at === 0 || at < refs.length; at += stepEntries) {
      const some = refs.slice(at, at + stepEntries);
      deleted += (await this.#ask({ op: "delete", namespace, refs: some })) as number;
    }
    return deleted;
  }

  /** Applies the retention rules now, in steps as `delete` does. @returns what they deleted. */
  prune(): Promise<RetentionReport> {
    return this.#inSteps(() => this.#prune());
  }

  async #prune(): Promise<RetentionReport> {
    const deleted: RetiredEntry[] = [];
    let freedBytes = 0;
    for (;;) {
      const { report, hasMore } = (await this.#ask({ op: "prune", now: this.#now() })) as RetentionStep;
      for (const entry of report.deleted) deleted.push(entry);
      freedBytes += report.freedBytes;
      if (!hasMore) return { deleted, freedBytes };
    }
  }

  /** Waits for the calls before it, closes the file and ends the worker. Further calls are refused with `CLOSED`. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#stepping);
    await this.#link.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** A call of several requests: closing waits for the last of them. */
  async #inSteps<T>(call: () => Promise<T>): Promise<T> {
    this.#open();
    const result = call();
    this.#stepping.add(result);
    try {
      return await result;
    } finally {
      this.#stepping.delete(result);
    }
  }

  #open(): void {
    if (this.#closing !== undefined) throw new TokenBudgetError("CLOSED", "the archive is closed");
  }

  #ask(request: Unnumbered<ArchiveRequest>): Promise<unknown> {
    const units = 200 + ("query" in request ? request.query.length : 0);
    return this.#link.call(units, [(id: number) => ({ ...request, id }) as ArchiveRequest].values());
  }
}
