// The vocabulary as the host brings it: see scripts/build-vocab.mjs for the format.
import { BYTE_ID, BYTE_PAIR, SAFE, SAFE_BYTES, TABLE } from "../layout";
import { buildCharacters } from "./characters";
import { addPair, clearPairs } from "./pairs";
import { K1, K2 } from "./hash";

@inline const HOLE: u32 = 0xffffff;

/**
 * Ids that one call goes through while a table is built. Engines compile a function well only after some calls of it, and
 * never in the middle of one.
 */
@inline export const SLICE: usize = 4096;

/** Entries of a plane, and how many of them belong to this encoding. */
export let stride: usize = 0;
export let ranks: usize = 0;

@inline function plane(id: usize, first: usize): u32 {
  const at = TABLE + id + first * stride;
  return <u32>load<u8>(at) | (<u32>load<u8>(at + stride) << 8) | (<u32>load<u8>(at + 2 * stride) << 16);
}
/** The tokens whose merge makes token `id`; for the first 256, the byte itself. */
@inline export function leftOf(id: usize): u32 { return plane(id, 0); }
@inline export function rightOf(id: usize): u32 { return plane(id, 3); }

/** A sum over the whole table at TABLE that changes with any byte of it. */
export function tableSum(bytes: usize): u64 {
  let a: u64 = K1, b: u64 = K2, i: usize = 0;
  for (; i + 16 <= bytes; i += 16) {
    a = (a ^ load<u64>(TABLE + i)) * K2; a ^= a >> 29;
    b = (b ^ load<u64>(TABLE + i, 8)) * K1; b ^= b >> 31;
  }
  for (; i < bytes; i++) a = (a ^ <u64>load<u8>(TABLE + i)) * K2;
  return (a ^ (b >> 7)) + b;
}

export function buildVocabulary(bytes: usize, entries: usize, own: usize): void {
  stride = entries; ranks = own;
  clearPairs();
  memory.copy(SAFE, TABLE + 6 * entries, SAFE_BYTES);
  for (let id: usize = 0; id < 256; id++) store<u32>(BYTE_ID + (<usize>leftOf(id) << 2), <u32>id);
  const list = 6 * entries + SAFE_BYTES;
  buildCharacters(TABLE + list, (bytes - list) >> 1, own);
  for (let id: usize = 256; id < own; id += SLICE) addPairs(id, min(id + SLICE, own));
}
function addPairs(from: usize, to: usize): void {
  for (let id = from; id < to; id++) {
    const left = leftOf(id), right = rightOf(id);
    if (left == HOLE) continue;
    addPair(left, right, <u32>id);
    if (left < 256 && right < 256)
      store<u32>(BYTE_PAIR + (<usize>(leftOf(left) | (leftOf(right) << 8)) << 2), <u32>id);
  }
}
