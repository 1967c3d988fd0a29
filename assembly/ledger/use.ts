// The integral of used / cap over time. A change of used adds change * time to one number, the moment; so a visit needs no
// division and no time of the visit before: used * t - moment is the integral up to any later t. All of it is whole numbers
// modulo 2^64: exact, whatever the clock shows, while the integral itself stays below 2^63, which `renew` sees to.
import { at, cold } from "./cells";
import {
  ALWAYS, AREA, BLOCK_SHIFT, CAP, CELL_MASK, EXPIRES_AT, HEAP, HIGH, LAST, MOMENT, ORIGIN, OWNER, PREVIOUS, UNIT_SHIFT, USED, WAKE, WINDOW,
} from "./layout";

/** Most that a first expiry may lie before the last change of its account and still be what the account wakes by, in units. */
const BEHIND: i64 = (1 << (BLOCK_SHIFT - UNIT_SHIFT)) / 2;
const BLOCK_UNITS: u64 = 1 << (BLOCK_SHIFT - UNIT_SHIFT);

/** A time in whole ticks of 1/64 ms; an earlier time never has more. Times beyond 4.5 million years count as those. */
// @ts-ignore: decorator
@inline
export function ticksOf(ms: f64): i64 {
  return <i64>(ms * 64);
}

/** Whether `wake` must come before an account is used at `t`: something may be due, or `t` lies further back than LAST can tell. */
// @ts-ignore: decorator
@inline
export function isDue(a: usize, t: i64): bool {
  return <u64>(<i64>load<i32>(a, WAKE) - 1 - max<i64>(t >> UNIT_SHIFT, ALWAYS)) >= BLOCK_UNITS;
}

/** Counts a change of `used` at `t`, where nothing is due; a time before that of the last change counts as that one. */
// @ts-ignore: decorator
@inline
export function noteUse(a: usize, change: i32, t: i64): void {
  const later = <i32>(<u32>t - load<u32>(a, LAST));
  let time = t;
  if (later > 0) store<u32>(a, <u32>t, LAST);
  else time -= later;
  store<i64>(a, load<i64>(a, MOMENT) + <i64>change * time, MOMENT);
}

/** When `used` last changed, or the area was folded. */
export function lastOf(a: usize): i64 {
  return (<i64>load<i32>(cold(a), HIGH) << 32) | <i64>load<u32>(a, LAST);
}

/** used / cap; 0 where there is no cap. */
function level(a: usize): f64 {
  const cap = load<i32>(cold(a), CAP);
  return cap == 0 ? 0 : <f64>load<i32>(a, USED) / <f64>cap;
}

/** Integral of used / cap over the current window up to `t`, which is not before the last change (ticks). */
export function areaAt(a: usize, t: i64): f64 {
  const cap = load<i32>(cold(a), CAP);
  if (cap == 0) return load<f64>(cold(a), AREA);
  const last = lastOf(a);
  const used = <i64>load<i32>(a, USED);
  const moved = used * last - load<i64>(a, MOMENT);
  assert(moved >= 0 && t >= last);
  return load<f64>(cold(a), AREA) + (<f64>moved + <f64>used * (<f64>t - <f64>last)) / <f64>cap;
}

/** From `t` on the integral is counted anew, beside `area`. */
export function fold(a: usize, area: f64, t: i64): void {
  store<f64>(cold(a), area, AREA);
  store<i32>(cold(a), <i32>(t >> 32), HIGH);
  store<u32>(a, <u32>t, LAST);
  store<i64>(a, <i64>load<i32>(a, USED) * t, MOMENT);
}

// @ts-ignore: decorator
@inline
export function ownerOf(a: usize): u32 {
  return (load<u32>(cold(a), OWNER) & 0x7fffffff) >> 2;
}

/** What `window` found. */
let begin: i64 = 0;
let end: i64 = 0;

