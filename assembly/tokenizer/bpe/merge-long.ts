// Merging of long pieces, in windows. A token that ends more than `horizon` bytes before the end of what was merged is
// final (see scripts/vocab/horizon.mjs), and merging can begin anew at the end of a final token: time is linear in the
// piece, and the working memory is that of one window.
//
// In a window each part has a key: the rank of the pair that it makes with the next part, and the part's index in the low
// 10 bits, so that the smallest key is the pair to merge, leftmost first. Keys stand in blocks of 16 with the minimum of
// each block beside them: the smallest is found by two short parallel searches. Parts are linked by index:
//   IDS_AT   u32 a part: its id           KEYS   u32 a part, NONE for no pair        MINIMA   u32 a block
//   NEXT     u16 a part: the next part    PREV   u16 a part: the part before
import { MEMO, WINDOW } from "../layout";
import { beginsWide, characterAt } from "./characters";
import { K1, K2, K3, K4 } from "./hash";
import { NONE, bytePairRank, byteRank, pairRank } from "./pairs";

@inline const MOST: usize = 1024;
@inline const IDS_AT: usize = WINDOW;
@inline const KEYS: usize = IDS_AT + 4 * MOST;
@inline const NEXT: usize = KEYS + 4 * MOST;
@inline const PREV: usize = NEXT + 2 * MOST + 64;
@inline const MINIMA: usize = PREV + 2 * MOST + 64;

/** Bytes before the end of a run within which what is appended may still change tokens. Set with the vocabulary. */
export let horizon: usize = 0;
export function setHorizon(bytes: usize): void { horizon = bytes; }

@inline function minimumOf(v: v128): u32 {
  const a = i32x4.min_u(v, v128.shuffle<u32>(v, v, 2, 3, 0, 1));
  return <u32>i32x4.extract_lane(i32x4.min_u(a, v128.shuffle<u32>(a, a, 1, 0, 3, 2)), 0);
}
@inline function minimum16(at: usize): v128 {
  return i32x4.min_u(i32x4.min_u(v128.load(at), v128.load(at, 16)), i32x4.min_u(v128.load(at, 32), v128.load(at, 48)));
}
@inline function keyOf(rank: u32, part: usize): u32 { return rank == NONE ? NONE : (rank << 10) | <u32>part; }
@inline function blockMinimum(block: usize): void {
  store<u32>(MINIMA + (block << 2), minimumOf(minimum16(KEYS + (block << 6))));
}
@inline function setRank(part: usize, rank: u32): void {
  const at = KEYS + (part << 2), old = load<u32>(at), block = part >> 4, minimum = load<u32>(MINIMA + (block << 2));
  const key = keyOf(rank, part);
  store<u32>(at, key);
  if (key <= minimum) store<u32>(MINIMA + (block << 2), key);
  else if (old == minimum) blockMinimum(block);
}

function beginWithBytes(p: usize, bytes: usize): void {
  const last = bytes - 1;
  for (let i: usize = 0; i < last; i++) {
    store<u32>(IDS_AT + (i << 2), byteRank(p + i));
    store<u32>(KEYS + (i << 2), keyOf(bytePairRank(p + i), i));
    store<u16>(NEXT + (i << 1), <u16>(i + 1));
    store<u16>(PREV + (i << 1), <u16>(i - 1));
  }
  store<u32>(IDS_AT + (last << 2), byteRank(p + last));
  store<u16>(NEXT + (last << 1), <u16>bytes);
  store<u16>(PREV + (last << 1), <u16>(last - 1));
  for (let i = last; i < ((bytes + 15) & ~15); i++) store<u32>(KEYS + (i << 2), NONE);
}
/** A part stands at the index of its first byte; the indices of its other bytes are no parts. */
function beginWithCharacters(p: usize, bytes: usize): void {
  memory.fill(KEYS, 0xff, ((bytes + 15) & ~15) << 2);
  let i: usize = 0, before: usize = 0;
  while (i < bytes) {
    const entry = characterAt(p + i, bytes - i, i != 0);
    let id: u32, length: usize = 1;
    if (entry) { id = load<u32>(entry); length = <usize>load<u32>(entry, 4); }
    else id = byteRank(p + i);
    store<u32>(IDS_AT + (i << 2), id);
    store<u16>(NEXT + (i << 1), <u16>(i + length));
    store<u16>(PREV + (i << 1), <u16>before);
    if (i) store<u32>(KEYS + (before << 2), keyOf(pairRank(load<u32>(IDS_AT + (before << 2)), id), before));
    before = i;
    i += length;
  }
}

