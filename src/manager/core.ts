import { TokenBudgetError } from "../errors.ts";
import type { AccountState, Ledger } from "../ledger/ledger.ts";
import { Status, statusError } from "../ledger/status.ts";
import type { Adjusting } from "./adjusting-state.ts";
import type { Charge } from "./children.ts";
import { Cleaning } from "./cleaning.ts";
import { ComponentState } from "./component-state.ts";
import type { ItemStore } from "./item-store.ts";
import type { Journal } from "./journal.ts";
import { revokeIdle } from "./lending.ts";
import { noteUse } from "./mean-tokens.ts";
import type { Profile } from "./profile.ts";
import { noteRefusal, tellDenied } from "./refusals.ts";
import type { Reservations } from "./reservations.ts";
import { randomName, type Settings } from "./settings.ts";
import { step, underWay } from "./steps.ts";
import type { TokenBudgetManager } from "./token-budget-manager.ts";
import { serve } from "./waiting.ts";
import { Watch } from "./watch.ts";

/**
 * The state behind a manager, and the steps by which all of its rooms change the ledger. Parts that most managers never
 * use are made when first needed.
 */
export class Core {
  settings: Settings;
  readonly profile: Profile;
  readonly ledger: Ledger;
  readonly states: readonly ComponentState[];
  /** The ledger's number. */
  budget: number;
  total: number;
  /** When its first window began. */
  origin: number;
  closed = false;
  /** Once it is closed: when what it holds of its cleaner is released. */
  ended: Promise<void> | undefined = undefined;
  watch: Watch | undefined = undefined;
  items: ItemStore | undefined = undefined;
  reservations: Reservations | undefined = undefined;
  adjusting: Adjusting | undefined = undefined;
  /** What callers see of this. */
  manager: TokenBudgetManager | undefined = undefined;
  /** Where the total is charged, for a child. */
  readonly charge: Charge | undefined;
  #cleaning: Cleaning | undefined = undefined;
  #namespace: string | undefined = undefined;
  #children: Set<Core> | undefined = undefined;
  #time: number;
  /** The step of the last look at the clock; 0 where it was in none. */
  #looked = 0;

  constructor(
    settings: Settings,
    profile: Profile,
    budget: number,
    caps: readonly number[],
    total: number,
    origin: number,
    charge?: Charge,
  ) {
    this.settings = settings;
    this.profile = profile;
    this.ledger = settings.ledger;
    this.budget = budget;
    this.total = total;
    this.origin = origin;
    this.charge = charge;
    this.#time = origin;
    this.states = profile.rules.map((rule, index) => new ComponentState(rule, budget + 1 + index, caps[index]!));
  }

  /** Undefined where nothing was given that cleans. */
  get cleaning(): Cleaning | undefined {
    if (this.settings.cleaner !== undefined) this.#cleaning ??= new Cleaning(this, this.settings.cleaner);
    return this.#cleaning;
  }

  get namespace(): string {
    this.#namespace ??= this.settings.namespace ?? randomName();
    return this.#namespace;
  }

  set namespace(name: string) {
    this.#namespace = name;
  }

  get children(): Set<Core> {
    this.#children ??= new Set();
    return this.#children;
  }

  dropChild(child: Core): void {
    this.#children?.delete(child);
  }

  /** Begins to keep a journal: its first entry opens the budget with these caps. */
  watchJournal(journal: Journal | undefined, now: number, list: readonly number[]): void {
    if (journal === undefined) return;
    this.watch = new Watch(journal);
    const { charge, watch } = this;
    const caps = Object.fromEntries(this.states.map((state, index) => [state.rule.id, list[index]!]));
    const parent =
      charge === undefined ? undefined : ([charge.core.watch!.number, charge.state.rule.id] as [number, string]);
    const { windowMs } = this.settings;
    watch.record({ op: "open", b: watch.number, t: now, windowMs, caps, ...(parent === undefined ? {} : { parent }) });
  }

