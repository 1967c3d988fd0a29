import { checkObject, TokenBudgetError } from "../errors.ts";
import { checkTokens, checkTtl, Status, statusError } from "../ledger/status.ts";
import type { ComponentState } from "./component-state.ts";
import type { Core } from "./core.ts";
import { revokeIdle } from "./lending.ts";
import { exceeded, tellDenied } from "./refusals.ts";
import { jsonTime, Reservation, Reservations, type ReserveOptions } from "./reservations.ts";
import { step } from "./steps.ts";
import type { WaitOptions } from "./wait-options.ts";
import { type Demand, obtain } from "./waiting.ts";

/** @throws BudgetExceededError, UNKNOWN_COMPONENT, INVALID_TOKENS or INVALID_ARGUMENT; nothing was held. */
export function reserve(core: Core, component: string, tokens: number, options: ReserveOptions): Reservation {
  const state = core.state(component);
  checkTokens(tokens);
  checkReserve(options);
  return step(() => {
    const held = sameReservation(core, state, tokens, options) ?? hold(core, state, tokens, options);
    // The figures of the refusal, before listeners change them.
    if (typeof held === "number") throw exceeded(core, state, tokens, 0);
    return held;
  });
}

/** As `reserve`, waiting for cleanups. */
export async function reserveTokens(
  core: Core,
  component: string,
  tokens: number,
  options: ReserveOptions & WaitOptions,
): Promise<Reservation> {
  const state = core.state(component);
  checkTokens(tokens);
  checkReserve(options);
  let held = sameReservation(core, state, tokens, options);
  if (held !== undefined) return held;
  const demand: Demand = {
    whole: true,
    need: () => tokens,
    book: (_, again) => {
      const result = sameReservation(core, state, tokens, options) ?? hold(core, state, tokens, options, again);
      if (typeof result === "number") return result;
      held = result;
      return 0;
    },
  };
  await obtain(core, state, demand, options);
  return held!;
}

/** @throws TokenBudgetError INVALID_ARGUMENT */
function checkReserve(options: ReserveOptions): void {
  checkObject(options);
  if (options.ttlMs !== undefined) checkTtl(options.ttlMs);
  if (options.id === undefined || typeof options.id === "string") return;
  throw new TokenBudgetError("INVALID_ARGUMENT", "the id of a reservation must be a string", { name: "id" });
}

/** The open reservation with this id, if it is one of the same tokens. @throws INVALID_ARGUMENT where it is another. */
function sameReservation(
  core: Core,
  state: ComponentState,
  tokens: number,
  { id }: ReserveOptions,
): Reservation | undefined {
  const known = id === undefined ? undefined : core.reservations?.get(id);
  if (known === undefined || known.state !== "open") return undefined;
  if (known.component === state.rule.id && known.tokens === tokens) return known;
  throw new TokenBudgetError("INVALID_ARGUMENT", "another reservation with this id is open", {
    component: known.component,
    tokens: known.tokens,
  });
}

/** Holds tokens: a reservation, or a status below zero where they do not fit. */
function hold(
  core: Core,
  state: ComponentState,
  tokens: number,
  options: ReserveOptions,
  again = false,
): Reservation | number {
  const ttlMs = options.ttlMs ?? core.settings.reservationTtlMs;
  core.reservations ??= new Reservations(core.ledger.core);
  const now = core.now();
  // Beside a large time a small one may be nothing.
  checkTtl(now + ttlMs - now);
  const ledger = core.ledger.core;
  const reserve = () => ledger.reserve(state.account, tokens, now + ttlMs, now);
  const fits = () => tokens <= core.available(state);
  // A second refusal of the same request is no second exhaustion, so it is foreseen here.
  let handle = again && !fits() ? Status.noRoom : reserve();
  if (handle === Status.noRoom && !again) {
    state.noteExhaustion(now);
    core.watch?.record({ op: "refuse", b: core.watch.number, t: now, c: state.rule.id, n: tokens });
  }
  if (handle < 0) core.reservations.collect();
  if (handle < 0 && revokeIdle(core, state, tokens) > 0 && fits()) handle = reserve();
  if (handle < 0) {
    if (handle !== Status.noRoom && handle !== Status.overCap) throw statusError(handle, { component: state.rule.id });
    if (!again) tellDenied(core, state, tokens, now, false);
    return handle;
  }
  const id = options.id ?? core.reservations.newId();
  const until = jsonTime(now + ttlMs);
  const reservation = core.reservations.add(new Reservation(core, state, id, tokens, handle));
  core.watch?.record({ op: "reserve", b: core.watch.number, t: now, c: state.rule.id, n: tokens, id, until });
  core.reservations.collect();
  core.watch?.level(core, state, now);
  if (core.available(state) < state.wakeBelow) core.cleaning?.passedHighEdge(core, state);
  return reservation;
}
