import { maxTokens } from "../ledger/status.ts";
import type { AccountRecord, BudgetState, ReservationRecord } from "./journal.ts";

/** Throws what is wrong of what came from outside. */
export type Bad = (why: string) => never;

export const isWhole = (tokens: unknown): tokens is number =>
  typeof tokens === "number" && tokens >= 0 && (tokens | 0) === tokens;
export const isCount = (count: unknown): count is number => Number.isSafeInteger(count) && (count as number) >= 0;
export const isTime = (time: unknown): time is number => Number.isFinite(time);

/** Checks that a budget can be made of a state, of a snapshot or of a journal: the module takes numbers as they come. */
export function checkBudget(state: BudgetState, bad: Bad): void {
  const { accounts, reservations, origin, windowMs } = state;
  if (!isTime(origin) || !(windowMs > 0) || !isTime(windowMs)) bad("its times are wrong");
  for (const account of accounts) checkAccount(state, account, bad);
  if (accounts.reduce((sum, { cap }) => sum + cap, 0) > maxTokens) bad("its total is wrong");
  if (new Set(accounts.map(({ id }) => id)).size < accounts.length) bad("two accounts have one id");
  for (const reservation of reservations) checkReservation(reservation, accounts, bad);
  if (new Set(reservations.map(({ id }) => id)).size < reservations.length) bad("two reservations have one id");
}

function checkAccount(state: BudgetState, account: AccountRecord, bad: Bad): void {
  const { id, cap, used, peak, exhaustions, grants, since, area, previous } = account;
  const counted = isCount(grants) && grants < 2 ** 32;
  if (typeof id !== "string" || !counted || ![cap, used, peak, exhaustions].every(isWhole)) {
    bad("an account's numbers are wrong");
  }
  if (!isTime(since) || since < state.origin) bad("an account's times are wrong");
  // What is at most the whole cap all the time: the ledger counts in ticks of 1/64 ms.
  const most = elapsedAt(since, state) + 1 / 16 + Math.abs(since) * 1e-15;
  const mean = previous === -1 || (isTime(previous) && previous >= 0 && previous <= 1);
  if (!isTime(area) || area < 0 || area > most || !mean) bad("an account's use is wrong");
}

/** How much of the window that `since` lies in has passed by then. */
function elapsedAt(since: number, { origin, windowMs }: BudgetState): number {
  const elapsed = since - (origin + Math.floor((since - origin) / windowMs) * windowMs);
  return elapsed >= 0 && elapsed <= windowMs ? elapsed : windowMs;
}

function checkReservation(reservation: ReservationRecord, accounts: readonly AccountRecord[], bad: Bad): void {
  const { id, component, tokens, until } = reservation;
  const account = accounts.find((each) => each.id === component);
  if (typeof id !== "string" || account === undefined || !isWhole(tokens)) bad("a reservation is wrong");
  if (until !== null && !(isTime(until) && until > account!.since)) bad("a reservation's time is wrong");
}
