// Pieces that no cache knows wait here, and are looked up among the vocabulary's tokens together.
//
// The table of those is far larger than the near caches: one piece at a time, the processor would wait for memory at each.
// So the first pass only asks for the memory of all pieces, and the second finds the answers there. What is no token is
// merged.
//
// An entry of the queue: u32 text address, u32 bytes, u32 cache line, u32 slot in WORDS, u64 low and high key (see cache.ts)
import { BATCH } from "../layout";
import { keepMedium, keepShort } from "./cache";
import { mergeShort } from "./merge-short";
import { buildWordsMore, hasWords, isWordFrom, wordSlot } from "./words";

@inline const QUEUED: usize = 256;

/** Pieces that wait. */
export let queued: usize = 0;
let sink: u64 = 0;

/** A window adds at most 64 pieces. */
@inline export function isBatchFull(): bool { return queued >= QUEUED - 64; }
@inline export function hasBatch(): bool { return queued != 0; }

export function enqueue(p: usize, bytes: usize, line: usize, low: u64, high: u64): void {
  const at = BATCH + (queued << 5);
  store<u32>(at, <u32>p); store<u32>(at, <u32>bytes, 4); store<u32>(at, <u32>line, 8);
  store<u64>(at, low, 16); store<u64>(at, high, 24);
  queued++;
}

/** Pieces merged before the table of words is begun: a process that counts little never needs it. */
@inline const WORDS_FROM: u32 = 4096;
/** Bytes of text counted for each step of building that table: several times as much work as the step. */
@inline const STEP_BYTES: usize = 0x10000;
/** Batches without a look at the words after one in which less than an eighth of the pieces were any (base64, say). */
@inline const REST: i32 = 7;
let merged: u32 = 0;
let earned: usize = 0;
let rest: i32 = 0;
export function restartBatches(): void { queued = 0; merged = 0; earned = 0; rest = 0; }

/** Asks for the memory of all pieces' words. */
function askForWords(end: usize): void {
  let asked: u64 = 0;
  for (let at = BATCH; at < end; at += 32) {
    const slot = wordSlot(load<u64>(at, 16), load<u64>(at, 24));
    store<u32>(at, <u32>slot, 12);
    asked += load<u64>(slot);
  }
  sink = asked;
}

/** Counts all pieces that wait, keeps them in their caches, and returns their tokens. */
export function runBatch(): u32 {
  const end = BATCH + (queued << 5), looks = hasWords() && rest-- <= 0;
  if (looks) askForWords(end);
  let tokens: u32 = 0, words: u32 = 0;
  for (let at = BATCH; at < end; at += 32) {
    const p = <usize>load<u32>(at), bytes = <usize>load<u32>(at, 4), line = <usize>load<u32>(at, 8);
    if (bytes > 15) {
      const found = mergeShort(p, bytes);
      keepMedium(line, p, bytes, found);
      tokens += found;
      continue;
    }
    const low = load<u64>(at, 16), high = load<u64>(at, 24), kept = load<u64>(line, 8);
    if (load<u64>(line) == low && (kept ^ high) << 4 == 0) {
      // The same piece waited twice.
      tokens += <u32>(kept >> 60);
      continue;
    }
    let found: u32 = 1;
    if (looks && isWordFrom(<usize>load<u32>(at, 12), low, high)) words++;
    else found = mergeShort(p, bytes);
    keepShort(line, low, high, found);
    tokens += found;
  }
  if (looks && words << 3 < <u32>queued) rest = REST;
  merged += <u32>queued;
  queued = 0;
  return tokens;
}

/**
 * Goes on with the table of words where `bytes` more of text have earned a step. At once it would take 8 ms, in the middle of
 * some short text; a step for each batch would make short texts ten times as slow meanwhile.
 */
@inline export function earnWords(bytes: usize): void {
  if (merged >= WORDS_FROM && !hasWords()) takeSteps(bytes);
}
function takeSteps(bytes: usize): void {
  for (earned += bytes; earned >= STEP_BYTES && !hasWords(); earned -= STEP_BYTES) buildWordsMore();
}
