// A text that arrives in parts. TEXT holds the part of it that is not decided yet.
//   STATE + 0   u32 tokens of the pieces before TEXT       STATE + 4   u32 bytes in TEXT       STATE + 8 ...   see run.ts
import { STATE, TEXT } from "../layout";
import { counted, countPieces } from "./count";
import { NOT_YET, RUN_BYTES, closeRun, growRun, inRun, openRun, runEnd, shrinkRun } from "./run";

@inline const TOKENS: usize = STATE;
@inline const TEXT_SIZE: usize = STATE + 4;
@inline const RUN_MOST: usize = 2 * RUN_BYTES;

@inline export function textSize(): usize { return <usize>load<u32>(TEXT_SIZE); }
@inline function leaveRun(): void { store<u32>(STATE, 0, 8); }

export function resetStream(): void { store<u64>(STATE, 0); leaveRun(); }

/** 64 zero bytes behind the text. */
@inline export function padText(end: usize): void {
  const zero = i64x2.splat(0);
  v128.store(end, zero); v128.store(end, zero, 16); v128.store(end, zero, 32); v128.store(end, zero, 48);
}

/** Takes in `bytes` more bytes of whole characters, which the host has put behind the text. */
export function feedStream(bytes: usize): void {
  let end = TEXT + textSize() + bytes, p = TEXT;
  padText(end);
  if (inRun()) {
    const tokens = growRun(end) ? closeRun(end, true, false) : NOT_YET;
    if (tokens == NOT_YET) {
      if (end - TEXT > RUN_MOST) end -= shrinkRun(end);
      store<u32>(TEXT_SIZE, <u32>(end - TEXT));
      return;
    }
    store<u32>(TOKENS, load<u32>(TOKENS) + tokens);
    p += runEnd;
    leaveRun();
  }
  p = countPieces(p, end, false, u32.MAX_VALUE);
  store<u32>(TOKENS, load<u32>(TOKENS) + counted);
  const left = end - p;
  memory.copy(TEXT, p, left);
  store<u32>(TEXT_SIZE, <u32>left);
  if (left >= RUN_BYTES) {
    openRun(TEXT + left);
    if (left > RUN_MOST) store<u32>(TEXT_SIZE, <u32>(left - shrinkRun(TEXT + left)));
  }
}

/** Tokens of all text so far, with `extra` bytes behind it that the stream does not take in. */
export function streamTotal(extra: usize): u32 {
  const end = TEXT + textSize() + extra;
  padText(end);
  let total = load<u32>(TOKENS), p = TEXT;
  if (inRun()) {
    // Reading on is undone afterwards: the extra bytes are not part of the stream.
    const run0 = v128.load(STATE, 8), run1 = v128.load(STATE, 24), run2 = v128.load(STATE, 40);
    total += closeRun(end, growRun(end), true);
    p += runEnd;
    v128.store(STATE, run0, 8); v128.store(STATE, run1, 24); v128.store(STATE, run2, 40);
  }
  if (p < end) { countPieces(p, end, true, u32.MAX_VALUE); total += counted; }
  return total;
}
