// Merging of one piece of at most SHORT_MERGE bytes: the smallest rank is found by looking at all of them.
import { WINDOW } from "../layout";
import { beginsWide, characterAt } from "./characters";
import { NONE, bytePairRank, byteRank, pairRank } from "./pairs";

@inline export const SHORT_MERGE: usize = 48;

/** Merges the bytes at `p` and returns how many tokens they make; `packIds` gives the tokens. */
export function mergeShort(p: usize, bytes: usize): u32 {
  // While merging, part i is 8 bytes: its id, then the rank of the pair that it makes with part i + 1.
  let n = bytes;
  if (beginsWide(p, bytes)) n = beginWithCharacters(p, bytes);
  else for (let i: usize = 0; i < n; i++) {
    store<u32>(WINDOW + (i << 3), byteRank(p + i));
    store<u32>(WINDOW + (i << 3), i + 1 < n ? bytePairRank(p + i) : NONE, 4);
  }
  while (true) {
    let best = NONE, at: usize = 0;
    for (let i: usize = 0; i + 1 < n; i++) {
      const rank = load<u32>(WINDOW + (i << 3), 4);
      if (rank < best) { best = rank; at = i; }
    }
    if (best == NONE) break;
    n--;
    const part = WINDOW + (at << 3);
    for (let i = at + 1; i < n; i++) store<u64>(WINDOW + (i << 3), load<u64>(WINDOW + (i << 3), 8));
    store<u32>(part, best);
    store<u32>(part, at + 1 < n ? pairRank(best, load<u32>(part, 8)) : NONE, 4);
    if (at) store<u32>(part - 8, pairRank(load<u32>(part - 8), best), 4);
  }
  return <u32>n;
}

/** The parts that the merge begins with; returns how many. */
function beginWithCharacters(p: usize, bytes: usize): usize {
  let at = WINDOW, i: usize = 0;
  while (i < bytes) {
    const entry = characterAt(p + i, bytes - i, i != 0);
    let id: u32, length: usize = 1;
    if (entry) { id = load<u32>(entry); length = <usize>load<u32>(entry, 4); }
    else id = byteRank(p + i);
    store<u32>(at, id);
    if (i) store<u32>(at - 8, pairRank(load<u32>(at - 8), id), 4);
    at += 8;
    i += length;
  }
  store<u32>(at - 8, NONE, 4);
  return (at - WINDOW) >> 3;
}

/** Stores the ids of the last merge, which made `tokens` tokens, from `out` on; returns the address behind them. */
export function packIds(out: usize, tokens: u32): usize {
  for (let i: usize = 0; i < <usize>tokens; i++) store<u32>(out + (i << 2), load<u32>(WINDOW + (i << 3)));
  return out + (<usize>tokens << 2);
}
