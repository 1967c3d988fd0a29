import { TokenBudgetError } from "../errors.ts";
import { captureBudget } from "./budget-state.ts";
import type { Core } from "./core.ts";
import type { Item } from "./item.ts";
import { checkFields } from "./item-input.ts";
import type { AccountRecord, BudgetState, ReservationRecord } from "./journal.ts";
import { type ComponentOptions, Profile } from "./profile.ts";

/** Everything a manager holds, as JSON. Callers that wait and cleanups that run are not part of it. */
export interface ManagerSnapshot {
  readonly version: 1;
  /** When it was taken, on the manager's clock. */
  readonly at: number;
  readonly namespace: string;
  readonly total: number;
  readonly components: Readonly<Record<string, ComponentOptions>>;
  readonly budget: BudgetState;
  readonly items: readonly Item[];
  readonly nextSequence: number;
  readonly activity: Readonly<Record<string, ActivityRecord>>;
  readonly rules: readonly RuleRecord[];
  readonly loans: readonly { readonly lender: string; readonly borrower: string; readonly tokens: number }[];
  readonly children: readonly { readonly component: string; readonly snapshot: ManagerSnapshot }[];
}

/** A component's history in a {@link ManagerSnapshot}. */
export interface ActivityRecord {
  readonly exhaustedAt: readonly number[];
  readonly cleanups: number;
  readonly freed: number;
  readonly partial: number;
}

/** An adjustment in force, in a {@link ManagerSnapshot}. */
export interface RuleRecord {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  readonly share: number;
  readonly wanted: number;
  readonly moved: number;
  readonly firedAt: number;
  readonly seenAt: number;
  readonly reason: string;
}

export function snapshotOf(core: Core): ManagerSnapshot {
  core.open();
  const at = core.now();
  const components = core.profile.rules.map(({ id, share, floor, ceiling, target, fixed }) => [
    id,
    { share, floor, ceiling, target, fixed },
  ]);
  const activity = core.states.flatMap((state) => {
    if (state.activity === undefined) return [];
    const { exhaustedAt, cleanups, freed, partial } = state.activity;
    return [[state.rule.id, { exhaustedAt: [...exhaustedAt], cleanups, freed, partial }] as const];
  });
  const children = [...core.children].map((child) => ({
    component: child.charge!.state.rule.id,
    snapshot: snapshotOf(child),
  }));
  return {
    version: 1,
    at,
    namespace: core.namespace,
    total: core.total,
    components: Object.fromEntries(components),
    budget: captureBudget(core),
    items: core.items?.all() ?? [],
    nextSequence: core.items?.sequence ?? 0,
    activity: Object.fromEntries(activity),
    rules: [...(core.adjusting?.rules.values() ?? [])].map((rule) => ({ ...rule })),
    loans: (core.adjusting?.loans ?? []).map(({ lender, borrower, tokens }) => ({
      lender: lender.rule.id,
      borrower: borrower.rule.id,
      tokens,
    })),
    children,
  };
}

const isWhole = (tokens: unknown): tokens is number => (tokens as number) >= 0 && ((tokens as number) | 0) === tokens;
const isTime = (time: unknown): time is number => Number.isFinite(time);

/**
 * Checks all that a restore relies on, so that it can't fail half-way: shapes, the ledger's invariants, and that items
 * and children are booked. @throws TokenBudgetError BAD_SNAPSHOT
 */
