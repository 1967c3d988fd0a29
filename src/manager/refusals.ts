import { BudgetExceededError } from "../errors.ts";
import { Status, statusError } from "../ledger/status.ts";
import type { ComponentState } from "./component-state.ts";
import type { Core } from "./core.ts";

/** Notes a refusal of tokens that do not fit at the time of the last look at the clock, as `Core.take` does. */
export function refuse(core: Core, state: ComponentState, tokens: number): void {
  const now = core.time;
  const status = core.ledger.core.allocate(state.account, tokens, now);
  noteRefusal(core, state, tokens, status, now);
  tellDenied(core, state, tokens, now, false);
}

/** Counts what the ledger has refused. @throws TokenBudgetError where it is no lack of room. */
export function noteRefusal(core: Core, state: ComponentState, tokens: number, status: number, now: number): void {
  if (status !== Status.noRoom && status !== Status.overCap) throw statusError(status, { component: state.rule.id });
  if (status === Status.noRoom) {
    state.noteExhaustion(now);
    core.watch?.record({ op: "refuse", b: core.watch.number, t: now, c: state.rule.id, n: tokens });
  }
  core.reservations?.collect();
}

export function tellDenied(core: Core, state: ComponentState, requested: number, now: number, final: boolean): void {
  if (core.watch === undefined || !core.watch.hears("denied")) return;
  const available = core.available(state);
  core.watch.emit("denied", { at: now, component: state.rule.id, requested, available, final });
}

/** The error of a request that did not fit. */
export function exceeded(
  core: Core,
  state: ComponentState,
  requested: number,
  freed: number,
  cause?: unknown,
): BudgetExceededError {
  const available = core.available(state);
  const missing = Math.max(0, requested - available);
  return new BudgetExceededError({ component: state.rule.id, requested, available, missing, freed }, cause);
}
