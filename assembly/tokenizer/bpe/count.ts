// Counting the pieces of a text in memory.
import { earnWords, hasBatch, isBatchFull, queued, runBatch } from "./batch";
import { countPiece } from "./cache";
import { keepWindow, knownWindow, windowHash } from "./window-cache";
import { CL100K, GPT2, O200K, pattern, scanPiece } from "./pattern";
import { UNDECIDED, boundaries } from "../text/window";
import { clearReachedEnd, reachedEnd } from "../text/scan";

/** Tokens that the last `countPieces` found. */
export let counted: u32 = 0;

@inline function countAll(start: usize, end: usize, final: bool, limit: u32, id: i32): usize {
  let p = start, tokens: u32 = 0;
  while (p < end && tokens <= limit) {
    const whole = end - p >= 64;
    let hash: u64 = 0;
    if (whole) {
      hash = windowHash(p);
      const known = knownWindow(p, hash);
      if (known) { tokens += known & 255; p += <usize>(known >> 8); continue; }
    }
    const starts: u64 = id == GPT2 || (!final && !whole) ? UNDECIDED : boundaries(p, end, id == O200K);
    if (starts == UNDECIDED) {
      clearReachedEnd();
      const e = scanPiece(p, end, id);
      if (!final && reachedEnd) break;
      tokens += countPiece(p, e - p);
      if (isBatchFull()) tokens += runBatch();
      p = e;
      continue;
    }
    let ends = starts & (starts - 1), from: usize = 0;
    const before = tokens, waiting = queued;
    do {
      const to = <usize>ctz(ends);
      tokens += countPiece(p + from, to - from);
      from = to;
      ends &= ends - 1;
    } while (ends);
    if (whole && queued == waiting) keepWindow(p, hash, tokens - before, from);
    p += from;
    if (isBatchFull()) tokens += runBatch();
  }
  if (hasBatch()) tokens += runBatch();
  earnWords(p - start);
  counted = tokens;
  return p;
}
function countGpt2(p: usize, end: usize, final: bool, limit: u32): usize { return countAll(p, end, final, limit, GPT2); }
function countCl100k(p: usize, end: usize, final: bool, limit: u32): usize { return countAll(p, end, final, limit, CL100K); }
function countO200k(p: usize, end: usize, final: bool, limit: u32): usize { return countAll(p, end, final, limit, O200K); }

/**
 * Counts the pieces from `p` on into `counted` and returns where it stopped: at `end`, or, unless the text is `final`,
 * before the first piece that more text could change, or behind the window in which the count passed `limit`.
 * `end` has 64 zero bytes behind it.
 */
export function countPieces(p: usize, end: usize, final: bool, limit: u32): usize {
  if (pattern == O200K) return countO200k(p, end, final, limit);
  if (pattern == CL100K) return countCl100k(p, end, final, limit);
  return countGpt2(p, end, final, limit);
}
