import type { ArchiveEntry, ArchiveInput, ArchiveSummary, SearchHit } from "./archive.ts";
import { entryKey, entryOf, fullArchive, type PreparedEntry, prepareEntry, refOf, summaryOf } from "./entry.ts";
import { AgeOrder } from "./memory-age-order.ts";
import { MemoryIndex } from "./memory-index.ts";
import type { Retention, RetentionReport, RetiredEntry } from "./retention.ts";
import { search } from "./search.ts";
import { wholeUnits } from "./segment.ts";
import { sha256Steps } from "./sha256.ts";

/** A text that is stored once, however many documents refer to it. */
interface Content {
  readonly text: string;
  readonly bytes: number;
  documents: number;
}

/** A text within one namespace, and its entries there, in order of arrival. */
interface Document {
  readonly contentKey: string;
  readonly content: Content;
  readonly entries: Entry[];
  /** Undefined until it is indexed. */
  number?: number;
}

interface Entry {
  readonly namespace: string;
  readonly ref: string;
  readonly info: string;
  readonly component: string;
  readonly document: Document;
  readonly sequence: number;
  archivedAt: number;
  gone: boolean;
}

interface Namespace {
  readonly entries: Map<string, Entry>;
  readonly documents: Map<string, Document>;
  readonly numbered: Map<number, Document>;
  readonly index: MemoryIndex;
  pending: Document[];
  nextPending: number;
}

/** An entry whose text has been hashed, ready to be added. */
export interface StagedEntry extends PreparedEntry {
  /** Hash of the text, in hex. */
  readonly contentKey: string;
  /** Its ref, unless another entry has that already. */
  readonly firstRef: string;
  readonly bytes: number;
}

/** The state behind `MemoryArchive`. What takes longer with more entries is a generator, and may pause at each `yield`. */
export class MemoryStore {
  readonly #contents = new Map<string, Content>();
  readonly #namespaces = new Map<string, Namespace>();
  readonly #byAge = new AgeOrder<Entry>();
  #sequence = 0;
  #bytes = 0;

  /** Checks and hashes inputs, in steps, as a long text takes long to hash where the platform does not do it. */
  *stage(inputs: readonly ArchiveInput[]): Generator<void, StagedEntry[]> {
    const staged: StagedEntry[] = [];
    for (const input of inputs) {
      const { text, info, component, archivedAt } = prepareEntry(input);
      const { hash, bytes } = yield* sha256Steps(text);
      const firstRef = refOf(entryKey(hash, info));
      staged.push({ text, info, component, archivedAt, contentKey: hash, firstRef, bytes });
      yield;
    }
    return staged;
  }

