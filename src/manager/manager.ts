import { checkObject } from "../errors.ts";
import { checkTokens } from "../ledger/status.ts";
import { type Adjustment, adjust, allocationsOf, type UsageHistory } from "./adjusting.ts";
import { type ChildOptions, closeCore, openChild } from "./children.ts";
import type { CleanReport, OriginalHit, OriginalSearch } from "./cleaner.ts";
import { type CleanupOptions, cleanup, idle, planCleanup, searchOriginals } from "./cleaning.ts";
import { put, putBatch, recall, remove, revise, tryPut } from "./content.ts";
import type { Core } from "./core.ts";
import { checkListener, type EventName, type Listener } from "./events.ts";
import type { Item, ItemInput } from "./item.ts";
import { reportOf, type UtilizationReport } from "./report.ts";
import type { Reservation, ReserveOptions } from "./reservations.ts";
import { reserve, reserveTokens } from "./reserve.ts";
import { restore } from "./restore.ts";
import { type ManagerSnapshot, snapshotOf } from "./snapshot.ts";
import { step } from "./steps.ts";
import type { TokenBudgetManager } from "./token-budget-manager.ts";
import type { WaitOptions } from "./wait-options.ts";
import { obtain } from "./waiting.ts";
import { Watch } from "./watch.ts";

/** {@link TokenBudgetManager} on a core: each method is one call of the file that does it. */
export class Manager implements TokenBudgetManager {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
    core.manager = this;
  }

  get totalBudget(): number {
    return this.#core.total;
  }

  get allocations(): Readonly<Record<string, number>> {
    return allocationsOf(this.#core);
  }

  get currentUsage(): Readonly<Record<string, number>> {
    this.#core.catchUp();
    const used = () => this.#core.states.map((state) => [state.rule.id, this.#core.read(state).used] as const);
    return Object.fromEntries(step(used));
  }

  get namespace(): string {
    return this.#core.namespace;
  }

  async allocateTokens(component: string, tokens: number, options?: WaitOptions): Promise<number> {
    const state = this.#core.state(component);
    checkTokens(tokens);
    return obtain(this.#core, state, { need: () => tokens }, options);
  }

  tryAllocate(component: string, tokens: number): number {
    const state = this.#core.state(component);
    checkTokens(tokens);
    return this.#core.take(state, tokens) < 0 ? 0 : tokens;
  }

  release(component: string, tokens: number): void {
    const state = this.#core.state(component);
    checkTokens(tokens);
    this.#core.give(state, tokens);
  }

  reserve(component: string, tokens: number, options: ReserveOptions = {}): Reservation {
    return reserve(this.#core, component, tokens, options);
  }

  reserveTokens(component: string, tokens: number, options: ReserveOptions & WaitOptions = {}): Promise<Reservation> {
    return reserveTokens(this.#core, component, tokens, options);
  }

  reservation(id: string): Reservation | undefined {
    this.#core.open();
    const known = this.#core.reservations?.get(id);
    return known?.state === "open" ? known : undefined;
  }

  child(component: string, options: ChildOptions): TokenBudgetManager {
    return new Manager(openChild(this.#core, component, options));
  }

  get children(): readonly TokenBudgetManager[] {
    return [...this.#core.children].map((child) => child.manager!);
  }

  put(component: string, item: ItemInput, options?: WaitOptions): Promise<Item> {
    return put(this.#core, component, item, options);
  }

  tryPut(component: string, item: ItemInput): Item | undefined {
    return tryPut(this.#core, component, item);
  }

  putBatch(component: string, items: readonly ItemInput[], options?: WaitOptions): Promise<readonly Item[]> {
    return putBatch(this.#core, component, items, options);
  }

  remove(id: string): Item {
    return remove(this.#core, id);
  }

  touch(id: string, at: number = this.#core.now()): Item {
    return revise(this.#core, id, { lastUsedAt: at });
  }

  pin(id: string, pinned = true): Item {
    return revise(this.#core, id, { pinned });
  }

  get(id: string): Item | undefined {
    this.#core.open();
    return this.#core.items?.get(id);
  }

  items(component?: string): readonly Item[] {
    this.#core.open();
    // Not in the argument of a call that is left out where there are no items: a wrong name is an error there too.
    const index = component === undefined ? undefined : this.#core.state(component).rule.index;
    return (index === undefined ? this.#core.items?.all() : this.#core.items?.list(index)) ?? [];
  }

  async cleanupComponent(component: string, options: CleanupOptions = {}): Promise<CleanReport> {
    return cleanup(this.#core, this.#core.state(component), options);
  }

  async idle(): Promise<void> {
    return idle(this.#core);
  }

  async plan(component: string, need = 0, options: Omit<CleanupOptions, "need"> = {}): Promise<CleanReport> {
    const state = this.#core.state(component);
    checkObject(options);
    return planCleanup(this.#core, state, { ...options, need });
  }

  async recall(ref: string, options?: WaitOptions): Promise<Item> {
    return recall(this.#core, ref, options);
  }

  async search(query: string, options?: OriginalSearch): Promise<readonly OriginalHit[]> {
    return searchOriginals(this.#core, query, options);
  }

  adjustAllocations(history?: UsageHistory): Adjustment {
    return step(() => adjust(this.#core, history));
  }

  getUtilizationReport(): UtilizationReport {
    this.#core.catchUp();
    return step(() => reportOf(this.#core));
  }

  snapshot(): ManagerSnapshot {
    this.#core.catchUp();
    return step(() => snapshotOf(this.#core));
  }

  restore(snapshot: ManagerSnapshot): void {
    step(() =>
      restore(this.#core, snapshot, (core) => {
        new Manager(core);
      }),
    );
  }

  on<Name extends EventName>(event: Name, listener: Listener<Name>): () => void {
    this.#core.open();
    checkListener(event, listener);
    this.#core.watch ??= new Watch();
    if (event === "threshold" && !this.#core.watch.hears(event)) this.#core.watch.learn(this.#core);
    return this.#core.watch.listeners.add(event, listener);
  }

  async close(): Promise<void> {
    closeCore(this.#core);
    await this.#core.ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
