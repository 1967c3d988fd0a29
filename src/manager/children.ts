import { checkObject, TokenBudgetError } from "../errors.ts";
import { checkTokens, Status, statusError } from "../ledger/status.ts";
import type { ComponentState } from "./component-state.ts";
import { Core } from "./core.ts";
import { revokeIdle } from "./lending.ts";
import { capsOf, profileOf } from "./profile.ts";
import { exceeded, tellDenied } from "./refusals.ts";
import { Reservation } from "./reservations.ts";
import { type ManagerOptions, type Settings, settingsOf } from "./settings.ts";
import { step } from "./steps.ts";

/** How much of a component a child gets, and options of its own, which default to its parent's (components: the document's). */
export type ChildOptions = Partial<Omit<ManagerOptions, "total" | "ledger" | "journal" | "now">> &
  (
    | { readonly tokens: number; readonly share?: undefined }
    /** Part of the component's cap, from 0 to 1. */
    | { readonly share: number; readonly tokens?: undefined }
  );

/** Where a child's total is charged. */
export interface Charge {
  readonly core: Core;
  readonly state: ComponentState;
}

/**
 * Carves a budget out of a component. Its total is in use there until it is closed.
 * @throws BudgetExceededError, INVALID_TOKENS or INVALID_ARGUMENT; nothing was carved.
 */
export function openChild(parent: Core, component: string, options: ChildOptions): Core {
  return step(() => carve(parent, component, options));
}

function carve(parent: Core, component: string, options: ChildOptions): Core {
  const state = parent.state(component);
  checkObject(options);
  const total = totalOf(parent, state, options);
  const settings = settingsFrom(parent, options);
  const profile = profileOf(options.components);
  const caps = capsOf(
    total,
    profile.rules.map((rule) => rule.share),
  );
  const now = parent.now();
  const open = () => parent.ledger.core.open(caps, state.account, settings.windowMs, now);
  let opened = open();
  parent.reservations?.collect();
  if (opened === Status.noRoom) {
    state.noteExhaustion(now);
    parent.watch?.record({ op: "refuse", b: parent.watch.number, t: now, c: component, n: total });
  }
  // A second refusal of the same request is no second exhaustion, so it is foreseen here.
  const refused = opened === Status.noRoom || opened === Status.overCap;
  if (refused && revokeIdle(parent, state, total) > 0 && parent.available(state) >= total) opened = open();
  if (opened === Status.noRoom || opened === Status.overCap) {
    tellDenied(parent, state, total, now, true);
    throw exceeded(parent, state, total, 0);
  }
  if (opened < 0) throw statusError(opened);
  state.held += total;
  const child = new Core(settings, profile, opened, caps, total, now, { core: parent, state });
  child.watchJournal(parent.watch?.journal, now, caps);
  parent.children.add(child);
  parent.charged(state, total, now);
  return child;
}

function totalOf(parent: Core, state: ComponentState, { tokens, share }: ChildOptions): number {
  if (tokens !== undefined && share === undefined) {
    checkTokens(tokens);
    return tokens;
  }
  if (tokens === undefined && typeof share === "number" && share >= 0 && share <= 1) {
    return Math.floor(parent.read(state).cap * share + 1e-6);
  }
  throw new TokenBudgetError("INVALID_ARGUMENT", "a child is given tokens, or a share from 0 to 1", { name: "share" });
}

export function settingsFrom(parent: Core, options: ChildOptions): Settings {
  const own = settingsOf({ ...options, total: 0 });
  const inherited = { ...parent.settings, namespace: undefined };
  const { ledger, now } = inherited;
  const given = Object.fromEntries(
    Object.entries(own).filter(([name]) =>
      name === "counting"
        ? options.tokenizer !== undefined || options.countTokens !== undefined
        : options[name as keyof ChildOptions] !== undefined,
    ),
  );
  // It is charged to an account of its parent: that is in one ledger, at one time.
  return { ...inherited, ...given, ledger, now };
}

/**
 * Ends a budget and those carved out of it; what it was charged returns to its parent. Nothing happens a second time.
 * `core.ended` then tells when what they hold of their cleaners is released.
 */
export function closeCore(core: Core): void {
  step(() => closeNow(core));
}

function closeNow(core: Core): void {
  if (core.closed) return;
  const children = [...core.children];
  // What they give back is for nobody here any more: served are waiters after this step, and then there are none.
  for (const child of children) closeNow(child);
  const now = core.now();
  const status = core.ledger.core.call((wasm) => wasm.close(core.budget, now));
  if (status < 0) throw statusError(status);
  core.closed = true;
  const error = new TokenBudgetError("CLOSED", "the manager was closed");
  for (const { activity } of core.states) {
    for (const waiter of activity?.waiters.splice(0) ?? []) waiter.reject(error);
    activity?.run?.controller.abort(error);
  }
  for (const reservation of core.reservations?.open ?? []) Reservation.closed(reservation);
  core.watch?.record({ op: "close", b: core.watch.number, t: now });
  core.watch?.listeners.clear();
  core.items = undefined;
  core.ended = release(core, children);
  // Nobody may wait for it: that of a child whose parent restores, or closes.
  core.ended.catch(() => {});
  const { charge } = core;
  if (charge === undefined) return;
  charge.core.dropChild(core);
  charge.core.reservations?.collect();
  charge.state.held -= core.total;
  charge.core.watch?.level(charge.core, charge.state, now);
  charge.core.returned(charge.state, core.total);
}

/** Waits for cleanups to end, here and below, and releases what the manager holds of its cleaner. */
async function release(core: Core, children: readonly Core[]): Promise<void> {
  const runs = core.states.map(({ activity }) => activity?.run?.promise);
  await Promise.allSettled([...runs, ...children.map((child) => child.ended)]);
  await core.cleaning?.close();
}
