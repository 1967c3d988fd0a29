import { accountAt, advance, check, countGrant, refuse, use } from "./account";
import { at, cold, freeBlock, known, mark, takeBlock } from "./cells";
import {
  AVAILABLE, BAD_ACCOUNT, BAD_BUDGET, BAD_TOKENS, BUDGET, CAP, CHARGED, CHARGES, CHILD_BEFORE, CHILDREN, COUNT, EXHAUSTIONS, FIRST_CHILD,
  GRANT_SHIFT, GRANTS, HAS_CHILDREN, HEAP, LOW, MAX_BLOCK, NEXT_CHILD, NO_ROOM, ORIGIN, OUT_OF_MEMORY, OWNER, PARENT, PREVIOUS, SCRATCH, TAGGED, TOTAL, USED,
  WINDOW,
} from "./layout";
import { dropAll } from "./reservation";
import { areaAt, fold, lastOf, ownerOf, setWake, ticksOf } from "./use";

/**
 * Opens a budget of `count` accounts whose caps lie in SCRATCH, and charges their sum to the account `parent` (0: none).
 * Returns its cell; account i is the cell behind it plus i.
 */
export function openIn(count: u32, parent: u32, span: f64, now: f64): i32 {
  if (count < 1 || count >= MAX_BLOCK || !(span > 0)) return BAD_BUDGET;
  let total: i64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const cap = load<i32>(SCRATCH + i * 4);
    if (cap < 0) return BAD_TOKENS;
    total += cap;
  }
  if (total > i32.MAX_VALUE) return BAD_TOKENS;
  const p: usize = parent == 0 ? 0 : accountAt(parent);
  const t = ticksOf(now);
  let time = t;
  if (parent != 0) {
    if (p == 0) return BAD_ACCOUNT;
    time = advance(p, now, t);
    if (<i32>total > load<i32>(p, AVAILABLE)) return refuse(p, <i32>total);
  }
  const cell = takeBlock(count + 1);
  if (cell == 0) return OUT_OF_MEMORY;
  mark(cell, BUDGET);
  const budget = at(cell);
  store<i32>(budget, <i32>total, TOTAL);
  store<u32>(budget, count, COUNT);
  store<f64>(cold(budget), now, ORIGIN);
  store<f64>(cold(budget), span, WINDOW);
  for (let i: u32 = 0; i < count; i++) startAccount(at(cell + 1 + i), cell, load<i32>(SCRATCH + i * 4), t);
  if (p != 0) charge(p, parent, cell, <i32>total, time);
  return cell;
}

/** Makes a free cell an account. All that is not set here is 0. */
function startAccount(a: usize, owner: u32, cap: i32, t: i64): void {
  store<u32>(cold(a), TAGGED | (owner << 2), OWNER);
  store<i32>(cold(a), cap, CAP);
  store<i32>(a, cap, AVAILABLE);
  store<i32>(a, cap, LOW);
  store<f32>(cold(a), -1, PREVIOUS);
  fold(a, 0, t);
  setWake(a, t);
}

function charge(p: usize, parent: u32, cell: u32, total: i32, t: i64): void {
  relink(parent, 0, cell);
  countGrant(p);
  use(p, total, t);
  store<u32>(p, load<u32>(p, HEAP) | CHARGED, HEAP);
  check(p);
}

/** In the list of children of the account's budget: takes `old` out, puts `next` in (0: none). */
function relink(parent: u32, old: u32, next: u32): void {
  const owner = at(ownerOf(at(parent)));
  if (old != 0) {
    const after = load<u32>(at(old), NEXT_CHILD);
    const before = load<u32>(at(old), CHILD_BEFORE);
    if (after != 0) store<u32>(at(after), before, CHILD_BEFORE);
    if (before != 0) store<u32>(at(before), after, NEXT_CHILD);
    else store<u32>(owner, after, FIRST_CHILD);
    store<u32>(at(old), 0, PARENT);
    store<u32>(owner, load<u32>(owner, CHILDREN) - 1, CHILDREN);
    store<i32>(cold(owner), load<i32>(cold(owner), CHARGES) - load<i32>(at(old), TOTAL), CHARGES);
  }
  if (next != 0) {
    const first = load<u32>(owner, FIRST_CHILD);
    store<u32>(at(next), parent, PARENT);
    store<u32>(at(next), first, NEXT_CHILD);
    store<u32>(at(next), 0, CHILD_BEFORE);
    if (first != 0) store<u32>(at(first), next, CHILD_BEFORE);
    store<u32>(owner, next, FIRST_CHILD);
    store<u32>(owner, load<u32>(owner, CHILDREN) + 1, CHILDREN);
    store<i32>(cold(owner), load<i32>(cold(owner), CHARGES) + load<i32>(at(next), TOTAL), CHARGES);
  }
}

