import { checkTokens } from "../ledger/status.ts";
import { type Adjustment, adjust, allocationsOf, type UsageHistory } from "./adjusting.ts";
import { type ChildOptions, closeCore, closed, openChild } from "./children.ts";
import type { CleanReport, OriginalHit, OriginalSearch } from "./cleaner.ts";
import { type CleanupOptions, cleanup, idle, planCleanup, searchOriginals } from "./cleaning.ts";
import { put, putBatch, recall, remove, revise, tryPut } from "./content.ts";
import type { Core } from "./core.ts";
import type { EventName, Listener } from "./events.ts";
import type { Item, ItemInput } from "./item.ts";
import { reportOf, type UtilizationReport } from "./report.ts";
import { type Reservation, type ReserveOptions, reserve, reserveTokens } from "./reserve.ts";
import { restore } from "./restore.ts";
import { type ManagerSnapshot, snapshotOf } from "./snapshot.ts";
import { obtain, type WaitOptions } from "./waiting.ts";
import { Watch } from "./watch.ts";

/**
 * The token budget of one session. Every grant is booked in the ledger in the step that checks it: used + reserved of a
 * component never exceeds its cap, and the caps sum to the total. A call that is refused or wrong changes nothing.
 * Made by `createTokenBudgetManager`. All methods throw CLOSED once it is closed.
 */
export class TokenBudgetManager {
  readonly #core: Core;

  /** @internal */
  constructor(core: Core) {
    this.#core = core;
    core.manager = this;
  }

  /** Tokens that all components share. */
  get totalBudget(): number {
    return this.#core.total;
  }

