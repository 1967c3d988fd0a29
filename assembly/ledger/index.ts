import { accountAt, advance, allocateIn, level, releaseIn, wake } from "./account";
import { at, reserveHeader, topCell } from "./cells";
import { runBatch } from "./batch";
import { closeIn, openIn, replaceIn, restoreIn, transferIn } from "./budget";
import {
  AREA, BAD_ACCOUNT, BATCH, BATCH_CAPACITY, CAP, CELL_SHIFT, EXHAUSTIONS, EXPIRED, EXPIRED_CAPACITY, EXPIRED_COUNT, GRANTS, ORIGIN, OWNER,
  PEAK, PREVIOUS, RESERVED, SCRATCH, SINCE, USED, WAKE_AT, WINDOW,
} from "./layout";
import { expiryOf, extendIn, reserveIn, settleIn, voidIn } from "./reservation";

reserveHeader();

export const scratch: u32 = SCRATCH;
export const batch: u32 = BATCH;
export const batchCapacity: u32 = BATCH_CAPACITY;
export const expiredCount: u32 = EXPIRED_COUNT;
export const expired: u32 = EXPIRED;
export const expiredCapacity: u32 = EXPIRED_CAPACITY;

export function open(count: u32, parent: u32, windowMs: f64, now: f64): i32 { return openIn(count, parent, windowMs, now); }
export function close(budget: u32, now: f64): i32 { return closeIn(budget, now); }
export function transfer(from: u32, to: u32, tokens: i32, now: f64): i32 { return transferIn(from, to, tokens, now); }
export function restore(account: u32, used: i32, peak: i32, exhaustions: i32, grants: i32, since: f64, area: f64, previous: f32): i32 {
  return restoreIn(account, used, peak, exhaustions, grants, since, area, previous);
}
export function replace(old: u32, next: u32): i32 { return replaceIn(old, next); }

export function allocate(account: u32, tokens: i32, now: f64): i32 { return allocateIn(account, tokens, now, true); }
/** As `allocate`, for a request that was refused before: a further refusal is no further exhaustion. */
export function retry(account: u32, tokens: i32, now: f64): i32 { return allocateIn(account, tokens, now, false); }
export function release(account: u32, tokens: i32, keep: i32, now: f64): i32 { return releaseIn(account, tokens, keep, now); }
export function reserve(account: u32, tokens: i32, expiresAt: f64, now: f64): f64 { return reserveIn(account, tokens, expiresAt, now); }
export function settle(handle: f64, actual: i32, now: f64): i32 { return settleIn(handle, actual, now); }
export function cancel(handle: f64, now: f64): i32 { return voidIn(handle, now); }
export function extend(handle: f64, expiresAt: f64, now: f64): i32 { return extendIn(handle, expiresAt, now); }
export function expiry(handle: f64): f64 { return expiryOf(handle); }
export function run(count: u32, now: f64): i32 { return runBatch(count, now); }
export function bytes(): f64 { return <f64>topCell() * <f64>(1 << CELL_SHIFT); }

/**
 * Writes an account as it is at `now` to SCRATCH: cap, used, reserved, peak, exhaustions, grants, mean use of the last
 * window, since, area, previous. Returns 1 where that turned a window or ended a reservation, 0 where it changed nothing.
 */
export function read(account: u32, now: f64): i32 {
  const a = accountAt(account);
  if (a == 0) return BAD_ACCOUNT;
  const woke = now >= load<f64>(a, WAKE_AT);
  if (woke) wake(a, now);
  store<f64>(SCRATCH, <f64>load<i32>(a, CAP), 0);
  store<f64>(SCRATCH, <f64>load<i32>(a, USED), 8);
  store<f64>(SCRATCH, <f64>load<i32>(a, RESERVED), 16);
  store<f64>(SCRATCH, <f64>load<i32>(a, PEAK), 24);
  store<f64>(SCRATCH, <f64>load<i32>(a, EXHAUSTIONS), 32);
  store<f64>(SCRATCH, <f64>load<i32>(a, GRANTS), 40);
  store<f64>(SCRATCH, mean(a, now), 48);
  store<f64>(SCRATCH, load<f64>(a, SINCE), 56);
  store<f64>(SCRATCH, load<f64>(a, AREA), 64);
  store<f64>(SCRATCH, <f64>load<f32>(a, PREVIOUS), 72);
  return woke ? 1 : 0;
}

/** Mean of used / cap over the last window's length; of an earlier window, its mean stands for each of its parts. */
function mean(a: usize, now: f64): f64 {
  const owner = at(load<u32>(a, OWNER));
  const origin = load<f64>(owner, ORIGIN);
  const span = load<f64>(owner, WINDOW);
  const since = load<f64>(a, SINCE);
  const time = max<f64>(now, since);
  const area = load<f64>(a, AREA) + level(a) * (time - since);
  const previous = <f64>load<f32>(a, PREVIOUS);
  if (previous >= 0) {
    const elapsed = time - origin - Math.floor((time - origin) / span) * span;
    return (area + previous * (span - elapsed)) / span;
  }
  return time > origin ? area / (time - origin) : level(a);
}
