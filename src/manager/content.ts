import { TokenBudgetError } from "../errors.ts";
import { checkTime, maxTokens } from "../ledger/status.ts";
import type { ComponentState } from "./component-state.ts";
import type { Core } from "./core.ts";
import { booked, type Count } from "./counting.ts";
import { type Item, type ItemInput, spokenKinds } from "./item.ts";
import { readInput } from "./item-input.ts";
import { callOf, ItemStore } from "./item-store.ts";
import { exceeded } from "./refusals.ts";
import { step } from "./steps.ts";
import { checkWait, unlessAborted, type WaitOptions } from "./wait-options.ts";
import { type Demand, obtain } from "./waiting.ts";

export function storeOf(core: Core): ItemStore {
  core.items ??= new ItemStore(core.profile.chart);
  return core.items;
}

/** An item on its way in: counted, with its place in the order, and not yet kept. */
interface Draft {
  readonly input: ItemInput;
  /** Undefined where it is made up when the item is kept. */
  readonly id: string | undefined;
  readonly sequence: number;
  /** Its place in the order of calls: of what comes back from an archive, not that of the item. */
  readonly call: number;
  readonly count: Count;
}

/** Whether the item that has the draft's id was put by a later call, whose text was counted sooner. */
const isOutrun = (there: Item, draft: Draft): boolean => callOf(there) > draft.call;

/**
 * Items that are booked and kept in one step. Those whose ids are there already replace them, and book the difference; of
 * calls that overlap, the last one's text stays.
 */
class Entry implements Demand {
  readonly whole = true;
  items: Item[] = [];
  /** An id was taken by another component while this waited. */
  clash = false;
  readonly #core: Core;
  readonly #state: ComponentState;
  readonly #drafts: () => readonly Draft[];

  /** @param drafts asked anew in each step: where an original goes depends on what has its place by then. */
  constructor(core: Core, state: ComponentState, drafts: () => readonly Draft[]) {
    this.#core = core;
    this.#state = state;
    this.#drafts = drafts;
  }

  need(): number {
    const store = this.#core.items!;
    let need = 0;
    for (const draft of this.#drafts()) {
      const there = draft.id === undefined ? undefined : store.get(draft.id);
      if (there === undefined) need += booked(draft.count);
      else if (!isOutrun(there, draft)) need += booked(draft.count) - there.tokens;
    }
    return Math.max(0, need);
  }

  arriving(): number {
    const store = this.#core.items!;
    return this.#drafts().filter(
      ({ id, input }) => (id === undefined || store.get(id) === undefined) && spokenKinds.has(input.kind ?? "text"),
    ).length;
  }

  granted(tokens: number): void {
    const store = this.#core.items!;
    const state = this.#state;
    const drafts = this.#drafts();
    const there = (id: string | undefined) => (id === undefined ? undefined : store.get(id));
    this.clash = drafts.some(({ id }) => (there(id)?.component ?? state.rule.id) !== state.rule.id);
    let rest = tokens;
    if (!this.clash) {
      this.items = drafts.map((draft) => {
        const old = there(draft.id);
        if (old !== undefined && isOutrun(old, draft)) return old;
        const id = draft.id ?? store.freshId(draft.sequence);
        const item = itemOf(draft, id, state.rule.id, this.#core.time, old);
        store.set(item, draft.call);
        const grown = item.tokens - (old?.tokens ?? 0);
        state.held += grown;
        rest -= grown;
        return item;
      });
    }
    if (rest > 0) this.#core.give(state, rest);
  }

  kept(): readonly Item[] {
    if (!this.clash) return this.items;
    throw new TokenBudgetError("INVALID_ARGUMENT", "an item with this id is in another component", { name: "id" });
  }
}

function itemOf(draft: Draft, id: string, component: string, now: number, old: Item | undefined): Item {
  const { input, sequence, count } = draft;
  const createdAt = input.createdAt ?? now;
  const { text, role, group, taskId, taskState, agentId, agentState, metadata } = input;
  return {
    id,
    component,
    kind: input.kind ?? "text",
    text,
    tokens: booked(count),
    ...(typeof count === "number" ? undefined : { estimate: count }),
    ...(role === undefined ? undefined : { role }),
    createdAt,
    lastUsedAt: input.lastUsedAt ?? createdAt,
    pinned: input.pinned ?? false,
    priority: input.priority ?? 0,
    ...(group === undefined ? undefined : { group }),
    ...(taskId === undefined ? undefined : { taskId }),
    ...(taskState === undefined ? undefined : { taskState }),
    ...(agentId === undefined ? undefined : { agentId }),
    ...(agentState === undefined ? undefined : { agentState }),
    ...(metadata === undefined ? undefined : { metadata }),
    version: old === undefined ? 1 : old.version + 1,
    sequence: old?.sequence ?? sequence,
  };
}

/** @param sequence taken at the call from `store`: where a restore came meanwhile, it is the first call after that. */
function draftOf(core: Core, store: ItemStore, input: ItemInput, count: Count, sequence: number): Draft {
  const call = core.items === store ? sequence : core.items!.nextSequence();
  return { input, id: input.id, sequence: call, call, count };
}

