// The memory map of the module, as a chain: each region starts where the last one ends.
//
//   0            static data of the compiler, at most STATIC_BYTES
//   CLASSES      class of each UTF-16 unit, filled on start
//   MULTIPLIERS  one odd multiplier a permutation; ADDENDS: one addend
//   SIGNATURE    the smallest hash under each permutation, of the text under work
//   BATCH        hashes of shingles that wait to be folded into the signature
//   PENDING      hashes of the units that do not make a shingle yet, a ring; WEIGHTS: their weights
//   INPUT        where the host writes UTF-16 units
//   LISTS        64-bit hashes of shingles: of the first text, then of the second one, then the table that compares them;
//                grows with the memory, which is the only thing that does
@inline export const STATIC_BYTES: usize = 0x1000;
@inline export const CLASSES: usize = STATIC_BYTES;
@inline export const MULTIPLIERS: usize = CLASSES + 0x10000;
/** Permutations, and 32-bit words of a signature. */
@inline export const PERMUTATIONS: i32 = 128;
@inline export const ADDENDS: usize = MULTIPLIERS + 4 * PERMUTATIONS;
@inline export const SIGNATURE: usize = ADDENDS + 4 * PERMUTATIONS;
@inline export const BATCH: usize = SIGNATURE + 4 * PERMUTATIONS;
@inline export const BATCH_COUNT: i32 = 256;
@inline export const PENDING: usize = BATCH + 4 * BATCH_COUNT;
@inline export const PENDING_COUNT: i32 = 8;
@inline export const WEIGHTS: usize = PENDING + 8 * PENDING_COUNT;
@inline export const INPUT: usize = WEIGHTS + 8 * PENDING_COUNT;
/** UTF-16 units that one feed takes at most. */
@inline export const INPUT_UNITS: i32 = 0x8000;
@inline export const LISTS: usize = (INPUT + 2 * INPUT_UNITS + 63) & ~63;

/** Makes the memory reach to `end`; false where the host has no more. */
export function reach(end: usize): bool {
  const size = <usize>memory.size() << 16;
  if (end <= size) return true;
  // Half as much again at a time, so that a list that grows is not a list of small growths.
  const wanted = max(end, size + (size >> 1));
  if (memory.grow(<i32>((wanted - size + 0xffff) >> 16)) >= 0) return true;
  return memory.grow(<i32>((end - size + 0xffff) >> 16)) >= 0;
}
