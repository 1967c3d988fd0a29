import { TokenBudgetError } from "../errors.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { checkTokens, checkTtl, Status } from "../ledger/status.ts";
import type { ComponentState } from "./component-state.ts";
import type { Core } from "./core.ts";
import { revokeIdle } from "./lending.ts";
import { exceeded, tellDenied } from "./refusals.ts";
import { step } from "./steps.ts";

/** Options of a reservation. */
export interface ReserveOptions {
  /** While a reservation with this id is open, asking again for the same gives the same one. Made up when absent. */
  readonly id?: string;
  /** It ends by itself after this time, in milliseconds. Default: the manager's `reservationTtlMs`. */
  readonly ttlMs?: number;
}

/**
 * Tokens that are held until they are settled, released, or their time has passed. `manager.reserve` makes one. Cost: 64
 * bytes of the ledger; each method is one call of it.
 * @example
 * let now = 0;
 * const manager = await createTokenBudgetManager({ total: 10_000, now: () => now });
 * const room = manager.reserve("interaction_buffer", 1_000, { ttlMs: 60_000 });
 * [room.state, room.tokens, room.expiresAt]; // => ["open", 1000, 60000]
 */
export class Reservation {
  readonly id: string;
  readonly component: string;
  readonly tokens: number;
  readonly #core: Core;
  readonly #state: ComponentState;
  /** The ledger's handle; 0 once it has ended. */
  #handle: number;
  #ending: "settled" | "released" | "expired" | undefined;

  constructor(core: Core, state: ComponentState, id: string, tokens: number, handle: number) {
    this.id = id;
    this.component = state.rule.id;
    this.tokens = tokens;
    this.#core = core;
    this.#state = state;
    this.#handle = handle;
  }

