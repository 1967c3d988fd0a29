import { checkObject, checkTokens } from "../ledger/status.ts";
import type { Core } from "./core.ts";
import { hold, type Reservation, type ReserveOptions, sameReservation } from "./reservations.ts";
import type { WaitOptions } from "./wait-options.ts";
import { type Demand, obtain } from "./waiting.ts";

export type { Reservation, ReserveOptions };

/** @throws BudgetExceededError, UNKNOWN_COMPONENT, INVALID_TOKENS or INVALID_ARGUMENT; nothing was held. */
export function reserve(core: Core, component: string, tokens: number, options: ReserveOptions): Reservation {
  const state = core.state(component);
  checkTokens(tokens);
  checkObject(options);
  const held = sameReservation(core, state, tokens, options) ?? hold(core, state, tokens, options);
  if (typeof held === "number") throw core.exceeded(state, tokens, 0);
  return held;
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
  let held: Reservation | undefined;
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
