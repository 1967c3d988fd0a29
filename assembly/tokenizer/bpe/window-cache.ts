// Windows of 64 bytes that were met before. What the pre-tokenizer makes of a window depends on its 64 bytes only, so do
// its tokens, and text that comes again (a history counted at each turn) costs one look a window. Counting and encoding
// have a cache each.
//
// A window is kept when it is seen the second time: text that never comes again leaves no more than a mark.
//   marks   8 bytes a slot: u32 of the hash, u8 tokens, u8 bytes to the next window (0: only marked), u16 -
//   slots   the 64 bytes of text; for encode then the ids, at most IDS_KEPT
import { ID_SEEN, ID_WINDOWS, SEEN, SEEN_BYTES, WINDOWS } from "../layout";
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

/** Slots of encode are larger by the ids. */
@inline const ID_SHIFT: usize = 8;
@inline export const IDS_KEPT: u32 = 48;

/** What is known of the window at `p`: tokens in the low byte, bytes to the next one above; 0 for nothing. */
@inline export function knownWindow(p: usize, hash: u64): u32 {
  const slot = find(p, hash, SEEN, WINDOWS, 6);
  return slot ? load<u32>(SEEN + ((slot - WINDOWS) >> 3), 4) : 0;
}
/** Marks the window at `p`, or keeps what was found of it if it is marked. */
@inline export function keepWindow(p: usize, hash: u64, tokens: u32, bytes: usize): void {
  keep(p, hash, tokens, bytes, SEEN, WINDOWS, 6);
}
/** As `knownWindow` for encode; the ids stand at `knownIds`. */
@inline export function knownIdWindow(p: usize, hash: u64): u32 {
  const slot = find(p, hash, ID_SEEN, ID_WINDOWS, ID_SHIFT);
  knownIds = slot + 64;
  return slot ? load<u32>(ID_SEEN + ((slot - ID_WINDOWS) >> (ID_SHIFT - 3)), 4) : 0;
}
export let knownIds: usize = 0;
/** As `keepWindow`, with the ids at `ids`. */
@inline export function keepIdWindow(p: usize, hash: u64, tokens: u32, bytes: usize, ids: usize): void {
  if (tokens > IDS_KEPT) return;
  const slot = keep(p, hash, tokens, bytes, ID_SEEN, ID_WINDOWS, ID_SHIFT);
  if (slot) memory.copy(slot + 64, ids, <usize>tokens << 2);
}

@inline function find(p: usize, hash: u64, marks: usize, slots: usize, shift: usize): usize {
  const set = setOf(hash), at = marks + (set << 3), text = slots + (set << shift);
  const first = load<u64>(at), second = load<u64>(at, 8);
  if (<u32>first == <u32>hash && first >> 40 && sameText(p, text)) return text;
  if (<u32>second == <u32>hash && second >> 40 && sameText(p, text + (<usize>1 << shift))) return text + (<usize>1 << shift);
  return 0;
}
/** The slot in which the text was kept, or 0. */
@inline function keep(p: usize, hash: u64, tokens: u32, bytes: usize, marks: usize, slots: usize, shift: usize): usize {
  const set = setOf(hash), at = marks + (set << 3);
  const first = load<u64>(at), second = load<u64>(at, 8);
  let way: usize = 0;
  if (<u32>first != <u32>hash) {
    way = 1;
    if (<u32>second != <u32>hash) {
      // A free slot, else that of a mark, the second one first; where both hold text, the hash chooses.
      way = !first ? 0 : !(second >> 40) ? 1 : !(first >> 40) ? 0 : <usize>(hash >> 40) & 1;
      store<u64>(at + (way << 3), <u64><u32>hash);
      return 0;
    }
  }
  const text = slots + ((set + way) << shift);
  v128.store(text, v128.load(p)); v128.store(text, v128.load(p, 16), 16);
  v128.store(text, v128.load(p, 32), 32); v128.store(text, v128.load(p, 48), 48);
  store<u32>(at + (way << 3), tokens | (<u32>bytes << 8), 4);
  return text;
}
export function clearWindows(): void { memory.fill(SEEN, 0, SEEN_BYTES); memory.fill(ID_SEEN, 0, SEEN_BYTES); }
