import { advance, check, countGrant, dropReservation, handleOf, isAccount, refuse, take } from "./account";
import { at, freeCell, takeCell } from "./cells";
import { insert, remove } from "./expiry-heap";
import {
  AVAILABLE, BAD_ACCOUNT, BAD_TOKENS, CHILD, EXPIRES_AT, FIRST, HANDLE_SHIFT, HEAP, CELL_MASK, HOLDER, LOW, OUT_OF_MEMORY, RESERVATION, TAG,
  TOKENS, TOP,
  UNKNOWN_RESERVATION, USED,
} from "./layout";
import { noteUse, ticksOf, wakeBy } from "./use";

/** Holds `tokens` until `expiresAt`. Returns a handle, or a status below zero. */
// @ts-ignore: decorator
@inline
export function reserveIn(account: u32, tokens: i32, expiresAt: f64, now: f64, t: i64): f64 {
  if (!isAccount(account)) return BAD_ACCOUNT;
  const a = at(account);
  if (tokens < 0 || !(expiresAt > now)) return BAD_TOKENS;
  advance(a, now, t);
  if (tokens > load<i32>(a, AVAILABLE)) return refuse(a, tokens);
  const node = takeCell();
  if (node == 0) return OUT_OF_MEMORY;
  const r = at(node);
  store<u32>(r, account, HOLDER);
  store<i32>(r, tokens, TOKENS);
  store<u32>(r, 0, CHILD);
  store<f64>(r, expiresAt, EXPIRES_AT);
  wakeBy(a, expiresAt);
  insert(a, node);
  take(a, tokens);
  check(a);
  return handleOf(node);
}

/** The cell of a reservation that no call has ended, or 0. */
// @ts-ignore: decorator
@inline
function cellOf(handle: f64): u32 {
  const whole = <i64>handle;
  if (<f64>whole != handle || <u64>whole >> 53 != 0) return 0;
  const cell = <u32>whole & CELL_MASK;
  if (cell - FIRST >= load<u32>(TOP) - FIRST) return 0;
  return load<u32>(at(cell), TAG) == tagOf(handle) ? cell : 0;
}

/** The tag that the cell of a handle has while it is good. */
// @ts-ignore: decorator
@inline
function tagOf(handle: f64): u32 {
  return RESERVATION | (<u32>(<i64>handle >> HANDLE_SHIFT) << 2);
}

/**
 * The cell of an open reservation after its account was brought to `now`, or 0: it may have expired by that, then its tag is
 * another. At the time -Infinity nothing is due.
 */
function openAt(handle: f64, now: f64): u32 {
  const node = cellOf(handle);
  if (node == 0) return 0;
  if (now > -Infinity) advance(at(load<u32>(at(node), HOLDER)), now, ticksOf(now));
  return load<u32>(at(node), TAG) == tagOf(handle) ? node : 0;
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
  if (load<u32>(at(node), TAG) != tagOf(handle)) return UNKNOWN_RESERVATION;
  const held = load<i32>(at(node), TOKENS);
  const available = load<i32>(a, AVAILABLE) + held - actual;
  if (available < 0) return refuse(a, actual - held);
  remove(a, node);
  freeCell(node);
  countGrant(a);
  noteUse(a, actual, time);
  store<i32>(a, load<i32>(a, USED) + actual, USED);
  store<i32>(a, available, AVAILABLE);
  if (available < load<i32>(a, LOW)) store<i32>(a, available, LOW);
  check(a);
  return available;
}

/** Ends a reservation without use. Returns its tokens. */
// @ts-ignore: decorator
@inline
export function voidIn(handle: f64, now: f64): i32 {
  const node = openAt(handle, now);
  if (node == 0) return UNKNOWN_RESERVATION;
  const tokens = load<i32>(at(node), TOKENS);
  dropReservation(at(load<u32>(at(node), HOLDER)), node);
  return tokens;
}

/** Moves the expiry of an open reservation. Returns its tokens. */
export function extendIn(handle: f64, expiresAt: f64, now: f64): i32 {
  if (!(expiresAt > now)) return BAD_TOKENS;
  const node = openAt(handle, now);
  if (node == 0) return UNKNOWN_RESERVATION;
  const a = at(load<u32>(at(node), HOLDER));
  wakeBy(a, expiresAt);
  remove(a, node);
  store<u32>(at(node), 0, CHILD);
  store<f64>(at(node), expiresAt, EXPIRES_AT);
  insert(a, node);
  return load<i32>(at(node), TOKENS);
}

/** When an open reservation ends; NaN where it is not open. Changes nothing. */
export function expiryOf(handle: f64): f64 {
  const node = openAt(handle, -Infinity);
  return node == 0 ? NaN : load<f64>(at(node), EXPIRES_AT);
}

/** Frees all reservations of an account. */
export function dropAll(a: usize): void {
  let node = load<u32>(a, HEAP) & CELL_MASK;
  while (node != 0) {
    dropReservation(a, node);
    node = load<u32>(a, HEAP) & CELL_MASK;
  }
}
