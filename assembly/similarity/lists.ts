import { LISTS, reach } from "./layout";

// The shingles of two texts as lists of 64-bit hashes, one behind the other, and the exact size of what they share.

/** Behind the first text's list, where the second one starts. */
let middle: usize = LISTS;
let end: usize = LISTS;
let limit: usize = 0;
let full: bool = false;

let shared: i32 = 0;
let all: i32 = 0;

/** Begins the list of the first text, or of the second one. */
export function beginList(second: bool): void {
  if (!second) middle = LISTS;
  end = middle;
  limit = <usize>memory.size() << 16;
  full = false;
}

export function addToList(hash: u64): void {
  if (end + 8 > limit) {
    if (full || !reach(end + 8)) {
      full = true;
      return;
    }
    limit = <usize>memory.size() << 16;
  }
  store<u64>(end, hash);
  end += 8;
}

/** Ends a list; false where memory ran out. The first list stays for any number of second ones. */
export function endList(second: bool): bool {
  if (!second) middle = end;
  return !full;
}

/** The low two bits of an entry tell which lists hold it. */
@inline const IN_FIRST: u64 = 1;
@inline const IN_SECOND: u64 = 2;

/** The table behind the lists: how far it is cleared, and how far the lists have been entered. */
let slots: usize = 0;
let cleared: usize = 0;
let entered: usize = 0;

/** Begins to compare the two lists; false where memory ran out. */
export function beginCompare(): bool {
  const count = <i32>((end - LISTS) >> 3);
  slots = 16;
  while (slots < (<usize>count << 1)) slots <<= 1;
  if (!reach(end + (slots << 3))) return false;
  cleared = end;
  entered = LISTS;
  shared = 0;
  all = 0;
  return true;
}

/**
 * Enters at most so many hashes, or clears the room for as many times 16; true once what the lists share and what they
 * hold together, each hash once, has been counted.
 */
export function compareSome(most: i32): bool {
  const table = end;
  const tableEnd = table + (slots << 3);
  if (cleared < tableEnd) {
    const to = min(tableEnd, cleared + (<usize>most << 7));
    memory.fill(cleared, 0, to - cleared);
    cleared = to;
    return false;
  }
  const stop = min(end, entered + (<usize>most << 3));
  for (; entered < stop; entered += 8) {
    enter(table, slots - 1, load<u64>(entered), entered < middle ? IN_FIRST : IN_SECOND);
  }
  return entered == end;
}

function enter(table: usize, mask: usize, hash: u64, list: u64): void {
  // Bit 2 keeps every key apart from an empty slot.
  const key = (hash & ~3) | 4;
  let slot = <usize>(hash >> 20) & mask;
  for (;;) {
    const at = table + (slot << 3);
    const entry = load<u64>(at);
    if (entry == 0) {
      store<u64>(at, key | list);
      all++;
      return;
    }
    if ((entry & ~3) == key) {
      if ((entry & list) == 0) {
        store<u64>(at, entry | list);
        shared++;
      }
      return;
    }
    slot = (slot + 1) & mask;
  }
}

export function sharedCount(): i32 {
  return shared;
}

export function allCount(): i32 {
  return all;
}