  /** Throws before the first step or not at all. */
  *add(namespace: string, staged: readonly StagedEntry[], maxBytes: number | undefined): Generator<void, string[]> {
    if (maxBytes !== undefined) {
      const sizes = new Map(staged.map((entry) => [entry.contentKey, entry.bytes] as const));
      const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
      if (bytes > maxBytes) throw fullArchive(bytes, maxBytes);
    }
    const space = this.#namespace(namespace);
    const refs: string[] = [];
    for (const entry of staged) {
      refs.push(this.#addOne(namespace, space, entry));
      yield;
    }
    return refs;
  }

  get(namespace: string, ref: string): ArchiveEntry | undefined {
    const entry = this.#namespaces.get(namespace)?.entries.get(ref);
    return entry && entryOf(ref, entry.document.content.text, entry.info, entry.archivedAt);
  }

  *list(
    namespace: string,
    offset: number,
    limit: number,
    component: string | undefined,
  ): Generator<void, ArchiveSummary[]> {
    const entries = [...(this.#namespaces.get(namespace)?.entries.values() ?? [])]
      .filter((entry) => component === undefined || entry.component === component)
      .sort(newestFirst);
    const listed: ArchiveSummary[] = [];
    for (const entry of entries.slice(offset, offset + limit)) {
      listed.push(toSummary(entry));
      yield;
    }
    return listed;
  }

  delete(namespace: string, ref: string): boolean {
    const space = this.#namespaces.get(namespace);
    const entry = space?.entries.get(ref);
    if (space === undefined || entry === undefined) return false;
    this.#remove(space, entry);
    return true;
  }

  /** Indexes one text that waits for it. @returns false where none waits. */
  indexNext(namespace: string): boolean {
    const space = this.#namespaces.get(namespace);
    if (space === undefined) return false;
    const document = space.pending[space.nextPending++];
    if (document === undefined) {
      space.pending = [];
      space.nextPending = 0;
      return false;
    }
    if (document.entries.length > 0) {
      document.number = space.index.add(document.content.text);
      space.numbered.set(document.number, document);
    }
    return true;
  }

  search(namespace: string, query: string, limit: number, component: string | undefined): readonly SearchHit[] {
    const space = this.#namespaces.get(namespace);
    if (space === undefined) return [];
    const { index, numbered } = space;
    const source = {
      documents: index.documents,
      terms: index.terms,
      nextSequence: index.nextSequence,
      postings: (terms: readonly string[], count: number) => index.postings(terms, count),
      text: (document: number, units: number) => firstUnits(numbered.get(document)!.content.text, units),
      *parts(document: number, units: number) {
        for (let rest = numbered.get(document)!.content.text; rest !== ""; ) {
          const part = firstUnits(rest, units);
          yield part;
          rest = rest.slice(part.length);
        }
      },
      entries: (documents: readonly number[]) =>
        documents.map((number) => {
          const document = numbered.get(number)!;
          const entries = document.entries.filter((entry) => component === undefined || entry.component === component);
          const newest = entries.sort(newestFirst)[0];
          return newest && { summary: toSummary(newest), bytes: document.content.bytes };
        }),
    };
    return search(source, query, limit, component);
  }

  /** Deletes what the rules name, but never the entries of `namespace` in `spared`: they have just been put. */
  *retain(
    rules: Retention,
    now: number,
    namespace: string,
    spared: ReadonlySet<string>,
  ): Generator<void, RetentionReport> {
    const before = this.#bytes;
    const deleted: RetiredEntry[] = [];
    const limit = rules.maxBytes ?? Number.POSITIVE_INFINITY;
    const oldest = rules.maxAgeMs === undefined ? Number.NEGATIVE_INFINITY : now - rules.maxAgeMs;
    if (this.#bytes <= limit && oldest === Number.NEGATIVE_INFINITY) return { deleted, freedBytes: 0 };
    for (const entry of this.#byAge.oldestFirst()) {
      const tooOld = entry.archivedAt < oldest;
      if (!tooOld && this.#bytes <= limit) break;
      if (entry.namespace === namespace && spared.has(entry.ref)) continue;
      this.#remove(this.#namespaces.get(entry.namespace)!, entry);
      const { itemId } = toSummary(entry);
      const { namespace: from, ref, archivedAt } = entry;
      deleted.push({ namespace: from, ref, itemId, archivedAt, reason: tooOld ? "age" : "size" });
      yield;
    }
    return { deleted, freedBytes: before - this.#bytes };
  }

  clear(): void {
    this.#contents.clear();
    this.#namespaces.clear();
    this.#byAge.clear();
    this.#bytes = 0;
  }

  #addOne(namespace: string, space: Namespace, staged: StagedEntry): string {
    const { contentKey } = staged;
    for (let attempt = 0; ; attempt++) {
      const ref = attempt === 0 ? staged.firstRef : refOf(entryKey(contentKey, staged.info, attempt));
      const known = space.entries.get(ref);
      if (known !== undefined && (known.document.contentKey !== contentKey || known.info !== staged.info)) continue;
      if (known !== undefined) {
        if (known.archivedAt < staged.archivedAt) {
          known.archivedAt = staged.archivedAt;
          this.#byAge.moved();
        }
      } else {
        const document = this.#document(space, contentKey, staged);
        const { info, component, archivedAt } = staged;
        const sequence = ++this.#sequence;
        const entry = { namespace, ref, info, component, document, archivedAt, sequence, gone: false };
        document.entries.push(entry);
        space.entries.set(ref, entry);
        this.#byAge.add(entry);
      }
      return ref;
    }
  }

  #document(space: Namespace, contentKey: string, staged: StagedEntry): Document {
    const known = space.documents.get(contentKey);
    if (known !== undefined) return known;
    let content = this.#contents.get(contentKey);
    if (content === undefined) {
      content = { text: staged.text, bytes: staged.bytes, documents: 0 };
      this.#contents.set(contentKey, content);
      this.#bytes += staged.bytes;
    }
    content.documents++;
    const document: Document = { contentKey, content, entries: [] };
    space.documents.set(contentKey, document);
    space.pending.push(document);
    return document;
  }

  #remove(space: Namespace, entry: Entry): void {
    const { document } = entry;
    this.#byAge.remove(entry);
    space.entries.delete(entry.ref);
    document.entries.splice(document.entries.indexOf(entry), 1);
    if (document.entries.length > 0) return;
    space.documents.delete(document.contentKey);
    if (document.number !== undefined) {
      space.index.remove(document.number);
      space.numbered.delete(document.number);
    }
    if (--document.content.documents > 0) return;
    this.#contents.delete(document.contentKey);
    this.#bytes -= document.content.bytes;
  }

  #namespace(name: string): Namespace {
    let space = this.#namespaces.get(name);
    if (space === undefined) {
      space = {
        entries: new Map(),
        documents: new Map(),
        numbered: new Map(),
        index: new MemoryIndex(),
        pending: [],
        nextPending: 0,
      };
      this.#namespaces.set(name, space);
    }
    return space;
  }
}

function firstUnits(text: string, units: number): string {
  return text.slice(0, wholeUnits(text, units));
}

function newestFirst(one: Entry, other: Entry): number {
  return other.archivedAt - one.archivedAt || other.sequence - one.sequence;
}

function toSummary(entry: Entry): ArchiveSummary {
  return summaryOf(entry.ref, entry.info, entry.archivedAt);
}
