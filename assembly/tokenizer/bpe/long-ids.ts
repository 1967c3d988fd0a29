// The ids of pieces of more than 15 bytes, and a cache of those up to ID_LONG_MAX. Exact: a hit compares all bytes.
//
// An entry of ID_LONG: u32 hash, u32 bytes, u32 tokens, u32 offset in ID_ARENA, where the ids stand, then the bytes. The arena
// is a ring that starts over (and forgets all) when it is full.
import { ID_ARENA, ID_ARENA_BYTES, ID_LONG, ID_LONG_BYTES } from "../layout";
import { hashBytes, sameBytes } from "./cache";
import { mergeLong } from "./merge-long";
import { SHORT_MERGE, mergeShort, packIds } from "./merge-short";

@inline const ID_LONG_MAX: usize = 1024;
@inline const SHIFT: u64 = 64 - 13;

let used: usize = 0;
export function clearLongIds(): void { memory.fill(ID_LONG, 0, ID_LONG_BYTES); used = 0; }

/** Stores the ids of the piece of `bytes` bytes at `p` from `out` on; returns the address behind them. */
export function encodeLong(p: usize, bytes: usize, out: usize): usize {
  if (bytes > ID_LONG_MAX) return out + (<usize>mergeLong(p, bytes, out, false) << 2);
  const hash = hashBytes(p, bytes), check = <u32>(hash >> 20);
  const entry = ID_LONG + (<usize>(hash >> SHIFT) << 4);
  if (load<u32>(entry) == check && load<u32>(entry, 4) == <u32>bytes) {
    const ids = ID_ARENA + load<u32>(entry, 12), end = ids + (<usize>load<u32>(entry, 8) << 2);
    if (sameBytes(p, end, bytes)) {
      memory.copy(out, ids, end - ids);
      return out + (end - ids);
    }
  }
  const tokens: u32 = bytes <= SHORT_MERGE ? mergeShort(p, bytes) : mergeLong(p, bytes, out, false);
  if (bytes <= SHORT_MERGE) packIds(out, tokens);
  keep(entry, check, p, bytes, out, tokens);
  return out + (<usize>tokens << 2);
}
function keep(entry: usize, check: u32, p: usize, bytes: usize, ids: usize, tokens: u32): void {
  const idBytes = <usize>tokens << 2, room = (idBytes + bytes + 15) & ~15;
  if (used + room > ID_ARENA_BYTES - 16) clearLongIds();
  memory.copy(ID_ARENA + used, ids, idBytes);
  memory.copy(ID_ARENA + used + idBytes, p, bytes);
  store<u32>(entry, check); store<u32>(entry, <u32>bytes, 4); store<u32>(entry, tokens, 8); store<u32>(entry, <u32>used, 12);
  used += room;
}
