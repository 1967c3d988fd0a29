import type { CleanHost, CleanRequest } from "../manager/cleaner.ts";
import { type Item, spokenKinds } from "../manager/item.ts";

/** What a strategy sees of one component: a consistent reading of its items, and nothing that it could change. */
export interface View {
  readonly component: string;
  /** Milliseconds on the manager's clock. */
  readonly now: number;
  /** True in the second round, where the need was not met: age gates are ignored. */
  readonly escalated: boolean;
  /** Tokens that this strategy is asked to free; more is not applied. */
  readonly goal: number;
  /** All items of the component in order of arrival. */
  readonly items: readonly Item[];
  /** Items that may be edited: not pinned, not fixed, not among the last `keepRecent` messages. First to go first. */
  readonly editable: readonly Item[];
  /** True where the item is one of `editable`. */
  mayEdit(item: Item): boolean;
  /** True where the item may leave: with its whole group, each member editable and each call answered. */
  mayRemove(item: Item): boolean;
  /** All members of the item's group over all components in order of arrival; the item alone where it has none. */
  members(item: Item): readonly Item[];
  /** True where `item` is at least `ageMs` old (since creation); always true in an escalated round. */
  olderThan(item: Item, ageMs: number): boolean;
  /** True where `item` was not used for `ageMs`; always true in an escalated round. */
  unusedFor(item: Item, ageMs: number): boolean;
}

export interface ViewOptions {
  readonly escalated: boolean;
  readonly goal: number;
}

/** True for kinds that are part of the conversation that a provider checks. */
export const isSpoken = (item: Item): boolean => spokenKinds.has(item.kind);

/** Instructions are never edited by the built-in strategies, wherever they lie. */
export const isInstruction = (item: Item): boolean => item.role === "system" || item.role === "developer";

/**
 * Reads one component for the strategies of one run, one after the other: what the one before left as it was is not sorted
 * again. O(items) plus a sort.
 */
export function createReader(host: CleanHost, request: CleanRequest, keepRecent: number) {
  let last: Reading | undefined;
  return (options: ViewOptions): View => {
    const items = host.items(request.component);
    if (last?.escalated !== options.escalated || !sameItems(last.items, items)) {
      // Else messages that stay would keep every newer one out, for good.
      const kept = Math.max(0, keepRecent - (options.escalated ? (request.arriving ?? 0) : 0));
      last = new Reading(host, items, options.escalated, kept);
    }
    return new ItemView(host, request.component, last, options);
  };
}

/** What holds as long as the items do. */
class Reading {
  readonly items: readonly Item[];
  readonly escalated: boolean;
  readonly #host: CleanHost;
  readonly #fixed = new Map<string, boolean>();
  readonly #recent: ReturnType<typeof recentIds>;
  #editable: readonly Item[] | undefined;

  constructor(host: CleanHost, items: readonly Item[], escalated: boolean, keepRecent: number) {
    this.#host = host;
    this.items = items;
    this.escalated = escalated;
    this.#recent = recentIds(items, keepRecent);
  }

  get editable(): readonly Item[] {
    this.#editable ??= this.items
      .filter((item) => this.mayEdit(item))
      .sort(this.escalated ? leastRecentlyUsed : oldest);
    return this.#editable;
  }

  mayEdit(item: Item): boolean {
    const { ids, groups } = this.#recent;
    if (item.pinned || ids.has(item.id) || this.#isFixed(item.component)) return false;
    return item.group === undefined || !groups.has(item.group);
  }

  #isFixed(component: string): boolean {
    let fixed = this.#fixed.get(component);
    if (fixed === undefined) {
      fixed = this.#host.component(component).fixed;
      this.#fixed.set(component, fixed);
    }
    return fixed;
  }
}

/** A class, for the engine keeps a literal with a getter as a slow map of its own; callers may take the methods out of it. */
class ItemView implements View {
  readonly component: string;
  readonly now: number;
  readonly escalated: boolean;
  readonly goal: number;
  readonly items: readonly Item[];
  readonly mayEdit: View["mayEdit"];
  readonly mayRemove: View["mayRemove"];
  readonly members: View["members"];
  readonly olderThan: View["olderThan"];
  readonly unusedFor: View["unusedFor"];
  readonly #host: CleanHost;
  readonly #reading: Reading;
  readonly #groups = new Map<string, readonly Item[]>();

  constructor(host: CleanHost, component: string, reading: Reading, { escalated, goal }: ViewOptions) {
    this.#host = host;
    this.#reading = reading;
    this.component = component;
    this.now = host.now();
    this.escalated = escalated;
    this.goal = goal;
    this.items = reading.items;
    this.mayEdit = reading.mayEdit.bind(reading);
    this.mayRemove = this.#mayRemove.bind(this);
    this.members = this.#members.bind(this);
    this.olderThan = this.#olderThan.bind(this);
    this.unusedFor = this.#unusedFor.bind(this);
  }

  get editable(): readonly Item[] {
    return this.#reading.editable;
  }

  #mayRemove(item: Item): boolean {
    const whole = this.#members(item);
    for (const member of whole) if (!this.#reading.mayEdit(member)) return false;
    return isAnswered(whole);
  }

  #members(item: Item): readonly Item[] {
    if (item.group === undefined) return [item];
    let found = this.#groups.get(item.group);
    if (!found) {
      found = this.#host.group(item.group);
      this.#groups.set(item.group, found);
    }
    return found;
  }

  #olderThan(item: Item, ageMs: number): boolean {
    return this.escalated || this.now - item.createdAt >= ageMs;
  }

  #unusedFor(item: Item, ageMs: number): boolean {
    return this.escalated || this.now - item.lastUsedAt >= ageMs;
  }
}

const sameItems = (some: readonly Item[], others: readonly Item[]): boolean =>
  some.length === others.length && some.every((item, i) => item === others[i]);

/**
 * True where the members can leave without hurting what a provider checks: each call has its result already (else the
 * result would arrive as an orphan), and neither calls nor results lack their other half.
 */
export function isAnswered(members: readonly Item[]): boolean {
  let calls = 0;
  let results = 0;
  for (const { kind } of members) {
    if (kind === "tool_call") calls++;
    else if (kind === "tool_result") results++;
  }
  return calls === 0 ? results === 0 : results >= calls;
}

/** The last `count` messages of a component, and the groups they belong to. */
function recentIds(items: readonly Item[], count: number): { ids: Set<string>; groups: Set<string> } {
  const ids = new Set<string>();
  const groups = new Set<string>();
  for (let i = items.length - 1; i >= 0 && ids.size < count; i--) {
    const item = items[i]!;
    if (!isSpoken(item)) continue;
    ids.add(item.id);
    if (item.group !== undefined) groups.add(item.group);
  }
  return { ids, groups };
}

const oldest = (a: Item, b: Item): number =>
  a.priority - b.priority || a.createdAt - b.createdAt || a.sequence - b.sequence;
const leastRecentlyUsed = (a: Item, b: Item): number =>
  a.priority - b.priority || a.lastUsedAt - b.lastUsedAt || a.sequence - b.sequence;