/** Closes a budget without open children: its reservations end, its total returns to its parent. Returns the total. */
export function closeIn(cell: u32, now: f64): i32 {
  const budget = known(cell, BUDGET);
  if (budget == 0) return BAD_BUDGET;
  if (load<u32>(budget, CHILDREN) != 0) return HAS_CHILDREN;
  const total = load<i32>(budget, TOTAL);
  const count = load<u32>(budget, COUNT);
  const parent = load<u32>(budget, PARENT);
  for (let i: u32 = 0; i < count; i++) dropAll(at(cell + 1 + i));
  if (parent != 0) {
    const p = at(parent);
    const time = advance(p, now, ticksOf(now));
    relink(parent, cell, 0);
    use(p, -total, time);
    check(p);
  }
  freeBlock(cell, count + 1);
  return total;
}

/** Moves idle cap between two accounts of one budget. Returns what stays available in `from`. */
export function transferIn(from: u32, to: u32, tokens: i32, now: f64): i32 {
  const a = accountAt(from);
  const b = accountAt(to);
  if (a == 0 || b == 0 || ownerOf(a) != ownerOf(b)) return BAD_ACCOUNT;
  if (tokens < 0) return BAD_TOKENS;
  const t = ticksOf(now);
  const timeOfA = advance(a, now, t);
  const timeOfB = advance(b, now, t);
  if (tokens > load<i32>(a, AVAILABLE)) return NO_ROOM;
  foldAt(a, timeOfA);
  foldAt(b, timeOfB);
  changeCap(a, -tokens);
  changeCap(b, tokens);
  return load<i32>(a, AVAILABLE);
}

/** What follows counts by the cap as it is then. */
function foldAt(a: usize, t: i64): void {
  const time = max<i64>(t, lastOf(a));
  fold(a, areaAt(a, time), time);
}

// @ts-ignore: decorator
@inline
function changeCap(a: usize, change: i32): void {
  store<i32>(cold(a), load<i32>(cold(a), CAP) + change, CAP);
  store<i32>(a, load<i32>(a, AVAILABLE) + change, AVAILABLE);
  store<i32>(a, load<i32>(a, LOW) + change, LOW);
  check(a);
}

/** Sets the history of an account, as a snapshot has it. Only for an account that has had no operation yet. */
export function restoreIn(account: u32, used: i32, peak: i32, exhaustions: i32, grants: u32, since: f64, area: f64, previous: f32): i32 {
  const a = accountAt(account);
  if (a == 0) return BAD_ACCOUNT;
  if (used < 0 || used > load<i32>(cold(a), CAP) || peak < used || exhaustions < 0) return BAD_TOKENS;
  if (load<i32>(a, USED) != 0 || load<i32>(a, AVAILABLE) != load<i32>(cold(a), CAP)) return BAD_TOKENS;
  const budget = at(ownerOf(a));
  if (!(since >= load<f64>(cold(budget), ORIGIN)) || !(area >= 0)) return BAD_TOKENS;
  store<i32>(a, used, USED);
  store<i32>(a, load<i32>(cold(a), CAP) - used, AVAILABLE);
  store<i32>(a, load<i32>(cold(a), CAP) - peak, LOW);
  store<i32>(cold(a), exhaustions, EXHAUSTIONS);
  store<u32>(a, grants << GRANT_SHIFT, HEAP);
  store<u32>(cold(a), grants & ~15, GRANTS);
  store<f32>(cold(a), previous, PREVIOUS);
  fold(a, area * 64, ticksOf(since));
  setWake(a, ticksOf(since));
  return 0;
}

/** Puts `next` in the place of `old` under the same parent account: `next` is charged there, `old` no longer. */
export function replaceIn(old: u32, next: u32): i32 {
  const a = known(old, BUDGET);
  const b = known(next, BUDGET);
  if (a == 0 || b == 0 || load<i32>(a, TOTAL) != load<i32>(b, TOTAL) || load<u32>(b, PARENT) != 0) return BAD_BUDGET;
  const parent = load<u32>(a, PARENT);
  if (parent == 0) return 0;
  relink(parent, old, next);
  return 0;
}
