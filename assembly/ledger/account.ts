// An engine stops a call where its stack ends, and only where a function begins. So what changes together is stored after the
// last call of a function that is not inlined: then all of it has happened, or none.
import { at, cold, freeCell, generationAt } from "./cells";
import { remove } from "./expiry-heap";
import {
  AVAILABLE, BAD_ACCOUNT, BAD_TOKENS, CAP, CELL_MASK, CHARGED, CHARGES, EXHAUSTIONS, EXPIRED, EXPIRED_CAPACITY, EXPIRED_COUNT,
  EXPIRES_AT, FIRST, FIRST_CHILD, GRANT, GRANTS, GRANT_SHIFT, HANDLE_SHIFT, HEAP, LOW, NEXT_CHILD, NO_ROOM, OVER_CAP, OVER_RELEASE, PARENT, TOKENS, TOP, TOTAL, USED,
} from "./layout";
import { isDue, noteUse, ownerOf, renew, ticksOf } from "./use";

/** The cell behind an account's number, or 0. */
// @ts-ignore: decorator
@inline
export function accountAt(account: u32): usize {
  return isAccount(account) ? at(account) : 0;
}

/**
 * Whether a number is that of an account. Branch on this, don't choose between an address and 0 by it: a processor goes on past
 * a branch while the account's line is on its way, and waits for a choice.
 */
// @ts-ignore: decorator
@inline
export function isAccount(account: u32): bool {
  if (account - FIRST >= load<u32>(TOP) - FIRST) return false;
  return load<i32>(at(account), AVAILABLE) >= 0;
}

/** Brings an account to `now`, which is `t` ticks: what has expired returns. Returns the time from which a change counts. */
// @ts-ignore: decorator
@inline
export function advance(a: usize, now: f64, t: i64): i64 {
  return isDue(a, t) ? wake(a, now, t) : t;
}

/** The rare part of `advance`: expiries, and the turn of a window. */
export function wake(a: usize, now: f64, t: i64): i64 {
  let root = load<u32>(a, HEAP) & CELL_MASK;
  while (root != 0 && load<f64>(at(root), EXPIRES_AT) <= now) {
    expire(a, root);
    root = load<u32>(a, HEAP) & CELL_MASK;
  }
  return renew(a, t);
}

function expire(a: usize, node: u32): void {
  const count = load<u32>(EXPIRED_COUNT);
  const handle = handleOf(node);
  dropReservation(a, node);
  if (count < EXPIRED_CAPACITY) store<f64>(EXPIRED + count * 8, handle);
  store<u32>(EXPIRED_COUNT, count + 1);
}

/** Returns the tokens of a reservation to its account and frees its cell. */
export function dropReservation(a: usize, node: u32): void {
  remove(a, node);
  store<i32>(a, load<i32>(a, AVAILABLE) + load<i32>(at(node), TOKENS), AVAILABLE);
  freeCell(node);
}

// @ts-ignore: decorator
@inline
export function handleOf(cell: u32): f64 {
  return <f64>((<i64>generationAt(at(cell)) << HANDLE_SHIFT) | <i64>cell);
}

/** Counts a request that does not fit, and says why not. */
export function refuse(a: usize, tokens: i32): i32 {
  if (tokens > load<i32>(cold(a), CAP)) return OVER_CAP;
  const before = load<i32>(cold(a), EXHAUSTIONS);
  if (before < i32.MAX_VALUE) store<i32>(cold(a), before + 1, EXHAUSTIONS);
  return NO_ROOM;
}

/** Takes `tokens` of what is available, and notes the peak. Returns what is left. */
// @ts-ignore: decorator
@inline
export function take(a: usize, tokens: i32): i32 {
  const available = load<i32>(a, AVAILABLE) - tokens;
  store<i32>(a, available, AVAILABLE);
  if (available < load<i32>(a, LOW)) store<i32>(a, available, LOW);
  return available;
}

