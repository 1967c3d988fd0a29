import { accountAt, advance, availableIn, notePeak, refuse, windowEnd } from "./account";
import { at, freeBlock, known, mark, takeBlock } from "./cells";
import {
  ACCOUNT, AREA, BAD_ACCOUNT, BAD_BUDGET, BAD_TOKENS, BUDGET, CAP, CHARGED, CHILD_BEFORE, CHILDREN, COUNT, EXHAUSTIONS, FIRST_CHILD, GRANTS, HAS_CHILDREN,
  MAX_BLOCK, NEXT_CHILD, NO_ROOM, ORIGIN, OUT_OF_MEMORY, OWNER, PARENT, PEAK, PREVIOUS, RESERVED, SCRATCH, SINCE, TAG, TOTAL, USED, WAKE_AT, WINDOW,
} from "./layout";
import { dropAll } from "./reservation";

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
  if (parent != 0) {
    if (p == 0) return BAD_ACCOUNT;
    advance(p, now);
    if (<i32>total > availableIn(p)) return refuse(p, <i32>total);
  }
  const cell = takeBlock(count + 1);
  if (cell == 0) return OUT_OF_MEMORY;
  mark(cell, BUDGET);
  const budget = at(cell);
  store<i32>(budget, <i32>total, TOTAL);
  store<u32>(budget, count, COUNT);
  if (p != 0) charge(p, parent, cell, <i32>total);
  store<f64>(budget, now, ORIGIN);
  store<f64>(budget, span, WINDOW);
  for (let i: u32 = 0; i < count; i++) {
    const account = cell + 1 + i;
    mark(account, ACCOUNT);
    const a = at(account);
    store<i32>(a, load<i32>(SCRATCH + i * 4), CAP);
    store<u32>(a, cell, OWNER);
    store<f64>(a, now, SINCE);
    store<f64>(a, now + span, WAKE_AT);
    store<f32>(a, -1, PREVIOUS);
  }
  return cell;
}

function charge(p: usize, parent: u32, cell: u32, total: i32): void {
  store<i32>(p, load<i32>(p, USED) + total, USED);
  store<i32>(p, load<i32>(p, GRANTS) + 1, GRANTS);
  store<u32>(p, load<u32>(p, TAG) | CHARGED, TAG);
  notePeak(p);
  link(parent, cell);
}

/** Makes a budget a child of the account's budget. */
function link(parent: u32, cell: u32): void {
  const owner = at(load<u32>(at(parent), OWNER));
  const first = load<u32>(owner, FIRST_CHILD);
  store<u32>(at(cell), parent, PARENT);
  store<u32>(at(cell), first, NEXT_CHILD);
  store<u32>(at(cell), 0, CHILD_BEFORE);
  if (first != 0) store<u32>(at(first), cell, CHILD_BEFORE);
  store<u32>(owner, cell, FIRST_CHILD);
  store<u32>(owner, load<u32>(owner, CHILDREN) + 1, CHILDREN);
}

function unlink(parent: u32, cell: u32): void {
  const owner = at(load<u32>(at(parent), OWNER));
  const next = load<u32>(at(cell), NEXT_CHILD);
  const before = load<u32>(at(cell), CHILD_BEFORE);
  if (next != 0) store<u32>(at(next), before, CHILD_BEFORE);
  if (before != 0) store<u32>(at(before), next, NEXT_CHILD);
  else store<u32>(owner, next, FIRST_CHILD);
  store<u32>(at(cell), 0, PARENT);
  store<u32>(owner, load<u32>(owner, CHILDREN) - 1, CHILDREN);
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
    advance(p, now);
    assert(load<i32>(p, USED) >= total);
    store<i32>(p, load<i32>(p, USED) - total, USED);
    unlink(parent, cell);
  }
  freeBlock(cell, count + 1);
  return total;
}

/** Moves idle cap between two accounts of one budget. Returns what stays available in `from`. */
export function transferIn(from: u32, to: u32, tokens: i32, now: f64): i32 {
  const a = accountAt(from);
  const b = accountAt(to);
  if (a == 0 || b == 0 || load<u32>(a, OWNER) != load<u32>(b, OWNER)) return BAD_ACCOUNT;
  if (tokens < 0) return BAD_TOKENS;
  advance(a, now);
  advance(b, now);
  if (tokens > availableIn(a)) return NO_ROOM;
  store<i32>(a, load<i32>(a, CAP) - tokens, CAP);
  store<i32>(b, load<i32>(b, CAP) + tokens, CAP);
  return availableIn(a);
}

/** Sets the history of an account, as a snapshot has it. Only for an account that has had no operation yet. */
export function restoreIn(account: u32, used: i32, peak: i32, exhaustions: i32, grants: i32, since: f64, area: f64, previous: f32): i32 {
  const a = accountAt(account);
  if (a == 0) return BAD_ACCOUNT;
  if (used < 0 || used > load<i32>(a, CAP) || peak < used || exhaustions < 0 || grants < 0) return BAD_TOKENS;
  if (load<i32>(a, USED) != 0 || load<i32>(a, RESERVED) != 0) return BAD_TOKENS;
  const budget = at(load<u32>(a, OWNER));
  if (!(since >= load<f64>(budget, ORIGIN)) || !(area >= 0)) return BAD_TOKENS;
  store<i32>(a, used, USED);
  store<i32>(a, peak, PEAK);
  store<i32>(a, exhaustions, EXHAUSTIONS);
  store<i32>(a, grants, GRANTS);
  store<f64>(a, since, SINCE);
  store<f64>(a, area, AREA);
  store<f32>(a, previous, PREVIOUS);
  store<f64>(a, windowEnd(load<f64>(budget, ORIGIN), load<f64>(budget, WINDOW), since), WAKE_AT);
  return 0;
}

/** Puts `next` in the place of `old` under the same parent account: `next` is charged there, `old` no longer. */
export function replaceIn(old: u32, next: u32): i32 {
  const a = known(old, BUDGET);
  const b = known(next, BUDGET);
  if (a == 0 || b == 0 || load<i32>(a, TOTAL) != load<i32>(b, TOTAL) || load<u32>(b, PARENT) != 0) return BAD_BUDGET;
  const parent = load<u32>(a, PARENT);
  if (parent == 0) return 0;
  unlink(parent, old);
  link(parent, next);
  return 0;
}