  /**
   * The time, which never goes back: what has expired stays so, and a journal replays. A child's is its parent's. In a step it
   * stands still: what a step has found open does not expire in the midst of it, and a clock that throws does so before anything
   * has changed.
   * @throws TokenBudgetError INVALID_ARGUMENT where the clock gives none.
   */
  now(): number {
    if (underWay !== 0 && this.#looked === underWay) return this.#time;
    const time = this.charge === undefined ? this.settings.now() : this.charge.core.now();
    if (time > this.#time) this.#time = time;
    this.#looked = underWay;
    return this.#time;
  }

  /** The last look at the clock was the first of the step that is under way. */
  #goOn(): void {
    this.#looked = underWay;
    if (this.charge !== undefined) this.charge.core.#goOn();
  }

  /** The time of the last look at the clock. */
  get time(): number {
    return this.#time;
  }

  /** What it is given has happened by `time`, whatever its clock shows: so it is later above it too, where its total is charged. */
  since(time: number): void {
    if (time > this.#time) this.#time = time;
    this.charge?.core.since(time);
  }

  /** @throws TokenBudgetError UNKNOWN_COMPONENT or CLOSED */
  state(component: string): ComponentState {
    const index = this.profile.chart.get(component);
    if (index === undefined || this.closed) throw this.#noState(component);
    return this.states[index]!;
  }

  #noState(component: unknown): TokenBudgetError {
    if (this.closed) return new TokenBudgetError("CLOSED", "the manager is closed");
    const known = this.profile.rules.map((rule) => rule.id);
    return typeof component === "string"
      ? new TokenBudgetError("UNKNOWN_COMPONENT", "no such component", { component, known })
      : new TokenBudgetError("UNKNOWN_COMPONENT", "a component's name must be a string", { known });
  }

  open(): void {
    if (this.closed) throw new TokenBudgetError("CLOSED", "the manager is closed");
  }

  read(state: ComponentState): AccountState {
    this.open();
    const read = this.ledger.read(state.account, this.now());
    if (!read.woke || this.reservations === undefined) return read;
    this.reservations.collect();
    // What has expired may have served others.
    return this.read(state);
  }

  available(state: ComponentState): number {
    const { cap, used, reserved } = this.read(state);
    return cap - used - reserved;
  }

  /** What has expired by now ends, and what comes of it: before a look at all of a budget. */
  catchUp(): void {
    if (this.reservations !== undefined) for (const state of this.states) this.read(state);
  }

  /** What a request could be granted at most if all else were freed: the cap, and what it has lent out. */
  reach(state: ComponentState): number {
    return this.read(state).cap + (this.adjusting?.lentBy(state) ?? 0);
  }

  /** Grants all tokens, or nothing: what is available then, or a status. A refusal counts as an exhaustion. */
  take(state: ComponentState, tokens: number): number {
    const now = this.now();
    const available = this.ledger.core.allocate(state.account, tokens, now);
    if (available >= state.wakeBelow && this.watch === undefined && this.reservations === undefined) return available;
    return step(() => {
      this.#goOn();
      return available >= 0 ? this.taken(state, tokens, available, now) : this.#refused(state, tokens, available, now);
    });
  }

  /** As `take`, for a request that has been refused before. */
  retake(state: ComponentState, tokens: number): number {
    this.open();
    const now = this.now();
    let available = this.ledger.core.retry(state.account, tokens, now);
    if (available < 0 && this.adjusting !== undefined && revokeIdle(this, state, tokens) > 0) {
      available = this.ledger.core.retry(state.account, tokens, now);
    }
    if (available >= 0) return this.taken(state, tokens, available, now);
    this.reservations?.collect();
    return available;
  }

  /** The rarer part of a grant: events, expiries, and the high edge. */
  taken(state: ComponentState, tokens: number, available: number, now: number): number {
    // The journal first: what has expired in this step may serve others, and they come after it.
    this.watch?.record({ op: "allocate", b: this.watch.number, t: now, c: state.rule.id, n: tokens });
    this.reservations?.collect();
    this.#booked(state, tokens, available, now);
    return available;
  }

  /** After a child was carved out of a component. The journal has it in the child's `open`. */
  charged(state: ComponentState, tokens: number, now: number): void {
    this.#booked(state, tokens, this.available(state), now);
  }

  #booked(state: ComponentState, tokens: number, available: number, now: number): void {
    this.watch?.emit("allocated", { at: now, component: state.rule.id, tokens, available });
    this.watch?.level(this, state, now);
    if (available < state.wakeBelow) this.cleaning?.passedHighEdge(this, state);
  }

