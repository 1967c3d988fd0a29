// Caches of pieces and their numbers of tokens. Exact: a hit compares all bytes of the piece.
//
//   SHORT   up to 15 bytes. 4 ways of 16 bytes in a line of 64, the latest first:
//           bytes 0-14 the piece, zero padded; byte 15: its length (low 4 bits), its tokens (high 4 bits)
//   MEDIUM  16 to 31 bytes. 2 ways of 32 bytes: bytes 0-30 the piece; byte 31: length - 16, tokens
//   LONG    32 to LONG_MAX bytes. 16 bytes: hash u32, length u32, tokens u32, offset in ARENA u32; the bytes are in ARENA,
//           a ring that starts over (and forgets all) when it is full
import { ARENA, ARENA_BYTES, LONG, LONG_BYTES, MEDIUM, MEDIUM_BYTES, ROWS, SHORT, SHORT_BYTES } from "../layout";
import { K1, K2, K3, K4 } from "./hash";
import { SHORT_MERGE, mergeShort } from "./merge-short";
import { clearMemo, mergeLong } from "./merge-long";
import { enqueue } from "./batch";
import { clearWindows } from "./window-cache";

@inline const LONG_MAX: usize = 1024;
@inline const SHORT_SHIFT: u64 = 64 - 14;
@inline const MEDIUM_SHIFT: u64 = 64 - 14;
@inline const LONG_SHIFT: u64 = 64 - 13;

let arenaUsed: usize = 0;

/** Masks for keys: see ROWS in layout.ts. Rows of 16 bytes and more match no entry, which sends them to `missed`. */
export function makeRows(): void {
  for (let i: usize = 0; i <= 64; i++) {
    const row = ROWS + (i << 5);
    if (i > 15) { store<u64>(row, 0); store<u64>(row, 0, 8); store<u64>(row, 1, 16); continue; }
    for (let j: usize = 0; j < 16; j++) store<u8>(row + j, j < i ? 0xff : 0);
    store<u64>(row, <u64>i << 56, 16);
  }
}
export function clearCaches(): void {
  memory.fill(SHORT, 0, SHORT_BYTES);
  memory.fill(MEDIUM, 0, MEDIUM_BYTES);
  memory.fill(LONG, 0, LONG_BYTES);
  arenaUsed = 0;
  clearWindows();
  clearMemo();
}

/** Tokens of the piece of `bytes` bytes at `p`, which may read up to 32 bytes. */
@inline export function countPiece(p: usize, bytes: usize): u32 {
  const row = ROWS + ((bytes < 16 ? bytes : 16) << 5);
  const low = load<u64>(p) & load<u64>(row);
  const high = (load<u64>(p, 8) & load<u64>(row, 8)) | load<u64>(row, 16);
  const set = SHORT + (<usize>((low * K1 + high * K2) >> SHORT_SHIFT) << 6);
  const entry = load<u64>(set, 8);
  return load<u64>(set) == low && (entry ^ high) << 4 == 0 ? <u32>(entry >> 60) : missed(p, bytes, set, low, high);
}

/** The first way did not have it. A piece that nothing knows is queued and counts 0 until `runBatch`. */
function missed(p: usize, bytes: usize, set: usize, low: u64, high: u64): u32 {
  if (bytes > 15) return bytes > 31 ? countLong(p, bytes) : countMedium(p, bytes);
  const first = v128.load(set), second = v128.load(set, 16), third = v128.load(set, 32);
  let entry = load<u64>(set, 24);
  if (load<u64>(set, 16) == low && (entry ^ high) << 4 == 0) {
    v128.store(set, second); v128.store(set, first, 16);
    return <u32>(entry >> 60);
  }
  entry = load<u64>(set, 40);
  if (load<u64>(set, 32) == low && (entry ^ high) << 4 == 0) {
    v128.store(set, third); v128.store(set, first, 16); v128.store(set, second, 32);
    return <u32>(entry >> 60);
  }
  entry = load<u64>(set, 56);
  if (load<u64>(set, 48) == low && (entry ^ high) << 4 == 0) {
    v128.store(set, v128.load(set, 48));
    v128.store(set, first, 16); v128.store(set, second, 32); v128.store(set, third, 48);
    return <u32>(entry >> 60);
  }
  if (bytes == 1) { keepShort(set, low, high, 1); return 1; }
  enqueue(p, bytes, set, low, high);
  return 0;
}