/** Makes `tokens` of what is available used, or the other way round where they are below 0. Returns what is left. */
// @ts-ignore: decorator
@inline
export function use(a: usize, tokens: i32, t: i64): i32 {
  noteUse(a, tokens, t);
  store<i32>(a, load<i32>(a, USED) + tokens, USED);
  return take(a, tokens);
}

/** In debug builds: what always holds for an account. A release build must not load it: that would touch the cold half. */
// @ts-ignore: decorator
@inline
export function check(a: usize): void {
  if (ASC_NO_ASSERT) return;
  assert(load<i32>(a, USED) >= 0 && load<i32>(a, AVAILABLE) >= 0);
  assert(load<i32>(cold(a), CAP) - load<i32>(a, AVAILABLE) >= load<i32>(a, USED));
}

/** Counts a grant: up to 15 in the hot half, then 16 of them in the cold one, up to 2^32 - 1 in all. */
// @ts-ignore: decorator
@inline
export function countGrant(a: usize): void {
  const head = load<u32>(a, HEAP) + GRANT;
  store<u32>(a, head, HEAP);
  if (head >= GRANT) return;
  const grants = load<u32>(cold(a), GRANTS);
  if (grants < 0xfffffff0) store<u32>(cold(a), grants + 16, GRANTS);
  else store<u32>(a, head | (15 << GRANT_SHIFT), HEAP);
}

export function grantsOf(a: usize): u32 {
  return load<u32>(cold(a), GRANTS) + (load<u32>(a, HEAP) >> GRANT_SHIFT);
}

/** Grants `tokens` whole, or nothing; a request that does not fit is an exhaustion. Returns what is available. */
export function allocateIn(account: u32, tokens: i32, now: f64): i32 {
  if (!isAccount(account)) return BAD_ACCOUNT;
  const a = at(account);
  if (tokens < 0) return BAD_TOKENS;
  const time = advance(a, now, ticksOf(now));
  if (tokens > load<i32>(a, AVAILABLE)) return refuse(a, tokens);
  countGrant(a);
  const available = use(a, tokens, time);
  check(a);
  return available;
}

/** As `allocateIn`, for a request that was refused before: a further refusal is no further exhaustion. */
export function retryIn(account: u32, tokens: i32, now: f64): i32 {
  if (!isAccount(account)) return BAD_ACCOUNT;
  const before = load<i32>(cold(at(account)), EXHAUSTIONS);
  const status = allocateIn(account, tokens, now);
  if (status == NO_ROOM) store<i32>(cold(at(account)), before, EXHAUSTIONS);
  return status;
}

/** Whether open children are charged more than `most` to an account. Looks at each of them only where all together are. */
function isChargedMore(a: usize, account: u32, most: i32): bool {
  const owner = at(ownerOf(a));
  if (load<i32>(cold(owner), CHARGES) <= most) return false;
  let tokens = 0;
  let child = load<u32>(owner, FIRST_CHILD);
  while (child != 0 && tokens <= most) {
    if (load<u32>(at(child), PARENT) == account) tokens += load<i32>(at(child), TOTAL);
    child = load<u32>(at(child), NEXT_CHILD);
  }
  return tokens > most;
}

/** Gives `tokens` back; what open children are charged, and at least `keep` must stay in use. Returns what is available. */
export function releaseIn(account: u32, tokens: i32, keep: i32, now: f64): i32 {
  if (!isAccount(account)) return BAD_ACCOUNT;
  const a = at(account);
  if (tokens < 0 || keep < 0) return BAD_TOKENS;
  const time = advance(a, now, ticksOf(now));
  const used = load<i32>(a, USED);
  if (tokens > used - keep) return OVER_RELEASE;
  if ((load<u32>(a, HEAP) & CHARGED) != 0 && isChargedMore(a, account, used - tokens)) return OVER_RELEASE;
  const available = use(a, -tokens, time);
  check(a);
  return available;
}
