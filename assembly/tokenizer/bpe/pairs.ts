// Which two tokens merge into which: the whole vocabulary, as an open-addressed table of 8-byte entries
// (left 18 bits, right 18 bits, rank 18 bits) behind a filter of one bit a hashed pair. Most probes find no pair, and the
// filter answers them from a sixteenth of the memory.
import { BYTE_ID, BYTE_PAIR, EXISTS, EXISTS_BYTES, PAIRS, PAIRS_BYTES } from "../layout";
import { K1 } from "./hash";

@inline export const NONE: u32 = 0xffffffff;
@inline const EMPTY: u64 = ~<u64>0;

@inline function keyOf(left: u32, right: u32): u64 { return (<u64>left << 18) | right; }
@inline function filterBit(hash: u64): u32 { return <u32>((hash << 11) >> 43); }

export function clearPairs(): void {
  memory.fill(PAIRS, 0xff, PAIRS_BYTES);
  memory.fill(EXISTS, 0, EXISTS_BYTES);
  memory.fill(BYTE_PAIR, 0xff, 0x40000);
}

export function addPair(left: u32, right: u32, rank: u32): void {
  const key = keyOf(left, right), hash = key * K1, bit = filterBit(hash);
  store<u8>(EXISTS + (bit >> 3), load<u8>(EXISTS + (bit >> 3)) | (<u8>1 << <u8>(bit & 7)));
  let slot = <usize>(hash >> 45);
  while (load<u64>(PAIRS + (slot << 3)) != EMPTY) slot = (slot + 1) & 0x7ffff;
  store<u64>(PAIRS + (slot << 3), (key << 18) | rank);
}

/** Rank of the token that `left` and `right` merge into, or NONE. */
@inline export function pairRank(left: u32, right: u32): u32 {
  const key = keyOf(left, right), hash = key * K1, bit = filterBit(hash);
  if (!((<u32>load<u8>(EXISTS + (bit >> 3)) >> (bit & 7)) & 1)) return NONE;
  let slot = <usize>(hash >> 45);
  while (true) {
    const entry = load<u64>(PAIRS + (slot << 3));
    if (entry >> 18 == key) return <u32>entry & 0x3ffff;
    if (entry == EMPTY) return NONE;
    slot = (slot + 1) & 0x7ffff;
  }
}

/** Rank of one byte, and of the two bytes at `p`. */
@inline export function byteRank(p: usize): u32 { return load<u32>(BYTE_ID + (<usize>load<u8>(p) << 2)); }
@inline export function bytePairRank(p: usize): u32 { return load<u32>(BYTE_PAIR + (<usize>load<u16>(p) << 2)); }