  /** Where it stands now, by the manager's clock. */
  get state(): "open" | "settled" | "released" | "expired" {
    if (this.#ending === undefined && !this.#core.closed) this.#core.read(this.#state);
    return this.#ending ?? "open";
  }

  /** When it ends by itself, on the manager's clock; -1 once it has ended. */
  get expiresAt(): number {
    return step(() => (this.state === "open" ? this.#core.ledger.core.call((wasm) => wasm.expiry(this.#handle)) : -1));
  }

  /**
   * Turns it into use of `actual` tokens. More than it holds is granted by the same check as any request.
   * @param actual whole tokens from 0; default all that it holds.
   * @returns `actual`
   * @throws BudgetExceededError where the rest does not fit, and it stays open; UNKNOWN_RESERVATION where it has ended.
   * @example
   * room.settle(730); // => 730
   * room.state; // => "settled"
   * room.settle(730); // throws UNKNOWN_RESERVATION
   */
  settle(actual: number = this.tokens): number {
    checkTokens(actual, "actual");
    return step(() => this.#settle(actual));
  }

  #settle(actual: number): number {
    this.#live();
    const core = this.#core;
    const now = core.now();
    let status = core.ledger.core.settle(this.#handle, actual, now);
    const extra = actual - this.tokens;
    if (status === Status.noRoom || status === Status.overCap) {
      if (status === Status.noRoom) {
        this.#state.noteExhaustion(now);
        core.watch?.record({ op: "refuse-settle", b: core.watch.number, t: now, id: this.id, n: actual });
      }
      // A second refusal of the same request is no second exhaustion, so it is foreseen here.
      if (revokeIdle(core, this.#state, extra) > 0 && core.available(this.#state) >= extra) {
        status = core.ledger.core.settle(this.#handle, actual, now);
      }
      if (status < 0) {
        tellDenied(core, this.#state, extra, now, true);
        throw exceeded(core, this.#state, extra, 0);
      }
    }
    if (status < 0) this.#lost();
    this.#end("settled");
    core.watch?.record({ op: "settle", b: core.watch.number, t: now, id: this.id, n: actual });
    core.reservations?.collect();
    core.watch?.emit("allocated", { at: now, component: this.component, tokens: actual, available: status });
    core.watch?.level(core, this.#state, now);
    if (extra < 0) core.returned(this.#state, -extra);
    if (status < this.#state.wakeBelow) core.cleaning?.passedHighEdge(core, this.#state);
    return actual;
  }

  /**
   * Ends it without use.
   * @returns the tokens that came back: 0 where it had ended before.
   * @example [room.release(), room.release()]; // => [1000, 0]
   */
  release(): number {
    return step(() => {
      if (this.state !== "open" || this.#core.closed) return 0;
      const core = this.#core;
      const now = core.now();
      const tokens = core.ledger.core.call((wasm) => wasm.cancel(this.#handle, now));
      if (tokens < 0) this.#lost();
      this.#end("released");
      core.watch?.record({ op: "cancel", b: core.watch.number, t: now, id: this.id });
      core.watch?.level(core, this.#state, now);
      core.returned(this.#state, tokens);
      return tokens;
    });
  }

  /**
   * Lets it end `ms` milliseconds from now, in place of when it would have.
   * @throws TokenBudgetError UNKNOWN_RESERVATION where it has ended, INVALID_ARGUMENT for a time that is none.
   * @example
   * now = 50_000;
   * room.extend(60_000);
   * room.expiresAt; // => 110000
   * now = 110_000;
   * room.state; // => "expired"
   */
  extend(ms: number): void {
    checkTtl(ms);
    step(() => this.#extend(ms));
  }

  #extend(ms: number): void {
    this.#live();
    const core = this.#core;
    const now = core.now();
    // Beside a large time a small one may be nothing.
    checkTtl(now + ms - now);
    const tokens = core.ledger.core.call((wasm) => wasm.extend(this.#handle, now + ms, now));
    if (tokens < 0) this.#lost();
    core.watch?.record({ op: "extend", b: core.watch.number, t: now, id: this.id, until: jsonTime(now + ms) });
  }

  // What follows is the manager's; it is static so that no holder of a reservation meets it.

  /** @internal The ledger's handle. */
  static handleOf(reservation: Reservation): number {
    return reservation.#handle;
  }

  /** @internal The ledger has let it expire. */
  static expired(reservation: Reservation): void {
    reservation.#end("expired");
  }

  /** @internal What comes of that, once all of them have ended. */
  static tellExpired(reservation: Reservation): void {
    const { component, id, tokens } = reservation;
    const core = reservation.#core;
    const state = reservation.#state;
    const now = core.now();
    core.watch?.emit("expired", { at: now, component, id, tokens });
    core.watch?.level(core, state, now);
    core.returned(state, tokens);
  }

  /** @internal The manager was closed, and the ledger has ended it. */
  static closed(reservation: Reservation): void {
    reservation.#end("released");
  }

  #live(): void {
    this.#core.open();
    if (this.state !== "open") this.#gone();
  }

  #gone(): never {
    throw new TokenBudgetError("UNKNOWN_RESERVATION", `the reservation has ${this.#ending}`, {
      state: this.#ending,
      component: this.component,
    });
  }

  /** The ledger does not know it any more: it has expired in this very step. */
  #lost(): never {
    this.#core.reservations?.collect();
    if (this.#ending === undefined) this.#end("expired");
    this.#gone();
  }

  #end(ending: "settled" | "released" | "expired"): void {
    this.#core.reservations?.forget(this);
    this.#ending = ending;
    this.#handle = 0;
  }
}

type LedgerCore = Ledger["core"];

/** Open reservations by the ledger's handles: what a ledger has let expire may belong to any manager on it. */
const openIn = new WeakMap<LedgerCore, Map<number, Reservation>>();

/** The open reservations of a manager. */
export class Reservations {
  readonly #byId = new Map<string, Reservation>();
  readonly #byHandle: Map<number, Reservation>;
  readonly #ledger: LedgerCore;
  #made = 0;

  constructor(ledger: LedgerCore) {
    this.#ledger = ledger;
    this.#byHandle = openIn.get(ledger) ?? new Map();
    openIn.set(ledger, this.#byHandle);
  }

  get open(): readonly Reservation[] {
    return [...this.#byId.values()];
  }

  get(id: string): Reservation | undefined {
    return this.#byId.get(id);
  }

  add(reservation: Reservation): Reservation {
    this.#byId.set(reservation.id, reservation);
    this.#byHandle.set(Reservation.handleOf(reservation), reservation);
    return reservation;
  }

  forget(reservation: Reservation): void {
    this.#byId.delete(reservation.id);
    this.#byHandle.delete(Reservation.handleOf(reservation));
  }

  newId(): string {
    for (;;) {
      const id = `r${++this.#made}`;
      if (!this.#byId.has(id)) return id;
    }
  }

  /** Ends what the ledger has let expire since the last look, whoever holds it. */
  collect(): void {
    const ledger = this.#ledger;
    if (ledger.expired === 0) return;
    const { handles, all } = ledger.takeExpired();
    const gone = all
      ? handles.flatMap((handle) => this.#byHandle.get(handle) ?? [])
      : [...this.#byHandle.values()].filter((each) =>
          Number.isNaN(ledger.call((wasm) => wasm.expiry(Reservation.handleOf(each)))),
        );
    // All of them have ended before anybody is told of one, or a clock throws.
    for (const reservation of gone) Reservation.expired(reservation);
    step(() => {
      for (const reservation of gone) Reservation.tellExpired(reservation);
    });
  }
}

export const jsonTime = (time: number): number | null => (Number.isFinite(time) ? time : null);