  #refused(state: ComponentState, tokens: number, status: number, now: number): number {
    noteRefusal(this, state, tokens, status, now);
    if (this.adjusting !== undefined && revokeIdle(this, state, tokens) > 0) {
      const available = this.ledger.core.retry(state.account, tokens, now);
      if (available >= 0) return this.taken(state, tokens, available, now);
    }
    tellDenied(this, state, tokens, now, false);
    return status;
  }

  /**
   * Returns tokens to a component, and serves who waits for them. At least `state.held` must stay in use.
   * @throws TokenBudgetError INVALID_TOKENS where fewer plain tokens are in use; nothing has changed.
   */
  give(state: ComponentState, tokens: number): void {
    const now = this.now();
    const available = this.ledger.core.release(state.account, tokens, state.held, now);
    if (available < 0) throw statusError(available, { component: state.rule.id, tokens });
    if (available >= state.highRoom) state.wakeBelow = state.highRoom;
    const { watch, reservations, adjusting } = this;
    if (watch ?? reservations ?? adjusting ?? state.activity) step(() => this.#given(state, tokens, now));
  }

  /** The rarer part of a return, as `taken` is of a grant. */
  #given(state: ComponentState, tokens: number, now: number): void {
    this.#goOn();
    this.watch?.record({ op: "release", b: this.watch.number, t: now, c: state.rule.id, n: tokens });
    this.reservations?.collect();
    this.watch?.level(this, state, now);
    this.returned(state, tokens);
  }

  /** After tokens came back in any way: a cleanup in flight counts them, and waiters are served. */
  returned(state: ComponentState, tokens: number): void {
    const { activity } = state;
    if (activity !== undefined) {
      // Below the high edge again: the next allocation that passes it starts a cleanup.
      if (state.wakeBelow !== state.highRoom && this.available(state) >= state.highRoom)
        state.wakeBelow = state.highRoom;
      if (activity.run !== undefined) {
        activity.run.freed += tokens;
        activity.freed += tokens;
      }
      if (activity.waiters.length > 0) serve(this, state);
    }
    // Room that was lent is called back for those who wait for it, even if it was lent on.
    if ((this.adjusting?.loans.length ?? 0) === 0) return;
    for (const lender of this.states) {
      if (lender !== state && (lender.activity?.waiters.length ?? 0) > 0) serve(this, lender);
    }
  }

  /** Moves idle cap between components. @returns false where `from` has less idle. */
  move(from: ComponentState, to: ComponentState, tokens: number): boolean {
    this.open();
    const now = this.now();
    for (const state of [from, to]) noteUse(this, state);
    const status = this.ledger.core.call((wasm) => wasm.transfer(from.account, to.account, tokens, now));
    if (status === Status.noRoom) {
      this.reservations?.collect();
      return false;
    }
    if (status < 0) throw statusError(status);
    this.watch?.record({ op: "transfer", b: this.watch.number, t: now, from: from.rule.id, to: to.rule.id, n: tokens });
    this.reservations?.collect();
    for (const state of [from, to]) {
      state.setCap(this.read(state).cap);
      this.watch?.level(this, state, now);
    }
    // Who waits for room there is served, or whom it was borrowed from.
    this.returned(to, 0);
    return true;
  }
}
