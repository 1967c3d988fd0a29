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

/** What of a reading holds as long as the items do. */
interface Reading {
  readonly items: readonly Item[];
  readonly escalated: boolean;
  readonly mayEdit: (item: Item) => boolean;
  editable: readonly Item[] | undefined;
}

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
      const mayEdit = editableBy(host, items, kept);
      last = { items, escalated: options.escalated, mayEdit, editable: undefined };
    }
    return viewOf(host, request.component, last, options);
  };
}

function viewOf(host: CleanHost, component: string, reading: Reading, { escalated, goal }: ViewOptions): View {
  const { items, mayEdit } = reading;
  const now = host.now();
  const groups = new Map<string, readonly Item[]>();
  const members = (item: Item): readonly Item[] => {
    if (item.group === undefined) return [item];
    let found = groups.get(item.group);
    if (!found) {
      found = host.group(item.group);
      groups.set(item.group, found);
    }
    return found;
  };
  const mayRemove = (item: Item) => {
    const whole = members(item);
    return whole.every(mayEdit) && isAnswered(whole);
  };
  const old = (since: number, ageMs: number) => escalated || now - since >= ageMs;
  return {
    component,
    now,
    escalated,
    goal,
    items,
    get editable() {
      reading.editable ??= items.filter(mayEdit).sort(escalated ? leastRecentlyUsed : oldest);
      return reading.editable;
    },
    mayEdit,
    mayRemove,
    members,
    olderThan: (item, ageMs) => old(item.createdAt, ageMs),
    unusedFor: (item, ageMs) => old(item.lastUsedAt, ageMs),
  };
}

function editableBy(host: CleanHost, items: readonly Item[], keepRecent: number): (item: Item) => boolean {
  const fixed = fixedComponents(host);
  const recent = recentIds(items, keepRecent);
  return (item) =>
    !item.pinned &&
    !fixed(item.component) &&
    !recent.ids.has(item.id) &&
    (item.group === undefined || !recent.groups.has(item.group));
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

function fixedComponents(host: CleanHost): (component: string) => boolean {
  const known = new Map<string, boolean>();
  return (component) => {
    let fixed = known.get(component);
    if (fixed === undefined) {
      fixed = host.component(component).fixed;
      known.set(component, fixed);
    }
    return fixed;
  };
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
