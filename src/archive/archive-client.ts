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
import { checkRetention, type RetentionOptions, type RetentionReport } from "./retention.ts";
import { type SpawnWorker, WorkerLink } from "./worker-link.ts";

type Unnumbered<T> = T extends unknown ? Omit<T, "id"> : never;

/** An archive whose SQLite runs in a worker. What kind of worker, and where the file lies, its subclasses say. */
export class ArchiveClient implements Archive {
  readonly #link: WorkerLink;
  readonly #now: () => number;

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
    const parts = putParts(namespace, entries, this.#now);
    return (await this.#link.call(units, parts)) as string[];
  }

  async get(namespace: string, ref: string): Promise<ArchiveEntry | undefined> {
    checkNamespace(namespace);
    return (await this.#ask({ op: "get", namespace, ref: String(ref) })) as ArchiveEntry | undefined;
  }

  async search(namespace: string, query: string, options: SearchOptions = {}): Promise<readonly SearchHit[]> {
    checkNamespace(namespace);
    if (typeof query !== "string") throw invalid("query");
    const limit = checkCount(options.limit, 10, "limit");
    const { component } = options;
    return (await this.#ask({ op: "search", namespace, query, limit, component })) as SearchHit[];
  }

  async list(namespace: string, options: ListOptions = {}): Promise<readonly ArchiveSummary[]> {
    checkNamespace(namespace);
    const offset = checkCount(options.offset, 0, "offset");
    const limit = checkCount(options.limit, Number.MAX_SAFE_INTEGER, "limit");
    const { component } = options;
    return (await this.#ask({ op: "list", namespace, offset, limit, component })) as ArchiveSummary[];
  }

  async delete(namespace: string, refs: readonly string[]): Promise<number> {
    checkNamespace(namespace);
    if (!Array.isArray(refs)) throw invalid("refs");
    return (await this.#ask({ op: "delete", namespace, refs: refs.map(String) })) as number;
  }

  /** Applies the retention rules now. @returns what they deleted. */
  async prune(): Promise<RetentionReport> {
    return (await this.#ask({ op: "prune", now: this.#now() })) as RetentionReport;
  }

  /** Waits for the calls before it, closes the file and ends the worker. Further calls are refused with `CLOSED`. */
  close(): Promise<void> {
    return this.#link.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #ask(request: Unnumbered<ArchiveRequest>): Promise<unknown> {
    const units = 200 + ("query" in request ? request.query.length : 0);
    return this.#link.call(units, [(id: number) => ({ ...request, id }) as ArchiveRequest].values());
  }
}
