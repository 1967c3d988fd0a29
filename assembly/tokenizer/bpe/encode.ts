// Encoding: the ids of the pieces of a text in memory.
//
// Its cache holds pieces up to 15 bytes that make at most 4 tokens: 32 bytes an entry, the key as in cache.ts (with the
// number of tokens in the top 4 bits), then 4 ids. Two ways in a line of 64 bytes, the latest first.
import { ID_CACHE, ID_CACHE_BYTES, ROWS } from "../layout";
import { clearLongIds, encodeLong } from "./long-ids";
import { K1, K2 } from "./hash";
import { mergeShort, packIds } from "./merge-short";
import { keepIdWindow, knownIdWindow, knownIds, windowHash } from "./window-cache";
import { CL100K, GPT2, O200K, pattern, scanPiece } from "./pattern";
import { UNDECIDED, boundaries } from "../text/window";
import { clearReachedEnd, reachedEnd } from "../text/scan";

@inline const SHIFT: u64 = 64 - 14;

export function clearIdCache(): void { memory.fill(ID_CACHE, 0, ID_CACHE_BYTES); clearLongIds(); }

@inline function encodePiece(p: usize, bytes: usize, out: usize): usize {
  const row = ROWS + ((bytes < 16 ? bytes : 16) << 5);
  const low = load<u64>(p) & load<u64>(row);
  const high = (load<u64>(p, 8) & load<u64>(row, 8)) | load<u64>(row, 16);
  const set = ID_CACHE + (<usize>((low * K1 + high * K2) >> SHIFT) << 6);
  const entry = load<u64>(set, 8);
  if (load<u64>(set) == low && (entry ^ high) << 4 == 0) {
    v128.store(out, v128.load(set, 16));
    return out + (<usize>(entry >> 60) << 2);
  }
  return encodeMissed(p, bytes, out, set, low, high);
}
function encodeMissed(p: usize, bytes: usize, out: usize, set: usize, low: u64, high: u64): usize {
  if (bytes > 15) return encodeLong(p, bytes, out);
  const firstKey = v128.load(set), firstIds = v128.load(set, 16);
  const entry = load<u64>(set, 40);
  let tokens: u32;
  if (load<u64>(set, 32) == low && (entry ^ high) << 4 == 0) {
    tokens = <u32>(entry >> 60);
    const ids = v128.load(set, 48);
    v128.store(out, ids); v128.store(set, v128.load(set, 32)); v128.store(set, ids, 16);
  } else {
    tokens = mergeShort(p, bytes);
    packIds(out, tokens);
    if (tokens > 4) return out + (<usize>tokens << 2);
    store<u64>(set, low); store<u64>(set, high | (<u64>tokens << 60), 8);
    v128.store(set, v128.load(out), 16);
  }
  v128.store(set, firstKey, 32); v128.store(set, firstIds, 48);
  return out + (<usize>tokens << 2);
}
/** Behind the last id that `encodePieces` stored. */
export let idsEnd: usize = 0;

@inline function encodeAll(start: usize, end: usize, out0: usize, final: bool, id: i32): usize {
  let p = start, out = out0;
  while (p < end) {
    const whole = end - p >= 64;
    let hash: u64 = 0;
    if (whole) {
      hash = windowHash(p);
      const known = knownIdWindow(p, hash);
      if (known) {
        const next = out + (<usize>(known & 255) << 2);
        for (let from = knownIds; out < next; out += 16, from += 16) v128.store(out, v128.load(from));
        out = next;
        p += <usize>(known >> 8);
        continue;
      }
    }
    const starts: u64 = id == GPT2 || (!final && !whole) ? UNDECIDED : boundaries(p, end, id == O200K);
    if (starts == UNDECIDED) {
      clearReachedEnd();
      const e = scanPiece(p, end, id);
      if (!final && reachedEnd) break;
      out = encodePiece(p, e - p, out);
      p = e;
      continue;
    }
    let ends = starts & (starts - 1), from: usize = 0;
    const before = out;
    do {
      const to = <usize>ctz(ends);
      out = encodePiece(p + from, to - from, out);
      from = to;
      ends &= ends - 1;
    } while (ends);
    if (whole) keepIdWindow(p, hash, <u32>((out - before) >> 2), from, before);
    p += from;
  }
  idsEnd = out;
  return p;
}
function encodeGpt2(p: usize, end: usize, out: usize, final: bool): usize { return encodeAll(p, end, out, final, GPT2); }
function encodeCl100k(p: usize, end: usize, out: usize, final: bool): usize { return encodeAll(p, end, out, final, CL100K); }
function encodeO200k(p: usize, end: usize, out: usize, final: bool): usize { return encodeAll(p, end, out, final, O200K); }

/** As `countPieces`, storing ids from `out` on. */
export function encodePieces(p: usize, end: usize, out: usize, final: bool): usize {
  if (pattern == O200K) return encodeO200k(p, end, out, final);
  if (pattern == CL100K) return encodeCl100k(p, end, out, final);
  return encodeGpt2(p, end, out, final);
}
