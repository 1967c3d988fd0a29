import { Adjusting } from "./adjusting-state.ts";
import type { ComponentState } from "./component-state.ts";
import type { Core } from "./core.ts";

/**
 * Borrows what `tokens` lack from the idle cap of other components, the most idle first. Fixed components lend nothing,
 * and none lends more than leaves it its floor.
 * @returns false where that is not enough; then nothing was borrowed.
 */
export function borrow(core: Core, state: ComponentState, tokens: number): boolean {
  let missing = tokens - core.available(state);
  if (missing <= 0) return true;
  const lenders = core.states
    .filter((lender) => lender !== state && !lender.rule.fixed && !state.rule.fixed)
    .map((lender) => ({ lender, idle: idleOf(core, lender) }))
    .filter(({ idle }) => idle > 0)
    .sort((a, b) => b.idle - a.idle);
  if (lenders.reduce((sum, { idle }) => sum + idle, 0) < missing) return false;
  core.adjusting ??= new Adjusting();
  for (const { lender, idle } of lenders) {
    const part = Math.min(idle, missing);
    if (part > 0 && core.move(lender, state, part)) {
      core.adjusting.lend(lender, state, part);
      missing -= part;
    }
  }
  return missing <= 0;
}

function idleOf(core: Core, lender: ComponentState): number {
  // What callers wait for is not idle.
  if ((lender.activity?.waiters.length ?? 0) > 0) return 0;
  return Math.min(core.available(lender), aboveFloor(core, lender));
}

/**
 * What a component can part with and keep its floor, also once it has returned all that it has borrowed. Without a floor it
 * may lend on what it has borrowed.
 */
export function aboveFloor(core: Core, state: ComponentState): number {
  const { cap } = core.read(state);
  const floor = Math.floor(core.total * state.rule.floor + 1e-6);
  return floor === 0 ? cap : cap - (core.adjusting?.borrowedBy(state) ?? 0) - floor;
}

/**
 * Takes back idle cap that `state` has lent, and that its borrowers have lent on, as far as `tokens` lack it.
 * @param asked the components that this was asked for already, so that loans in a circle end.
 * @returns the tokens of cap that came back.
 */
export function revokeIdle(
  core: Core,
  state: ComponentState,
  tokens: number,
  asked: ReadonlySet<ComponentState> = new Set([state]),
): number {
  let back = 0;
  for (const loan of core.adjusting?.loansOf(state) ?? []) {
    const { borrower } = loan;
    if (asked.has(borrower)) continue;
    const missing = Math.min(tokens - core.available(state), loan.tokens);
    if (missing > core.available(borrower)) {
      revokeIdle(core, borrower, missing, new Set([...asked, borrower]));
    }
    const part = Math.min(missing, core.available(borrower));
    if (part <= 0 || !core.move(loan.borrower, state, part)) continue;
    core.adjusting!.repay(loan, part);
    back += part;
  }
  return back;
}

/** Returns the idle part of all loans to their lenders, and what that makes idle of theirs. */
export function repayIdle(core: Core): void {
  for (let isBack = true; isBack; ) {
    isBack = false;
    for (const loan of [...(core.adjusting?.loans ?? [])]) {
      const part = Math.min(loan.tokens, core.available(loan.borrower));
      if (part <= 0 || !core.move(loan.borrower, loan.lender, part)) continue;
      core.adjusting!.repay(loan, part);
      isBack = true;
    }
  }
}
