import { TokenBudgetError } from "../errors.ts";
import { createPace } from "../manager/pace.ts";
import type {
  Archive,
  ArchiveEntry,
  ArchiveInput,
  ArchiveSummary,
  ListOptions,
  SearchHit,
  SearchOptions,
} from "./archive.ts";
import { checkCount, checkNamespace, invalid, keyOf } from "./entry.ts";
import { MemoryStore } from "./memory-store.ts";
import { checkRetention, type RetentionOptions, type RetentionReport, tellRetention } from "./retention.ts";

/**
 * An archive in this process's memory: nothing survives the process. Texts are kept once over all namespaces, by their
 * hash. Long work yields to the event loop every few milliseconds; texts are indexed at the first search after them.
 * @throws TokenBudgetError from every method, as a rejection: `INVALID_ARGUMENT`, `CLOSED`; nothing has changed.
 * Cost: the texts, and about as much again for the index once something was searched.
 * @example
 * const archive = new MemoryArchive({ retention: { maxAgeMs: 86_400_000 } });
 * const about = { component: "working_memory", kind: "text", itemId: "log", createdAt: 0, archivedAt: 60_000 };
 * const [ref] = await archive.put("session", [{ text: "the certificate has expired", tokens: 4, ...about }]);
 * (await archive.prune()).deleted.map(({ reason }) => reason); // => ["age"]
 */
export class MemoryArchive implements Archive {
  readonly #store = new MemoryStore();
  readonly #options: RetentionOptions;
  readonly #pace = createPace(1);
  /** Ends when all calls so far have: they are carried out one after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> | undefined;

  /** @throws TokenBudgetError `INVALID_ARGUMENT` for limits that are no whole numbers. */
  constructor(options: RetentionOptions = {}) {
    checkRetention(options.retention);
    this.#options = options;
  }

  /**
   * Stores all entries or none. An entry that is there already (same text, same circumstances) keeps its ref and takes
   * the later `archivedAt`.
   *
   * @returns the refs, in order.
   * @throws TokenBudgetError `INVALID_ARGUMENT`, `CLOSED`, or `ARCHIVE_FAILED` with reason `full` where the texts alone
   * exceed the retention's `maxBytes`; nothing is stored.
   */
  async put(namespace: string, entries: readonly ArchiveInput[]): Promise<readonly string[]> {
    this.#check(namespace);
    if (!Array.isArray(entries)) throw invalid("entries");
    return this.#inTurn(async () => {
      const staged = await this.#finish(this.#store.stage(entries));
      const refs = await this.#finish(this.#store.add(namespace, staged, this.#options.retention?.maxBytes));
      await this.#retain(new Set(refs), namespace);
      return refs;
    });
  }

  async get(namespace: string, ref: string): Promise<ArchiveEntry | undefined> {
    this.#check(namespace);
    return this.#inTurn(() => (keyOf(ref) === undefined ? undefined : this.#store.get(namespace, ref)));
  }

  async search(namespace: string, query: string, options: SearchOptions = {}): Promise<readonly SearchHit[]> {
    this.#check(namespace);
    if (typeof query !== "string") throw invalid("query");
    const limit = checkCount(options.limit, 10, "limit");
    return this.#inTurn(async () => {
      while (this.#store.indexNext(namespace)) if (this.#pace.due()) await this.#pace.rest();
      return this.#store.search(namespace, query, limit, options.component);
    });
  }

  async list(namespace: string, options: ListOptions = {}): Promise<readonly ArchiveSummary[]> {
    this.#check(namespace);
    const offset = checkCount(options.offset, 0, "offset");
    const limit = checkCount(options.limit, Number.MAX_SAFE_INTEGER, "limit");
    return this.#inTurn(() => this.#finish(this.#store.list(namespace, offset, limit, options.component)));
  }

  async delete(namespace: string, refs: readonly string[]): Promise<number> {
    this.#check(namespace);
    if (!Array.isArray(refs)) throw invalid("refs");
    return this.#inTurn(async () => {
      let deleted = 0;
      for (const ref of refs) {
        if (this.#store.delete(namespace, ref)) deleted++;
        if (this.#pace.due()) await this.#pace.rest();
      }
      return deleted;
    });
  }

  /** Applies the retention rules now. @returns what they deleted. */
  async prune(): Promise<RetentionReport> {
    this.#open();
    return this.#inTurn(() => this.#retain());
  }

  /** Waits for the calls before it, and forgets everything. Further calls are refused with `CLOSED`. */
  close(): Promise<void> {
    this.#closing ??= this.#inTurn(() => this.#store.clear());
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #inTurn<T>(step: () => T | Promise<T>): Promise<T> {
    const result = this.#turn.then(step);
    this.#turn = result.catch(() => {});
    return result;
  }

  async #retain(spared: ReadonlySet<string> = new Set(), namespace = ""): Promise<RetentionReport> {
    const { retention, now, onRetention } = this.#options;
    if (retention === undefined) return { deleted: [], freedBytes: 0 };
    const report = await this.#finish(this.#store.retain(retention, (now ?? Date.now)(), namespace, spared));
    if (report.deleted.length > 0) tellRetention(onRetention, report);
    return report;
  }

  #check(namespace: string): void {
    this.#open();
    checkNamespace(namespace);
  }

  #open(): void {
    if (this.#closing !== undefined) throw new TokenBudgetError("CLOSED", "the archive is closed");
  }

  /** Goes through all steps, with a rest wherever the slice of time is over. */
  async #finish<T>(steps: Generator<void, T>): Promise<T> {
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value;
      if (this.#pace.due()) await this.#pace.rest();
    }
  }
}
