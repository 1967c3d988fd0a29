import { advance, availableIn, check, countGrant, dropReservation, handleOf, isAccount, refuse, take, use } from "./account";
import { at, isKnown, mark, takeCell } from "./cells";
import { insert, remove } from "./expiry-heap";
import {
  BAD_ACCOUNT, BAD_TOKENS, BEFORE, CHILD, EXPIRES_AT, HANDLE_CELLS, HEAP, HEAP_MASK, HOLDER, KIND, NEXT, OUT_OF_MEMORY, RESERVATION,
  TAG, TOKENS, UNKNOWN_RESERVATION,
} from "./layout";
import { ticksOf, wakeBy } from "./use";

/** Holds `tokens` until `expiresAt`. Returns a handle, or a status below zero. */
// @ts-ignore: decorator
@inline
export function reserveIn(account: u32, tokens: i32, expiresAt: f64, now: f64, t: i64): f64 {
  if (!isAccount(account)) return BAD_ACCOUNT;
  const a = at(account);
  if (tokens < 0 || !(expiresAt > now)) return BAD_TOKENS;
  advance(a, now, t);
  if (tokens > availableIn(a)) return refuse(a, tokens);
  const node = takeCell();
  if (node == 0) return OUT_OF_MEMORY;
  mark(node, RESERVATION);
  const r = at(node);
  store<u32>(r, account, HOLDER);
  store<i32>(r, tokens, TOKENS);
  store<u32>(r, 0, CHILD);
  store<u32>(r, 0, NEXT);
  store<u32>(r, 0, BEFORE);
  store<f64>(r, expiresAt, EXPIRES_AT);
  insert(a, node);
  wakeBy(a, expiresAt);
  take(a, tokens);
  check(a);
  return handleOf(node);
}

/** The cell of a reservation that was not ended by a call, or 0. */
// @ts-ignore: decorator
@inline
function cellOf(handle: f64): u32 {
  if (!(handle > 0 && handle < 9007199254740992.0)) return 0;
  const node = <u32>(<u64>handle & <u64>(HANDLE_CELLS - 1));
  return isKnown(node, RESERVATION) && handleOf(node) == handle ? node : 0;
}

/** Whether a reservation is still open after its account was brought to now: where it expired by that, its generation has changed. */
// @ts-ignore: decorator
@inline
function isOpen(node: u32, handle: f64): bool {
  return (load<u32>(at(node), TAG) & KIND) == RESERVATION && handleOf(node) == handle;
}

/** Turns a reservation into use of `actual` tokens; more than it holds is granted by the same check, or nothing changes. */
// @ts-ignore: decorator
@inline
export function settleIn(handle: f64, actual: i32, now: f64, t: i64): i32 {
  if (actual < 0) return BAD_TOKENS;
  const node = cellOf(handle);
  if (node == 0) return UNKNOWN_RESERVATION;
  const a = at(load<u32>(at(node), HOLDER));
  const time = advance(a, now, t);
  if (!isOpen(node, handle)) return UNKNOWN_RESERVATION;
  const extra = actual - load<i32>(at(node), TOKENS);
  if (extra > availableIn(a)) return refuse(a, extra);
  dropReservation(a, node);
  countGrant(a);
  const available = use(a, actual, time);
  check(a);
  return available;
}

/** The cell of an open reservation after its account was brought to `now`, or 0. */
function openAt(handle: f64, now: f64, t: i64): u32 {
  const node = cellOf(handle);
  if (node == 0) return 0;
  advance(at(load<u32>(at(node), HOLDER)), now, t);
  return isOpen(node, handle) ? node : 0;
}

/** Ends a reservation without use. Returns its tokens. */
// @ts-ignore: decorator
@inline
export function voidIn(handle: f64, now: f64, t: i64): i32 {
  const node = openAt(handle, now, t);
  if (node == 0) return UNKNOWN_RESERVATION;
  const tokens = load<i32>(at(node), TOKENS);
  dropReservation(at(load<u32>(at(node), HOLDER)), node);
  return tokens;
}

/** Moves the expiry of an open reservation. Returns its tokens. */
export function extendIn(handle: f64, expiresAt: f64, now: f64): i32 {
  if (!(expiresAt > now)) return BAD_TOKENS;
  const node = openAt(handle, now, ticksOf(now));
  if (node == 0) return UNKNOWN_RESERVATION;
  const a = at(load<u32>(at(node), HOLDER));
  remove(a, node);
  store<u32>(at(node), 0, CHILD);
  store<u32>(at(node), 0, NEXT);
  store<u32>(at(node), 0, BEFORE);
  store<f64>(at(node), expiresAt, EXPIRES_AT);
  insert(a, node);
  wakeBy(a, expiresAt);
  return load<i32>(at(node), TOKENS);
}

/** When an open reservation ends and what it holds; -1 where it is not open. Changes nothing. */
export function expiryOf(handle: f64): f64 {
  const node = cellOf(handle);
  return node == 0 ? -1 : load<f64>(at(node), EXPIRES_AT);
}

/** Frees all reservations of an account. */
export function dropAll(a: usize): void {
  let node = load<u32>(a, HEAP) & HEAP_MASK;
  while (node != 0) {
    dropReservation(a, node);
    node = load<u32>(a, HEAP) & HEAP_MASK;
  }
}