  /** Share of each component now. */
  get allocations(): Readonly<Record<string, number>> {
    return allocationsOf(this.#core);
  }

  /** Tokens in use, by component. */
  get currentUsage(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#core.states.map((state) => [state.rule.id, this.#core.read(state).used]));
  }

  /** Names this session in an archive. */
  get namespace(): string {
    return this.#core.namespace;
  }

  /**
   * Grants tokens; where they do not fit, frees some by cleanup and tries again, for as many rounds as free something,
   * at most `maxPasses`. Callers that wait are served in order. More than the cap is refused before anything is cleaned.
   * @param tokens a whole number from 0 to 2^31 - 1.
   * @returns the tokens granted: all, or with `onShortfall: "partial"` what there was.
   * @throws BudgetExceededError, ABORTED or DEADLINE with nothing booked; UNKNOWN_COMPONENT, INVALID_TOKENS.
   * @example await manager.allocateTokens("working_memory", 1200) // 1200
   */
  async allocateTokens(component: string, tokens: number, options?: WaitOptions): Promise<number> {
    const state = this.#core.state(component);
    checkTokens(tokens);
    return obtain(this.#core, state, { need: () => tokens }, options);
  }

  /**
   * Grants all tokens at once, or nothing: no cleanup. It does not queue behind callers that wait.
   * @returns `tokens`, or 0.
   * Cost: one call of the ledger.
   * @example manager.tryAllocate("system_context", 800) // 800
   */
  tryAllocate(component: string, tokens: number): number {
    const state = this.#core.state(component);
    checkTokens(tokens);
    return this.#core.take(state, tokens) < 0 ? 0 : tokens;
  }

  /** Returns tokens that were allocated without an item. @throws INVALID_TOKENS where fewer are in use; nothing changes. */
  release(component: string, tokens: number): void {
    const state = this.#core.state(component);
    checkTokens(tokens);
    this.#core.give(state, tokens);
  }

  /**
   * Holds tokens until they are settled, released, or their time has passed (looked at when the component is next used).
   * @returns the reservation; the same one where `id` is open already.
   * @throws BudgetExceededError where they do not fit (no cleanup is tried: see {@link reserveTokens}).
   */
  reserve(component: string, tokens: number, options: ReserveOptions = {}): Reservation {
    return reserve(this.#core, component, tokens, options);
  }

  /** As {@link reserve}, with the cleanups and the order of {@link allocateTokens}. A part is never held. */
  async reserveTokens(
    component: string,
    tokens: number,
    options: ReserveOptions & WaitOptions = {},
  ): Promise<Reservation> {
    return reserveTokens(this.#core, component, tokens, options);
  }

  /** The open reservation with this id. */
  reservation(id: string): Reservation | undefined {
    return this.#core.reservations?.get(id);
  }

  /**
   * Carves a budget for a sub-agent out of a component. What it was given is in use here until it is closed, and then
   * comes back once; 0 tokens are no tokens. Closing a manager closes its children.
   * @throws BudgetExceededError where it does not fit.
   */
  child(component: string, options: ChildOptions): TokenBudgetManager {
    return new TokenBudgetManager(openChild(this.#core, component, options));
  }

  /** The open children. */
  get children(): readonly TokenBudgetManager[] {
    return [...this.#core.children].map((child) => child.manager!);
  }

  /**
   * Counts an item's text, books it and keeps it, in one step, with the cleanups and the order of {@link allocateTokens}.
   * An item with an id that is there replaces the old one in its place; the difference is booked.
   * @returns the item as kept. @throws as {@link allocateTokens}; INVALID_TEXT, INVALID_ARGUMENT. A part is never kept.
   */
  async put(component: string, item: ItemInput, options?: WaitOptions): Promise<Item> {
    return put(this.#core, component, item, options);
  }

  /** As {@link put} at once and without cleanup. @returns undefined where it does not fit. @throws ASYNC_COUNTER */
  tryPut(component: string, item: ItemInput): Item | undefined {
    return tryPut(this.#core, component, item);
  }

  /** As {@link put}, for many: all are kept, or none. */
  async putBatch(component: string, items: readonly ItemInput[], options?: WaitOptions): Promise<readonly Item[]> {
    return putBatch(this.#core, component, items, options);
  }

  /** Drops an item and returns its tokens. @throws UNKNOWN_ITEM */
  remove(id: string): Item {
    return remove(this.#core, id);
  }

  /** Notes that an item was used, now or at a time of the manager's clock. @throws UNKNOWN_ITEM */
  touch(id: string, at: number = this.#core.now()): Item {
    return revise(this.#core, id, { lastUsedAt: at });
  }

  /** A pinned item is never edited or removed by a cleanup. @throws UNKNOWN_ITEM */
  pin(id: string, pinned = true): Item {
    return revise(this.#core, id, { pinned });
  }

  get(id: string): Item | undefined {
    this.#core.open();
    return this.#core.items?.get(id);
  }

  /** Items in order of arrival, of one component or of all. */
  items(component?: string): readonly Item[] {
    if (component !== undefined) return this.#core.items?.list(this.#core.state(component).rule.index) ?? [];
    this.#core.open();
    return this.#core.items?.all() ?? [];
  }

  /**
   * Frees tokens of a component now: to the low edge of its band, or until `need` tokens are available. A cleanup of it
   * that is running is shared. With no cleaner nothing is freed. @throws COMPONENT_FIXED, or what the cleaner threw.
   */
  async cleanupComponent(component: string, options: CleanupOptions = {}): Promise<CleanReport> {
    return cleanup(this.#core, this.#core.state(component), options);
  }

  /**
   * Resolves once no cleanup of this manager is under way. A call that waited for room is served as soon as there is enough,
   * while its cleanup goes on to the low edge of the band: who wants the same result each time waits for that too.
   */
  async idle(): Promise<void> {
    return idle(this.#core);
  }

  /** What a cleanup for `need` tokens would do. Changes nothing. */
  async plan(component: string, need = 0, options: Omit<CleanupOptions, "need"> = {}): Promise<CleanReport> {
    checkTokens(need, "need");
    return planCleanup(this.#core, this.#core.state(component), { ...options, need });
  }

  /** Brings back what a cleanup archived: books its tokens first. @throws UNKNOWN_REF, or as {@link put}. */
  async recall(ref: string, options?: WaitOptions): Promise<Item> {
    return recall(this.#core, ref, options);
  }

  /**
   * Finds what cleanups archived in this session, by plain text in any language, best first.
   * @returns references with their tokens and a snippet; none where there is no cleaner. @throws as the archive does.
   * @example await manager.search("missing key", { limit: 3 })
   */
  async search(query: string, options?: OriginalSearch): Promise<readonly OriginalHit[]> {
    return searchOriginals(this.#core, query, options);
  }

  /**
   * Moves shares by the policy, from what the manager has measured over the last window or from `history`. Each rule
   * fires once a window, and returns to base once its cause was absent for one. The caps keep their sum.
   */
  adjustAllocations(history?: UsageHistory): Adjustment {
    return adjust(this.#core, history);
  }

  getUtilizationReport(): UtilizationReport {
    return reportOf(this.#core);
  }

  /** Everything the manager holds, as JSON: ledger, items, reservations, rules in force, children. */
  snapshot(): ManagerSnapshot {
    return snapshotOf(this.#core);
  }

  /**
   * Puts a snapshot of a manager with the same components in the place of all that this one holds. Its old children are
   * closed and its old reservations end. @throws BAD_SNAPSHOT, or INVALID_ARGUMENT while callers wait; nothing changes.
   */
  restore(snapshot: ManagerSnapshot): void {
    restore(this.#core, snapshot, (core) => {
      new TokenBudgetManager(core);
    });
  }

  /** @returns a function that ends the listening. */
  on<Name extends EventName>(event: Name, listener: Listener<Name>): () => void {
    this.#core.open();
    this.#core.watch ??= new Watch();
    if (event === "threshold" && !this.#core.watch.hears(event)) this.#core.watch.learn(this.#core);
    return this.#core.watch.listeners.add(event, listener);
  }

  /**
   * Closes it and its children at once: waiters are refused with CLOSED, reservations end, a child's tokens return to its
   * parent. @returns when running cleanups have ended and the cleaner is closed. A second call does nothing more.
   */
  async close(): Promise<void> {
    const children = this.#core.closed ? [] : [...this.#core.children];
    closeCore(this.#core);
    await closed(this.#core, children);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
