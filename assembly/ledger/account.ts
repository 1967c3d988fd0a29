import { at, freeCell, known } from "./cells";
import { remove } from "./expiry-heap";
import {
  ACCOUNT, AREA, BAD_ACCOUNT, BAD_TOKENS, CAP, CHARGED, EXHAUSTIONS, EXPIRED, EXPIRED_CAPACITY, EXPIRED_COUNT, EXPIRES_AT, FIRST_CHILD, GRANTS,
  HANDLE_CELLS, HEAP, NEXT_CHILD, NO_ROOM, ORIGIN, OVER_CAP, OVER_RELEASE, OWNER, PARENT, PEAK, PREVIOUS, RESERVED, SINCE, TAG, TOKENS, TOTAL, USED,
  WAKE_AT, WINDOW,
} from "./layout";

/** The cell behind an account's number, or 0. */
// @ts-ignore: decorator
@inline
export function accountAt(account: u32): usize {
  return known(account, ACCOUNT);
}

/** Brings an account to `now`: what has expired returns, and the time since the last change counts toward its use. */
// @ts-ignore: decorator
@inline
export function advance(a: usize, now: f64): void {
  if (now >= load<f64>(a, WAKE_AT)) wake(a, now);
  const since = load<f64>(a, SINCE);
  if (now > since) {
    store<f64>(a, load<f64>(a, AREA) + level(a) * (now - since), AREA);
    store<f64>(a, now, SINCE);
  }
}

/** used / cap; 0 where there is no cap. */
// @ts-ignore: decorator
@inline
export function level(a: usize): f64 {
  const cap = load<i32>(a, CAP);
  return cap == 0 ? 0 : <f64>load<i32>(a, USED) / <f64>cap;
}

/** The rare part of `advance`: expiries, and the turn of a window. `used` was constant since SINCE. */
export function wake(a: usize, now: f64): void {
  let root = load<u32>(a, HEAP);
  while (root != 0 && load<f64>(at(root), EXPIRES_AT) <= now) {
    expire(a, root);
    root = load<u32>(a, HEAP);
  }
  const owner = at(load<u32>(a, OWNER));
  const origin = load<f64>(owner, ORIGIN);
  const span = load<f64>(owner, WINDOW);
  const since = load<f64>(a, SINCE);
  let end = windowEnd(origin, span, since);
  if (now >= end) {
    const use = level(a);
    const first = load<f64>(a, AREA) + use * max<f64>(end - since, 0);
    const start = windowEnd(origin, span, now) - span;
    store<f32>(a, <f32>(start > end + span / 2 ? use : first / span), PREVIOUS);
    store<f64>(a, use * max<f64>(now - start, 0), AREA);
    store<f64>(a, now, SINCE);
    end = start + span;
  }
  setWake(a, end);
}

// @ts-ignore: decorator
@inline
export function windowEnd(origin: f64, span: f64, time: f64): f64 {
  return origin + (Math.floor((time - origin) / span) + 1) * span;
}

function setWake(a: usize, end: f64): void {
  const root = load<u32>(a, HEAP);
  store<f64>(a, root == 0 ? end : min<f64>(end, load<f64>(at(root), EXPIRES_AT)), WAKE_AT);
}

function expire(a: usize, node: u32): void {
  const count = load<u32>(EXPIRED_COUNT);
  if (count < EXPIRED_CAPACITY) store<f64>(EXPIRED + count * 8, handleOf(node));
  store<u32>(EXPIRED_COUNT, count + 1);
  dropReservation(a, node);
}

/** Returns the tokens of a reservation to its account and frees its cell. WAKE_AT may stay too early, never too late. */
// @ts-ignore: decorator
@inline
export function dropReservation(a: usize, node: u32): void {
  store<i32>(a, load<i32>(a, RESERVED) - load<i32>(at(node), TOKENS), RESERVED);
  remove(a, node);
  freeCell(node);
}

// @ts-ignore: decorator
@inline
export function handleOf(cell: u32): f64 {
  return <f64>(load<u32>(at(cell), TAG) >> 2) * HANDLE_CELLS + <f64>cell;
}

// @ts-ignore: decorator
@inline
export function availableIn(a: usize): i32 {
  return load<i32>(a, CAP) - load<i32>(a, USED) - load<i32>(a, RESERVED);
}

/** Counts a request that does not fit, and says why not. */
export function refuse(a: usize, tokens: i32): i32 {
  if (tokens > load<i32>(a, CAP)) return OVER_CAP;
  store<i32>(a, load<i32>(a, EXHAUSTIONS) + 1, EXHAUSTIONS);
  return NO_ROOM;
}

// @ts-ignore: decorator
@inline
export function notePeak(a: usize): void {
  const held = load<i32>(a, USED) + load<i32>(a, RESERVED);
  assert(load<i32>(a, USED) >= 0 && load<i32>(a, RESERVED) >= 0 && held >= 0 && held <= load<i32>(a, CAP));
  if (held > load<i32>(a, PEAK)) store<i32>(a, held, PEAK);
}

/** Grants `tokens` whole, or nothing. `count`: a request that does not fit is an exhaustion. Returns what is available. */
// @ts-ignore: decorator
@inline
export function allocateIn(account: u32, tokens: i32, now: f64, count: bool): i32 {
  const a = accountAt(account);
  if (a == 0) return BAD_ACCOUNT;
  if (tokens < 0) return BAD_TOKENS;
  advance(a, now);
  const available = availableIn(a);
  if (tokens > available) return count ? refuse(a, tokens) : tokens > load<i32>(a, CAP) ? OVER_CAP : NO_ROOM;
  store<i32>(a, load<i32>(a, USED) + tokens, USED);
  store<i32>(a, load<i32>(a, GRANTS) + 1, GRANTS);
  notePeak(a);
  return available - tokens;
}

/** What open children are charged to an account. */
function chargedTo(a: usize, account: u32): i32 {
  let tokens = 0;
  let child = load<u32>(at(load<u32>(a, OWNER)), FIRST_CHILD);
  while (child != 0) {
    if (load<u32>(at(child), PARENT) == account) tokens += load<i32>(at(child), TOTAL);
    child = load<u32>(at(child), NEXT_CHILD);
  }
  return tokens;
}

/** Gives `tokens` back; what open children are charged, and at least `keep` must stay in use. Returns what is available. */
// @ts-ignore: decorator
@inline
export function releaseIn(account: u32, tokens: i32, keep: i32, now: f64): i32 {
  const a = accountAt(account);
  if (a == 0) return BAD_ACCOUNT;
  if (tokens < 0 || keep < 0) return BAD_TOKENS;
  advance(a, now);
  const used = load<i32>(a, USED);
  if (tokens > used - keep) return OVER_RELEASE;
  if ((load<u32>(a, TAG) & CHARGED) != 0 && tokens > used - chargedTo(a, account)) return OVER_RELEASE;
  store<i32>(a, used - tokens, USED);
  return availableIn(a);
}
