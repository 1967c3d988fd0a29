// Windows of 64 bytes that were counted before. What the pre-tokenizer makes of a window depends on its 64 bytes only, so
// do its tokens, and text that comes again (a history counted at each turn) costs one look a window.
//
// A window is kept when it is seen the second time: text that never comes again leaves no more than a mark.
//   SEEN      8 bytes a slot: u32 of the hash, u8 tokens, u8 bytes to the next window (0: only marked), u16 -
//   WINDOWS   64 bytes a slot: the text
import { SEEN, SEEN_BYTES, WINDOWS } from "../layout";
import { K1, K2, K3, K4 } from "./hash";

@inline const SHIFT: u64 = 64 - 13;

@inline export function windowHash(p: usize): u64 {
  let a = load<u64>(p) * K1 + load<u64>(p, 8) * K2, b = load<u64>(p, 16) * K3 + load<u64>(p, 24) * K4;
  let c = load<u64>(p, 32) * K2 + load<u64>(p, 40) * K3, d = load<u64>(p, 48) * K4 + load<u64>(p, 56) * K1;
  a ^= b >> 23; c ^= d >> 29;
  return (a + b * K3 + (c ^ (a >> 32)) * K4 + d * K2) * K1;
}
/** Two slots side by side make a set. */
@inline function setOf(hash: u64): usize { return <usize>(hash >> SHIFT) << 1; }
@inline function sameText(p: usize, at: usize): bool {
  const a = v128.or(v128.xor(v128.load(p), v128.load(at)), v128.xor(v128.load(p, 16), v128.load(at, 16)));
  const b = v128.or(v128.xor(v128.load(p, 32), v128.load(at, 32)), v128.xor(v128.load(p, 48), v128.load(at, 48)));
  return !v128.any_true(v128.or(a, b));
}

/** What is known of the window at `p`: tokens in the low byte, bytes to the next one above; 0 for nothing. */
@inline export function knownWindow(p: usize, hash: u64): u32 {
  const set = setOf(hash), at = SEEN + (set << 3);
  const first = load<u64>(at), second = load<u64>(at, 8);
  if (<u32>first == <u32>hash && first >> 40 && sameText(p, WINDOWS + (set << 6))) return <u32>(first >> 32);
  if (<u32>second == <u32>hash && second >> 40 && sameText(p, WINDOWS + (set << 6) + 64)) return <u32>(second >> 32);
  return 0;
}

/** Marks the window at `p`, or keeps what was found of it if it is marked. */
@inline export function keepWindow(p: usize, hash: u64, tokens: u32, bytes: usize): void {
  const set = setOf(hash), at = SEEN + (set << 3);
  const first = load<u64>(at), second = load<u64>(at, 8);
  let way: usize = 0;
  if (<u32>first != <u32>hash) {
    way = 1;
    if (<u32>second != <u32>hash) {
      // A free slot, else that of a mark, the second one first; where both hold text, the hash chooses.
      way = !first ? 0 : !(second >> 40) ? 1 : !(first >> 40) ? 0 : <usize>(hash >> 40) & 1;
      store<u64>(at + (way << 3), <u64><u32>hash);
      return;
    }
  }
  const text = WINDOWS + ((set + way) << 6);
  v128.store(text, v128.load(p)); v128.store(text, v128.load(p, 16), 16);
  v128.store(text, v128.load(p, 32), 32); v128.store(text, v128.load(p, 48), 48);
  store<u32>(at + (way << 3), tokens | (<u32>bytes << 8), 4);
}
export function clearWindows(): void { memory.fill(SEEN, 0, SEEN_BYTES); }
