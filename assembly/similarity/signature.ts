import { ADDENDS, BATCH, BATCH_COUNT, MULTIPLIERS, PERMUTATIONS, SIGNATURE } from "./layout";

// MinHash: under each of 128 permutations of the 32-bit numbers (x -> a x + b, a odd) the smallest image of a shingle.
// Two sets share a minimum with a probability of their Jaccard index, so the share of equal words estimates it.

let waiting: i32 = 0;

/** Draws the permutations: always the same ones, so that signatures of different instances can be compared. */
export function drawPermutations(): void {
  let seed: u64 = 0x5bd1e995;
  for (let i = 0; i < PERMUTATIONS; i++) {
    // SplitMix64
    seed += 0x9e3779b97f4a7c15;
    let z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    z ^= z >> 31;
    store<u32>(MULTIPLIERS + ((<usize>i) << 2), <u32>z | 1);
    store<u32>(ADDENDS + ((<usize>i) << 2), <u32>(z >> 32));
  }
}

export function beginSignature(): void {
  memory.fill(SIGNATURE, 0xff, 4 * PERMUTATIONS);
  waiting = 0;
}

@inline
export function addToSignature(hash: u32): void {
  store<u32>(BATCH + ((<usize>waiting) << 2), hash);
  if (++waiting == BATCH_COUNT) foldBatch();
}

/** Folds the hashes that wait into the signature, four permutations at a time. */
export function foldBatch(): void {
  const end = BATCH + ((<usize>waiting) << 2);
  for (let offset: usize = 0; offset < 4 * PERMUTATIONS; offset += 16) {
    const multiplier = v128.load(MULTIPLIERS + offset);
    const addend = v128.load(ADDENDS + offset);
    let least = v128.load(SIGNATURE + offset);
    for (let at = BATCH; at < end; at += 4) {
      least = i32x4.min_u(least, i32x4.add(i32x4.mul(v128.load32_splat(at), multiplier), addend));
    }
    v128.store(SIGNATURE + offset, least);
  }
  waiting = 0;
}