/** Puts a piece first in its line. */
export function keepShort(set: usize, low: u64, high: u64, tokens: u32): void {
  v128.store(set, v128.load(set, 32), 48); v128.store(set, v128.load(set, 16), 32); v128.store(set, v128.load(set), 16);
  store<u64>(set, low); store<u64>(set, high | (<u64>tokens << 60), 8);
}

function countMedium(p: usize, bytes: usize): u32 {
  const row = ROWS + ((bytes - 16) << 5);
  const a = load<u64>(p), b = load<u64>(p, 8), c = load<u64>(p, 16) & load<u64>(row);
  const d = (load<u64>(p, 24) & load<u64>(row, 8)) | (<u64>(bytes - 16) << 56);
  let hash = (a * K1 + b * K2) ^ (c * K3 + d * K4);
  hash = (hash ^ (hash >> 32)) * K1;
  const set = MEDIUM + (<usize>(hash >> MEDIUM_SHIFT) << 6);
  let entry = load<u64>(set, 24);
  if (load<u64>(set) == a && load<u64>(set, 8) == b && load<u64>(set, 16) == c && (entry ^ d) << 4 == 0 && entry >> 60) return <u32>(entry >> 60);
  entry = load<u64>(set, 56);
  if (load<u64>(set, 32) == a && load<u64>(set, 40) == b && load<u64>(set, 48) == c && (entry ^ d) << 4 == 0 && entry >> 60) return <u32>(entry >> 60);
  enqueue(p, bytes, set, 0, 0);
  return 0;
}
/** Puts a piece of 16 to 31 bytes first in its line; more tokens than its entry can say are not kept. */
export function keepMedium(set: usize, p: usize, bytes: usize, tokens: u32): void {
  if (tokens > 15) return;
  const row = ROWS + ((bytes - 16) << 5);
  v128.store(set, v128.load(set), 32); v128.store(set, v128.load(set, 16), 48);
  v128.store(set, v128.load(p));
  store<u64>(set, load<u64>(p, 16) & load<u64>(row), 16);
  store<u64>(set, (load<u64>(p, 24) & load<u64>(row, 8)) | (<u64>(bytes - 16) << 56) | (<u64>tokens << 60), 24);
}

/** Hash of any number of bytes; reads none behind them but up to the next 8. */
@inline export function hashBytes(p: usize, bytes: usize): u64 {
  let hash = <u64>bytes * K3, q = p, rest = bytes;
  for (; rest >= 8; rest -= 8, q += 8) { hash = (hash ^ load<u64>(q)) * K1; hash ^= hash >> 32; }
  if (rest) { hash = (hash ^ (load<u64>(q) & load<u64>(ROWS + (rest << 5)))) * K1; hash ^= hash >> 29; }
  return hash * K2;
}
@inline export function sameBytes(p: usize, q: usize, bytes: usize): bool {
  let i: usize = 0;
  for (; i + 8 <= bytes; i += 8) if (load<u64>(p + i) != load<u64>(q + i)) return false;
  return i == bytes || ((load<u64>(p + i) ^ load<u64>(q + i)) & load<u64>(ROWS + ((bytes - i) << 5))) == 0;
}

function countLong(p: usize, bytes: usize): u32 {
  if (bytes > LONG_MAX) return mergeLong(p, bytes, 0, false);
  const hash = hashBytes(p, bytes), check = <u32>(hash >> 20);
  const entry = LONG + (<usize>(hash >> LONG_SHIFT) << 4);
  if (load<u32>(entry) == check && load<u32>(entry, 4) == <u32>bytes && sameBytes(p, ARENA + load<u32>(entry, 12), bytes))
    return load<u32>(entry, 8);
  const tokens = bytes <= SHORT_MERGE ? mergeShort(p, bytes) : mergeLong(p, bytes, 0, false);
  const room = (bytes + 15) & ~15;
  if (arenaUsed + room > ARENA_BYTES - 16) { arenaUsed = 0; memory.fill(LONG, 0, LONG_BYTES); }
  memory.copy(ARENA + arenaUsed, p, bytes);
  store<u32>(entry, check); store<u32>(entry, <u32>bytes, 4); store<u32>(entry, tokens, 8); store<u32>(entry, <u32>arenaUsed, 12);
  arenaUsed += room;
  return tokens;
}
