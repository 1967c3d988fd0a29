import { accountAt, advance, grantsOf } from "./account";
import { at, bytesInUse, cold, reserveHeader } from "./cells";
import { runBatch } from "./batch";
import { closeIn, openIn, replaceIn, restoreIn, transferIn } from "./budget";
import {
  AVAILABLE, BAD_ACCOUNT, BATCH, BATCH_CAPACITY, CAP, EXHAUSTIONS, EXPIRED, EXPIRED_CAPACITY, EXPIRED_COUNT, LOW, ORIGIN, PREVIOUS, SCRATCH, USED,
} from "./layout";
import { expiryOf, extendIn, reserveIn, settleIn, voidIn } from "./reservation";
import { areaAt, lastOf, meanUse, ownerOf, ticksOf } from "./use";

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
export function restore(account: u32, used: i32, peak: i32, exhaustions: i32, grants: u32, since: f64, area: f64, previous: f32): i32 {
  return restoreIn(account, used, peak, exhaustions, grants, since, area, previous);
}
export function replace(old: u32, next: u32): i32 { return replaceIn(old, next); }

export { allocateIn as allocate, retryIn as retry, releaseIn as release } from "./account";
export function reserve(account: u32, tokens: i32, expiresAt: f64, now: f64): f64 {
  return reserveIn(account, tokens, expiresAt, now, ticksOf(now));
}
export function settle(handle: f64, actual: i32, now: f64): i32 { return settleIn(handle, actual, now, ticksOf(now)); }
export function cancel(handle: f64, now: f64): i32 { return voidIn(handle, now); }
export function extend(handle: f64, expiresAt: f64, now: f64): i32 { return extendIn(handle, expiresAt, now); }
export function expiry(handle: f64): f64 { return expiryOf(handle); }
export function run(count: u32, now: f64): i32 { return runBatch(count, now); }
export function bytes(): f64 { return bytesInUse(); }

/**
 * Writes an account as it is at `now` to SCRATCH: cap, used, reserved, peak, exhaustions, grants, mean use of the last
 * window, since, area, previous. Returns 1 where that ended a reservation, else 0.
 */
export function read(account: u32, now: f64): i32 {
  const a = accountAt(account);
  if (a == 0) return BAD_ACCOUNT;
  const expired = load<u32>(EXPIRED_COUNT);
  const t = ticksOf(now);
  const time = max<i64>(advance(a, now, t), lastOf(a));
  const cap = load<i32>(cold(a), CAP);
  const used = load<i32>(a, USED);
  store<f64>(SCRATCH, <f64>cap, 0);
  store<f64>(SCRATCH, <f64>used, 8);
  store<f64>(SCRATCH, <f64>(cap - used - load<i32>(a, AVAILABLE)), 16);
  store<f64>(SCRATCH, <f64>cap - <f64>load<i32>(a, LOW), 24);
  store<f64>(SCRATCH, <f64>load<i32>(cold(a), EXHAUSTIONS), 32);
  store<f64>(SCRATCH, <f64>grantsOf(a), 40);
  store<f64>(SCRATCH, meanUse(a, time), 48);
  store<f64>(SCRATCH, max<f64>(time == t ? now : <f64>time / 64, load<f64>(cold(at(ownerOf(a))), ORIGIN)), 56);
  store<f64>(SCRATCH, areaAt(a, time) / 64, 64);
  store<f64>(SCRATCH, <f64>load<f32>(cold(a), PREVIOUS), 72);
  return load<u32>(EXPIRED_COUNT) != expired ? 1 : 0;
}
