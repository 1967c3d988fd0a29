import type { Ledger } from "../ledger/ledger.ts";
import { statusError } from "../ledger/status.ts";
import type { Core } from "./core.ts";
import type { AccountRecord, BudgetState } from "./journal.ts";
import { jsonTime } from "./reservations.ts";

/** A budget as the ledger has it now. What children are charged with is left out: opening them charges it again. */
export function captureBudget(core: Core): BudgetState {
  const charges = chargesOf(core);
  const accounts = core.states.map((state) => {
    const { cap, used, peak, exhaustions, grants, since, area, previous } = core.read(state);
    const { tokens, count } = charges.get(state.rule.index) ?? { tokens: 0, count: 0 };
    const id = state.rule.id;
    return { id, cap, used: used - tokens, peak, exhaustions, grants: grants - count, since, area, previous };
  });
  const reservations = (core.reservations?.open ?? []).map((reservation) => ({
    id: reservation.id,
    component: reservation.component,
    tokens: reservation.tokens,
    until: jsonTime(reservation.expiresAt),
  }));
  return { origin: core.origin, windowMs: core.settings.windowMs, accounts, reservations };
}

function chargesOf(core: Core): Map<number, { tokens: number; count: number }> {
  const charges = new Map<number, { tokens: number; count: number }>();
  for (const child of core.children) {
    const { index } = child.charge!.state.rule;
    const { tokens, count } = charges.get(index) ?? { tokens: 0, count: 0 };
    charges.set(index, { tokens: tokens + child.total, count: count + 1 });
  }
  return charges;
}

/** A budget made of a state: its number, and the handles of its reservations by id. */
export interface Rebuilt {
  readonly budget: number;
  readonly handles: ReadonlyMap<string, number>;
}

/** Opens a budget as it was captured, charged to `parent` (0: none). @throws where the ledger refuses; nothing stays open. */
export function rebuildBudget(ledger: Ledger, state: BudgetState, parent = 0): Rebuilt {
  const { accounts, origin, windowMs, reservations } = state;
  const budget = ledger.openAccounts(
    accounts.map(({ cap }) => cap),
    parent,
    windowMs,
    origin,
  );
  try {
    for (const [index, account] of accounts.entries()) restoreAccount(ledger, budget + 1 + index, account);
    const handles = new Map<string, number>();
    for (const { id, component, tokens, until } of reservations) {
      const index = accounts.findIndex((account) => account.id === component);
      const { since } = accounts[index]!;
      const handle = ledger.core.reserve(budget + 1 + index, tokens, until ?? Number.POSITIVE_INFINITY, since);
      if (handle < 0) throw statusError(handle, { component, tokens });
      handles.set(id, handle);
    }
    return { budget, handles };
  } catch (error) {
    ledger.core.call((wasm) => wasm.close(budget, origin));
    throw error;
  }
}

function restoreAccount(ledger: Ledger, number: number, account: AccountRecord): void {
  const { used, peak, exhaustions, grants, since, area, previous } = account;
  const status = ledger.core.call((wasm) =>
    wasm.restore(number, used, peak, exhaustions, grants, since, area, previous),
  );
  if (status < 0) throw statusError(status, { component: account.id });
}