export function checkSnapshot(snapshot: ManagerSnapshot, base?: Profile): void {
  const bad = (why: string): never => {
    throw new TokenBudgetError("BAD_SNAPSHOT", `the snapshot can't be restored: ${why}`, { why });
  };
  try {
    if (snapshot.version !== 1) bad("its version is not 1");
    const profile = new Profile(snapshot.components);
    const own = profile.rules.map((rule) => rule.id);
    if (base !== undefined && sharesIn(base) !== sharesIn(profile)) bad("its components or their shares are others");
    const { accounts, reservations, origin, windowMs } = snapshot.budget;
    if (JSON.stringify(accounts.map(({ id }) => id)) !== JSON.stringify(own)) bad("its accounts are others");
    if (!isTime(origin) || !(windowMs > 0) || !isTime(windowMs)) bad("its times are wrong");
    if (!isWhole(snapshot.total)) bad("its total is wrong");
    if (accounts.reduce((sum, { cap }) => sum + cap, 0) !== snapshot.total) bad("its caps do not sum to its total");
    if (!isWhole(snapshot.nextSequence) || typeof snapshot.namespace !== "string") bad("its shape is wrong");
    checkItems(snapshot, bad);
    for (const account of accounts) checkAccount(snapshot, account, bad);
    if (new Set(reservations.map(({ id }) => id)).size < reservations.length) bad("two reservations have one id");
    for (const reservation of reservations) checkReservation(reservation, accounts, bad);
    for (const { rule, from, to, wanted, moved, share, firedAt, seenAt, reason } of snapshot.rules) {
      const whole = Number.isSafeInteger(wanted) && Number.isSafeInteger(moved);
      const named = typeof rule === "string" && typeof reason === "string" && from !== to;
      if (!whole || !named || ![share, firedAt, seenAt].every(isTime) || !own.includes(from) || !own.includes(to))
        bad("a rule is wrong");
    }
    const { loans } = snapshot;
    for (const { lender, borrower, tokens } of loans) {
      const known = own.includes(lender) && own.includes(borrower) && lender !== borrower;
      if (!known || !isWhole(tokens)) bad("a loan is wrong");
    }
    for (const { id, cap } of accounts) {
      const sum = (side: "lender" | "borrower") =>
        loans.reduce((tokens, loan) => tokens + (loan[side] === id ? loan.tokens : 0), 0);
      if (sum("borrower") > cap + sum("lender")) bad("a loan is wrong");
    }
    for (const [id, { exhaustedAt, cleanups, freed, partial }] of Object.entries(snapshot.activity)) {
      const counts = [cleanups, freed, partial].every((count) => Number.isSafeInteger(count) && count >= 0);
      if (!own.includes(id) || !exhaustedAt.every(isTime) || !counts) bad("a count is wrong");
    }
    for (const { component, snapshot: child } of snapshot.children) {
      if (!own.includes(component)) bad("a child's component is unknown");
      checkSnapshot(child);
    }
  } catch (error) {
    if (error instanceof TokenBudgetError && error.code === "BAD_SNAPSHOT") throw error;
    throw new TokenBudgetError("BAD_SNAPSHOT", "the snapshot can't be restored: its shape is wrong", {}, error);
  }
}

const sharesIn = ({ rules }: Profile): string => JSON.stringify(rules.map(({ id, share }) => [id, share]));

type Bad = (why: string) => never;

function checkItems(snapshot: ManagerSnapshot, bad: Bad): void {
  const ids = new Set<string>();
  for (const item of snapshot.items) {
    const { id, component, text, tokens, sequence, version } = item;
    if (typeof id !== "string" || typeof text !== "string" || ids.has(id)) bad("an item's id or text is wrong");
    if (!isWhole(tokens) || !isWhole(sequence) || !isWhole(version)) bad("an item's numbers are wrong");
    if (sequence >= snapshot.nextSequence) bad("an item's place is wrong");
    if (![item.createdAt, item.lastUsedAt, item.priority].every(isTime)) bad("an item's times or priority are wrong");
    checkFields(item);
    if (!Object.hasOwn(snapshot.components, component)) bad("an item's component is unknown");
    ids.add(id);
  }
}

function checkAccount(snapshot: ManagerSnapshot, account: AccountRecord, bad: Bad): void {
  const { id, cap, used, peak, exhaustions, grants, since, area, previous } = account;
  const sum = (tokens: readonly number[]) => tokens.reduce((total, each) => total + each, 0);
  const reserved = sum(
    snapshot.budget.reservations.filter(({ component }) => component === id).map(({ tokens }) => tokens),
  );
  const charged = sum(
    snapshot.children.filter(({ component }) => component === id).map(({ snapshot: child }) => child.total),
  );
  const kept = sum(snapshot.items.filter(({ component }) => component === id).map(({ tokens }) => tokens));
  const counted = Number.isSafeInteger(grants) && grants >= 0 && grants < 2 ** 32;
  if (!counted || ![cap, used, peak, exhaustions].every(isWhole)) bad("an account's numbers are wrong");
  if (used + reserved + charged > cap || peak < used + reserved + charged) bad("more is held than fits");
  if (kept > used) bad("an item is not booked");
  if (!isTime(since) || since < snapshot.budget.origin || !(area >= 0) || !isTime(area) || !isTime(previous)) {
    bad("an account's times are wrong");
  }
}

function checkReservation(reservation: ReservationRecord, accounts: readonly AccountRecord[], bad: Bad): void {
  const { id, component, tokens, until } = reservation;
  const account = accounts.find((each) => each.id === component);
  if (typeof id !== "string" || account === undefined || !isWhole(tokens)) bad("a reservation is wrong");
  if (until !== null && !(isTime(until) && until > account!.since)) bad("a reservation's time is wrong");
}
