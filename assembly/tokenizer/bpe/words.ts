// The tokens of up to 15 bytes, in the form of the SHORT cache's keys: a piece that is a token needs no merging. (That each
// token is what its own bytes merge into is checked when the tables are built.) One look here stands for a merge's chain
// of looks into PAIRS, each of which waits for memory.
import { ROWS, WORDS, WORDS_BYTES } from "../layout";
import { K1, K2 } from "./hash";
import { layOutMore, startOf, startsAt } from "./token-bytes";
import { SLICE, ranks } from "./vocabulary";

@inline const SHIFT: u64 = 64 - 18;
@inline const MASK: usize = 0x3ffff;

let built: bool = false;
/** The first token that is not in the table yet. */
let next: usize = 0;
export function forgetWords(): void { built = false; next = 0; }
@inline export function hasWords(): bool { return built; }

/** Goes on with the table, which is not whole, by a step (`earnWords` says when). Until it is whole it is not used. */
export function buildWordsMore(): void {
  if (!startsAt) { layOutMore(); return; }
  if (!next) memory.fill(WORDS, 0, WORDS_BYTES);
  const to = min(next + SLICE, ranks);
  addWords(next, to);
  next = to;
  built = to == ranks;
}
function addWords(from: usize, to: usize): void {
  for (let id = from; id < to; id++) {
    const at = startOf(id), bytes = startOf(id + 1) - at;
    if (bytes - 1 > 14) continue;
    const row = ROWS + (bytes << 5);
    const low = load<u64>(at) & load<u64>(row), high = (load<u64>(at, 8) & load<u64>(row, 8)) | load<u64>(row, 16);
    let slot = <usize>((low * K1 + high * K2) >> SHIFT);
    while (load<u64>(WORDS + (slot << 4), 8)) slot = (slot + 1) & MASK;
    store<u64>(WORDS + (slot << 4), low); store<u64>(WORDS + (slot << 4), high, 8);
  }
}

/** Where the search for a key begins. */
@inline export function wordSlot(low: u64, high: u64): usize {
  return WORDS + (<usize>((low * K1 + high * K2) >> SHIFT) << 4);
}
/** Whether the piece with this key is a token. */
@inline export function isWordFrom(slot: usize, low: u64, high: u64): bool {
  let at = slot;
  while (true) {
    const entry = load<u64>(at, 8);
    if (entry == high && load<u64>(at) == low) return true;
    if (!entry) return false;
    at = at + 16 == WORDS + WORDS_BYTES ? WORDS : at + 16;
  }
}
