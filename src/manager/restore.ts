import { TokenBudgetError } from "../errors.ts";
import { statusError } from "../ledger/status.ts";
import { Adjusting } from "./adjusting-state.ts";
import { type Rebuilt, rebuildBudget } from "./budget-state.ts";
import { checkSnapshot } from "./check-snapshot.ts";
import { closeCore, settingsFrom } from "./children.ts";
import { Core } from "./core.ts";
import { ItemStore } from "./item-store.ts";
import type { NotedUse } from "./mean-tokens.ts";
import { Profile } from "./profile.ts";
import { readSnapshot } from "./read-snapshot.ts";
import { Reservation, Reservations } from "./reservations.ts";
import type { ManagerSnapshot } from "./snapshot.ts";

type Manage = (core: Core) => void;

/**
 * Puts a snapshot in the place of all that a manager holds. Its old children are closed and its old reservations end.
 * @param manage gives a core of the snapshot's children its manager.
 * @throws TokenBudgetError BAD_SNAPSHOT, or INVALID_ARGUMENT while callers wait or a cleanup runs; nothing has changed.
 */
export function restore(core: Core, given: ManagerSnapshot, manage: Manage): void {
  core.open();
  const snapshot = readSnapshot(given);
  checkSnapshot(snapshot, core.profile);
  if (core.charge !== undefined && snapshot.total !== core.total) {
    throw new TokenBudgetError("BAD_SNAPSHOT", "the snapshot's total is not the one that this child was given");
  }
  if (core.states.some(({ activity }) => activity?.run !== undefined || (activity?.waiters.length ?? 0) > 0)) {
    throw new TokenBudgetError("INVALID_ARGUMENT", "nothing can be restored while callers wait or a cleanup runs");
  }
  // The clock may throw: then nothing has changed.
  core.now();
  const rebuilt = rebuildBudget(core.ledger, snapshot.budget);
  for (const child of [...core.children]) closeCore(child);
  for (const reservation of core.reservations?.open ?? []) Reservation.closed(reservation);
  replaceBudget(core, rebuilt.budget);
  adopt(core, snapshot, rebuilt, manage);
}

/** The new budget takes the old one's place under its parent; the old one is closed. */
function replaceBudget(core: Core, budget: number): void {
  const { core: ledger } = core.ledger;
  if (core.charge !== undefined) {
    const replaced = ledger.call((wasm) => wasm.replace(core.budget, budget));
    if (replaced < 0) throw statusError(replaced);
  }
  const old = ledger.call((wasm) => wasm.close(core.budget, core.time));
  if (old < 0) throw statusError(old);
}

/** Makes a core hold what a checked snapshot says, its budget being rebuilt. */
function adopt(core: Core, snapshot: ManagerSnapshot, { budget, handles }: Rebuilt, manage: Manage): void {
  core.budget = budget;
  core.total = snapshot.total;
  core.origin = snapshot.budget.origin;
  // It may come from a machine whose clock is ahead: what is reserved from now on must not end before the account was last used.
  for (const { since } of snapshot.budget.accounts) core.since(since);
  if (core.namespace !== snapshot.namespace) core.cleaning?.renew();
  core.namespace = snapshot.namespace;
  const { windowMs } = snapshot.budget;
  if (core.settings.windowMs !== windowMs) core.settings = { ...core.settings, windowMs };
  core.watch?.record({ op: "restore", b: core.watch.number, t: core.time, state: snapshot.budget });
  const store = new ItemStore(core.profile.chart, core.items);
  for (const item of [...snapshot.items].sort((a, b) => a.sequence - b.sequence)) {
    store.sequence = item.sequence + 1;
    store.set(item);
  }
  store.sequence = snapshot.nextSequence;
  core.items = store;
  for (const state of core.states) {
    const { id, index } = state.rule;
    state.account = budget + 1 + index;
    state.held = store.list(index).reduce((sum, item) => sum + item.tokens, 0);
    state.setCap(snapshot.budget.accounts[index]!.cap);
    const activity = Object.hasOwn(snapshot.activity, id) ? snapshot.activity[id] : undefined;
    state.activity = undefined;
    if (activity === undefined) continue;
    // By name: a snapshot comes from outside, and may say more than it should.
    const { exhaustedAt, cleanups, freed, partial, noted } = activity;
    Object.assign(state.active(), { exhaustedAt: [...exhaustedAt], cleanups, freed, partial, noted: copied(noted) });
  }
  adoptReservations(core, snapshot, handles);
  const { rules, loans } = snapshot;
  // What has neither returns tokens by the short way.
  core.adjusting = rules.length + loans.length === 0 ? undefined : new Adjusting();
  for (const rule of rules) core.adjusting!.rules.set(rule.rule, { ...rule });
  for (const { lender, borrower, tokens } of loans) {
    core.adjusting!.lend(core.state(lender), core.state(borrower), tokens);
  }
  for (const child of snapshot.children) adoptChild(core, child.component, child.snapshot, manage);
}

const copied = (noted: NotedUse | undefined): NotedUse | undefined =>
  noted && { window: noted.window, area: noted.area, tokens: noted.tokens, previous: noted.previous };

function adoptReservations(core: Core, snapshot: ManagerSnapshot, handles: ReadonlyMap<string, number>): void {
  const { reservations } = snapshot.budget;
  core.reservations = reservations.length === 0 ? undefined : new Reservations(core.ledger.core);
  for (const { id, component, tokens } of reservations) {
    core.reservations!.add(new Reservation(core, core.state(component), id, tokens, handles.get(id)!));
  }
}

function adoptChild(parent: Core, component: string, snapshot: ManagerSnapshot, manage: Manage): void {
  const state = parent.state(component);
  const settings = settingsFrom(parent, { tokens: snapshot.total });
  const profile = new Profile(snapshot.components);
  const rebuilt = rebuildBudget(parent.ledger, snapshot.budget, state.account);
  state.held += snapshot.total;
  const caps = snapshot.budget.accounts.map(({ cap }) => cap);
  const { origin, windowMs } = snapshot.budget;
  const charge = { core: parent, state };
  const core = new Core({ ...settings, windowMs }, profile, rebuilt.budget, caps, snapshot.total, origin, charge);
  core.watchJournal(parent.watch?.journal, origin, caps);
  parent.children.add(core);
  manage(core);
  adopt(core, snapshot, rebuilt, manage);
}