export async function put(core: Core, component: string, given: ItemInput, options?: WaitOptions): Promise<Item> {
  const state = core.state(component);
  const store = storeOf(core);
  const input = readInput(store, component, given);
  if (options !== undefined) checkWait(core, options);
  const counted = core.settings.counting.count(input.text);
  const sequence = store.nextSequence();
  return store.naming([input], async () => {
    const count = counted instanceof Promise ? await unlessAborted(counted, options?.signal) : counted;
    core.open();
    const drafts = [draftOf(core, store, input, count, sequence)];
    const entry = new Entry(core, state, () => drafts);
    await obtain(core, state, entry, options);
    return entry.kept()[0]!;
  });
}

export async function putBatch(
  core: Core,
  component: string,
  given: readonly ItemInput[],
  options?: WaitOptions,
): Promise<readonly Item[]> {
  const state = core.state(component);
  const store = storeOf(core);
  if (!Array.isArray(given)) {
    throw new TokenBudgetError("INVALID_ARGUMENT", "the items of a batch must be an array", { name: "items" });
  }
  const inputs = Array.from(given, (input) => readInput(store, component, input));
  if (options !== undefined) checkWait(core, options);
  const ids = inputs.flatMap(({ id }) => (id === undefined ? [] : [id]));
  if (new Set(ids).size < ids.length) {
    throw new TokenBudgetError("INVALID_ARGUMENT", "two items of a batch have the same id", { name: "id" });
  }
  const sequences = inputs.map(() => store.nextSequence());
  return store.naming(inputs, async () => {
    const counted = core.settings.counting.countAll(inputs.map(({ text }) => text));
    const counts = await unlessAborted(counted, options?.signal);
    core.open();
    const sum = counts.reduce((tokens: number, count) => tokens + booked(count), 0);
    // More than any cap; and in 32 bits, as the ledger takes it, it could be little.
    if (sum > maxTokens) throw exceeded(core, state, sum, 0);
    const drafts = inputs.map((input, index) => draftOf(core, store, input, counts[index]!, sequences[index]!));
    const entry = new Entry(core, state, () => drafts);
    await obtain(core, state, entry, options);
    return entry.kept();
  });
}

export function tryPut(core: Core, component: string, given: ItemInput): Item | undefined {
  const state = core.state(component);
  const store = storeOf(core);
  const input = readInput(store, component, given);
  const count = core.settings.counting.countSync(input.text);
  core.open();
  const drafts = [draftOf(core, store, input, count, store.nextSequence())];
  const entry = new Entry(core, state, () => drafts);
  return step(() => {
    const need = entry.need();
    if (core.take(state, need) < 0) return undefined;
    entry.granted(need);
    return entry.kept()[0];
  });
}

/** @throws TokenBudgetError UNKNOWN_ITEM */
export function itemNamed(core: Core, id: string): Item {
  core.open();
  const item = core.items?.get(id);
  if (item === undefined) throw new TokenBudgetError("UNKNOWN_ITEM", "no such item", {});
  return item;
}

export function remove(core: Core, id: string): Item {
  const item = itemNamed(core, id);
  const state = core.state(item.component);
  return step(() => {
    // The clock may throw: then nothing has changed.
    core.now();
    core.items!.remove(item);
    state.held -= item.tokens;
    core.give(state, item.tokens);
    return item;
  });
}

/** Puts a changed record in the place of an item; its text and tokens stay. @throws UNKNOWN_ITEM, INVALID_ARGUMENT */
export function revise(core: Core, id: string, change: Partial<Pick<Item, "lastUsedAt" | "pinned">>): Item {
  const { lastUsedAt = 0, pinned = false } = change;
  checkTime(lastUsedAt, "at");
  if (typeof pinned !== "boolean") {
    throw new TokenBudgetError("INVALID_ARGUMENT", "pinned must be true or false", { name: "pinned" });
  }
  const item = { ...itemNamed(core, id), ...change };
  core.items!.set(item);
  return item;
}

/** Brings an archived original back: in the place of what stands for it, else as the item that it was. */
export async function recall(core: Core, ref: string, options?: WaitOptions): Promise<Item> {
  core.open();
  if (options !== undefined) checkWait(core, options);
  const original = await core.cleaning?.cleaner.original(ref);
  core.open();
  if (original === undefined) throw new TokenBudgetError("UNKNOWN_REF", "the archive has nothing under this reference");
  const { text, item } = original;
  const state = core.state(item.component);
  const present = storeOf(core).get(item.id);
  // It is back already, or was never gone: a second copy would only take room.
  if (present !== undefined && present.text === text && present.component === item.component) {
    return revise(core, item.id, { lastUsedAt: core.now() });
  }
  const counted = core.settings.counting.count(text);
  const count = counted instanceof Promise ? await unlessAborted(counted, options?.signal) : counted;
  core.open();
  const { id, ...rest } = item;
  const input: ItemInput = { ...rest, text, lastUsedAt: core.now() };
  const call = core.items!.sequence;
  const own = { input: { ...input, id }, id, sequence: item.sequence, call, count };
  let other: Draft | undefined;
  const entry = new Entry(core, state, () => {
    // Its id may belong to something else by the time that there is room; then it comes back under a new one, at the end.
    const items = core.items!;
    const live = items.get(id);
    if (live === undefined || live.ref === ref) return [own];
    other ??= draftOf(core, items, input, count, items.nextSequence());
    return [other];
  });
  await obtain(core, state, entry, options);
  return entry.kept()[0]!;
}