/** Merges `bytes` (1 to MOST) bytes at `p`. Afterwards the parts are linked from part 0 by `nextPart`. */
function mergeWindow(p: usize, bytes: usize): void {
  if (beginsWide(p, bytes)) beginWithCharacters(p, bytes);
  else beginWithBytes(p, bytes);
  const blocks = (bytes + 15) >> 4;
  const minimaEnd = MINIMA + (((blocks + 15) >> 4) << 6);
  for (let i: usize = 0; i < blocks; i++) blockMinimum(i);
  for (let at = MINIMA + (blocks << 2); at < minimaEnd; at += 4) store<u32>(at, NONE);

  while (true) {
    let least = minimum16(MINIMA);
    for (let at = MINIMA + 64; at < minimaEnd; at += 64) least = i32x4.min_u(least, minimum16(at));
    const key = minimumOf(least);
    if (key == NONE) return;
    const part = <usize>(key & 1023), best = key >> 10;
    const gone = <usize>load<u16>(NEXT + (part << 1)), next = <usize>load<u16>(NEXT + (gone << 1));
    store<u32>(IDS_AT + (part << 2), best);
    store<u16>(NEXT + (part << 1), <u16>next);
    setRank(gone, NONE);
    if (next < bytes) {
      store<u16>(PREV + (next << 1), <u16>part);
      setRank(part, pairRank(best, load<u32>(IDS_AT + (next << 2))));
    } else setRank(part, NONE);
    if (part) {
      const before = <usize>load<u16>(PREV + (part << 1));
      setRank(before, pairRank(load<u32>(IDS_AT + (before << 2)), best));
    }
  }
}
@inline function nextPart(part: usize): usize { return <usize>load<u16>(NEXT + (part << 1)); }

// Full windows of text seen lately, and what they came to: a long run of the same (spaces, '=', a pattern) is one
// window again and again. MEMO has 16 slots of MOST bytes of text, u32 tokens, u32 bytes to the next window.
@inline const SLOT: usize = MOST + 64;
@inline function memoSlot(p: usize): usize {
  let hash: u64 = K3;
  for (let i: usize = 0; i < MOST; i += 32)
    hash = (hash ^ (load<u64>(p + i) * K1 + load<u64>(p + i, 8) * K2) ^ ((load<u64>(p + i, 16) + (load<u64>(p + i, 24) >> 7)) * K4)) * K1 + (hash >> 31);
  return MEMO + <usize>(hash >> 60) * SLOT;
}
@inline function sameText(p: usize, slot: usize): bool {
  for (let i: usize = 0; i < MOST; i += 16) if (v128.any_true(v128.xor(v128.load(p + i), v128.load(slot + i)))) return false;
  return load<u32>(slot, MOST + 4) != 0;
}
function keepMemo(slot: usize, p: usize, tokens: u32, bytes: usize): void {
  memory.copy(slot, p, MOST);
  store<u32>(slot, tokens, MOST); store<u32>(slot, <u32>bytes, MOST + 4);
}
export function clearMemo(): void { memory.fill(MEMO, 0, 16 * SLOT); }

/** End of the last final run of tokens of the call before, counted from its start: where merging begins anew. */
export let mergedBytes: usize = 0;

/**
 * Merges the run of `bytes` bytes at `p` and returns its tokens. Where `out` is not 0 their ids are stored there.
 * With `open` the run may go on: only tokens that are final whatever follows are counted, and `mergedBytes` says up to
 * where; else all are.
 */
export function mergeLong(p: usize, bytes: usize, out: usize, open: bool): u32 {
  let at: usize = 0, tokens: u32 = 0, o = out;
  while (at < bytes) {
    const rest = bytes - at, whole = rest <= MOST, size = whole ? rest : MOST, closes = whole && !open;
    const slot: usize = out || size < MOST || closes ? 0 : memoSlot(p + at);
    if (slot && sameText(p + at, slot)) {
      tokens += load<u32>(slot, MOST);
      at += <usize>load<u32>(slot, MOST + 4);
      continue;
    }
    mergeWindow(p + at, size);
    const most = closes ? size : size > horizon ? size - horizon : 0, before = tokens;
    let part: usize = 0;
    while (part < size) {
      const next = nextPart(part);
      if (next > most) break;
      tokens++;
      if (o) { store<u32>(o, load<u32>(IDS_AT + (part << 2))); o += 4; }
      part = next;
    }
    if (slot) keepMemo(slot, p + at, tokens - before, part);
    at += part;
    if (whole) break;
  }
  mergedBytes = at;
  return tokens;
}