// @ts-ignore: decorator
@inline
function startOf(owner: usize, index: f64): i64 {
  return ticksOf(load<f64>(cold(owner), ORIGIN) + index * load<f64>(cold(owner), WINDOW));
}

/** The number of the window in which a time lies; `begin` and `end` are where it begins and ends. */
function window(a: usize, t: i64): f64 {
  const owner = at(ownerOf(a));
  let index = max<f64>(Math.floor((<f64>t / 64 - load<f64>(cold(owner), ORIGIN)) / load<f64>(cold(owner), WINDOW)), 0);
  begin = startOf(owner, index);
  end = startOf(owner, index + 1);
  // Ticks are whole, bounds of windows need not be: near one, the number may be off by one.
  if (end <= t) {
    index += 1;
    begin = end;
    end = startOf(owner, index + 1);
  } else if (begin > t && index > 0) {
    index -= 1;
    end = begin;
    begin = startOf(owner, index);
  }
  return index;
}

/**
 * Brings an account that is due to `t`, or to its last change where that is later: a new window, whose predecessor's mean is
 * kept, or a new block of time. Then sets WAKE anew. Returns that time.
 */
export function renew(a: usize, t: i64): i64 {
  const last = lastOf(a);
  const time = max<i64>(t, last);
  const index = window(a, last);
  const length = <f64>end - <f64>begin;
  // Nothing has changed between the last change and the end of its window: that would have renewed the account.
  const first = areaAt(a, max<i64>(end, last));
  const next = window(a, time);
  if (next > index) {
    store<f32>(cold(a), <f32>(next > index + 1 || length <= 0 ? level(a) : first / length), PREVIOUS);
    fold(a, level(a) * (<f64>time - <f64>begin), time);
  } else if (time >> BLOCK_SHIFT != last >> BLOCK_SHIFT) {
    fold(a, areaAt(a, time), time);
  }
  setWake(a, time);
  return time;
}

/** Sets WAKE anew: the end of the window or of the block in which `t` lies, or the first expiry. */
export function setWake(a: usize, t: i64): void {
  window(a, t);
  let unit = min<i64>(end >> UNIT_SHIFT, ((t >> BLOCK_SHIFT) + 1) << (BLOCK_SHIFT - UNIT_SHIFT));
  const root = load<u32>(a, HEAP) & CELL_MASK;
  if (root != 0) unit = min<i64>(unit, ticksOf(load<f64>(at(root), EXPIRES_AT)) >> UNIT_SHIFT);
  storeWake(a, unit);
}

/** An account that would wake far before its last change wakes always: LAST can't tell the times between from later ones. */
function storeWake(a: usize, unit: i64): void {
  const wake = min<i64>(max<i64>(unit, ALWAYS), i32.MAX_VALUE);
  store<i32>(a, wake < (lastOf(a) >> UNIT_SHIFT) - BEHIND ? ALWAYS : <i32>wake, WAKE);
}

/** Lets an account wake at `time` (ms), if not before. */
// @ts-ignore: decorator
@inline
export function wakeBy(a: usize, time: f64): void {
  if (time < <f64>load<i32>(a, WAKE) * <f64>(1 << (UNIT_SHIFT - 6))) storeWake(a, ticksOf(time) >> UNIT_SHIFT);
}

/** Mean of used / cap over the last window's length; of an earlier window, its mean stands for each of its parts. */
export function meanUse(a: usize, t: i64): f64 {
  const previous = <f64>load<f32>(cold(a), PREVIOUS);
  const area = areaAt(a, t);
  window(a, t);
  if (previous < 0) begin = ticksOf(load<f64>(cold(at(ownerOf(a))), ORIGIN));
  const elapsed = <f64>t - <f64>begin;
  const length = previous < 0 ? elapsed : <f64>end - <f64>begin;
  return length > 0 ? (area + previous * max<f64>(length - elapsed, 0)) / length : level(a);
}
