import { accountAt, advance, availableIn, dropReservation, handleOf, notePeak, refuse } from "./account";
import { at, known, mark, takeCell } from "./cells";
import { insert, remove } from "./expiry-heap";
import {
  BAD_ACCOUNT, BAD_TOKENS, BEFORE, CHILD, EXPIRES_AT, GRANTS, HANDLE_CELLS, HEAP, HOLDER, NEXT, OUT_OF_MEMORY, RESERVATION, RESERVED,
  TAG, TOKENS, UNKNOWN_RESERVATION, USED, WAKE_AT,
} from "./layout";

/** Holds `tokens` until `expiresAt`. Returns a handle, or a status below zero. */
// @ts-ignore: decorator
@inline
export function reserveIn(account: u32, tokens: i32, expiresAt: f64, now: f64): f64 {
  const a = accountAt(account);
  if (a == 0) return BAD_ACCOUNT;
  if (tokens < 0 || !(expiresAt > now)) return BAD_TOKENS;
  advance(a, now);
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
  if (expiresAt < load<f64>(a, WAKE_AT)) store<f64>(a, expiresAt, WAKE_AT);
  store<i32>(a, load<i32>(a, RESERVED) + tokens, RESERVED);
  notePeak(a);
  return handleOf(node);
}

/** The cell of an open reservation after its account was brought to `now`, or 0. */
// @ts-ignore: decorator
@inline
function open(handle: f64, now: f64): u32 {
  if (!(handle > 0 && handle < 9007199254740992.0)) return 0;
  const node = <u32>(<u64>handle & <u64>(HANDLE_CELLS - 1));
  const r = known(node, RESERVATION);
  if (r == 0 || handleOf(node) != handle) return 0;
  advance(at(load<u32>(r, HOLDER)), now);
  // It may have expired by that: then its generation has changed.
  return handleOf(node) == handle && (load<u32>(r, TAG) & 3) == RESERVATION ? node : 0;
}

/** Turns a reservation into use of `actual` tokens; more than it holds is granted by the same check, or nothing changes. */
// @ts-ignore: decorator
@inline
export function settleIn(handle: f64, actual: i32, now: f64): i32 {
  if (actual < 0) return BAD_TOKENS;
  const node = open(handle, now);
  if (node == 0) return UNKNOWN_RESERVATION;
  const a = at(load<u32>(at(node), HOLDER));
  const extra = actual - load<i32>(at(node), TOKENS);
  if (extra > availableIn(a)) return refuse(a, extra);
  dropReservation(a, node);
  store<i32>(a, load<i32>(a, USED) + actual, USED);
  store<i32>(a, load<i32>(a, GRANTS) + 1, GRANTS);
  notePeak(a);
  return availableIn(a);
}

/** Ends a reservation without use. Returns its tokens. */
// @ts-ignore: decorator
@inline
export function voidIn(handle: f64, now: f64): i32 {
  const node = open(handle, now);
  if (node == 0) return UNKNOWN_RESERVATION;
  const tokens = load<i32>(at(node), TOKENS);
  dropReservation(at(load<u32>(at(node), HOLDER)), node);
  return tokens;
}

/** Moves the expiry of an open reservation. Returns its tokens. */
export function extendIn(handle: f64, expiresAt: f64, now: f64): i32 {
  if (!(expiresAt > now)) return BAD_TOKENS;
  const node = open(handle, now);
  if (node == 0) return UNKNOWN_RESERVATION;
  const a = at(load<u32>(at(node), HOLDER));
  remove(a, node);
  store<u32>(at(node), 0, CHILD);
  store<u32>(at(node), 0, NEXT);
  store<u32>(at(node), 0, BEFORE);
  store<f64>(at(node), expiresAt, EXPIRES_AT);
  insert(a, node);
  if (expiresAt < load<f64>(a, WAKE_AT)) store<f64>(a, expiresAt, WAKE_AT);
  return load<i32>(at(node), TOKENS);
}

/** When an open reservation ends and what it holds; -1 where it is not open. Changes nothing. */
export function expiryOf(handle: f64): f64 {
  if (!(handle > 0 && handle < 9007199254740992.0)) return -1;
  const node = <u32>(<u64>handle & <u64>(HANDLE_CELLS - 1));
  return known(node, RESERVATION) != 0 && handleOf(node) == handle ? load<f64>(at(node), EXPIRES_AT) : -1;
}

/** Frees all reservations of an account. */
export function dropAll(a: usize): void {
  let node = load<u32>(a, HEAP);
  while (node != 0) {
    dropReservation(a, node);
    node = load<u32>(a, HEAP);
  }
}
