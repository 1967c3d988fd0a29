// A piece that is still open after RUN_BYTES bytes: a run. Its tokens are merged as it grows, in bounded memory, and
// it is closed when the character that ends it arrives.
//
// How a run is cut can depend on its far end in two cases: white space is cut after its last newline, and o200k heads are
// cut after the last one that can be a tail unless a lower-case letter follows. In both there is a `mark`, and two
// readings are kept: the whole run as one piece, and the piece up to the mark with the rest behind it.
//
// State (in STATE, so that the host can keep it away and bring it back with the text):
//   phase       which characters continue the run; 0: there is no run
//   wholeTokens final tokens of the whole run before offset `wholeAt`
//   scanned     offset up to which the run's characters are known
//   lastChar    bytes of its last character
//   marked      0: no mark; 1: the mark is at offset `mark`, not yet merged; 2: `headTokens` holds the piece up to the mark
//   restTokens  (marked 2) final tokens behind the mark before offset `restAt`
import { CL100K, GPT2, O200K, pattern } from "./pattern";
import { BLANK, CASELESS, LOWER, MARK, NEWLINE, NUMBER, UPPER, charAt, isLetter, isSpace, isSymbol } from "../text/classes";
import { clearReachedEnd, contraction, reachedEnd } from "../text/scan";
import { horizon, mergeLong, mergedBytes } from "./merge-long";
import { STATE, TEXT } from "../layout";

@inline export const RUN_BYTES: usize = 384;
@inline const LETTERS: u32 = 1;
@inline const NUMBERS: u32 = 2;
@inline const SYMBOLS: u32 = 3;
@inline const SYMBOL_ENDS: u32 = 4;
@inline const SPACES: u32 = 5;
@inline const HEADS: u32 = 6;
@inline const TAILS: u32 = 7;
@inline const OVER: u32 = 8;

@inline const PHASE: usize = STATE + 8;
@inline const WHOLE_TOKENS: usize = STATE + 12;
@inline const WHOLE_AT: usize = STATE + 16;
@inline const SCANNED: usize = STATE + 20;
@inline const LAST_CHAR: usize = STATE + 24;
@inline const MARKED: usize = STATE + 28;
@inline const MARK_AT: usize = STATE + 32;
@inline const HEAD_TOKENS: usize = STATE + 36;
@inline const REST_TOKENS: usize = STATE + 40;
@inline const REST_AT: usize = STATE + 44;

@inline export function inRun(): bool { return load<u32>(PHASE) != 0; }

/** The phase after one more character. */
function step(phase: u32, p: usize, kind: u32): u32 {
  if (phase == LETTERS) return isLetter(kind) ? LETTERS : OVER;
  if (phase == NUMBERS) return kind == NUMBER ? NUMBERS : OVER;
  if (phase == SPACES) return isSpace(kind) ? SPACES : OVER;
  if (phase == HEADS) return kind - UPPER < 3 ? HEADS : kind == LOWER ? TAILS : OVER;
  if (phase == TAILS) return kind == LOWER || kind == CASELESS || kind == MARK ? TAILS : OVER;
  if (phase == SYMBOLS && isSymbol(kind)) return SYMBOLS;
  if (pattern != GPT2 && kind == NEWLINE) return SYMBOL_ENDS;
  return phase == SYMBOL_ENDS && pattern == O200K && load<u8>(p) == 0x2f ? SYMBOL_ENDS : OVER;
}
/** The phase after the first character of a piece, or after its prefix. */
function firstPhase(kind: u32): u32 {
  if (isSpace(kind)) return SPACES;
  if (kind == NUMBER) return NUMBERS;
  if (pattern != O200K) return isLetter(kind) ? LETTERS : SYMBOLS;
  return kind == LOWER ? TAILS : kind == OTHER_KIND ? SYMBOLS : HEADS;
}
@inline const OTHER_KIND: u32 = 0;

/** Opens a run with the open piece at TEXT; it has at least RUN_BYTES bytes, up to `end`. */
export function openRun(end: usize): void {
  const first = charAt(TEXT), kind = first & 15, n = TEXT + (first >> 4);
  const next = charAt(n) & 15;
  let phase = firstPhase(kind), from = n;
  const mayPrefix = pattern == GPT2 ? kind == BLANK
    : !(isLetter(kind) || kind == NUMBER || kind == NEWLINE || (pattern == O200K && kind == MARK));
  const isWord = pattern == O200K ? isLetter(next) || next == MARK : isLetter(next);
  if (mayPrefix && (isWord || (kind == BLANK && isSymbol(next)) || (pattern == GPT2 && next == NUMBER))) {
    phase = firstPhase(next);
    from = n + (charAt(n) >> 4);
  }
  store<u32>(PHASE, phase); store<u32>(WHOLE_TOKENS, 0); store<u32>(WHOLE_AT, 0); store<u32>(MARKED, 0);
  store<u32>(LAST_CHAR, <u32>(from - (from == n ? TEXT : n)));
  store<u32>(SCANNED, <u32>(from - TEXT));
  const lastKind = from == n ? kind : next;
  if (marks(phase, lastKind)) setMark(<u32>(from - TEXT));
  growRun(end);
}
@inline function marks(phase: u32, kind: u32): bool {
  return phase == SPACES ? kind == NEWLINE && pattern != GPT2 : phase == HEADS && kind != UPPER;
}
@inline function setMark(at: u32): void { store<u32>(MARKED, 1); store<u32>(MARK_AT, at); }

/** Reads on to `end` or to where the run is over; true if it is over. */
export function growRun(end: usize): bool {
  let phase = load<u32>(PHASE), p = TEXT + <usize>load<u32>(SCANNED), bytes = load<u32>(LAST_CHAR), over = false;
  while (p < end) {
    const c = charAt(p), kind = c & 15, next = step(phase, p, kind);
    if (next == OVER) { over = true; break; }
    if (phase == HEADS && next == TAILS) store<u32>(MARKED, 0);
    phase = next; bytes = c >> 4; p += bytes;
    if (marks(phase, kind)) setMark(<u32>(p - TEXT));
  }
  store<u32>(PHASE, phase); store<u32>(LAST_CHAR, bytes); store<u32>(SCANNED, <u32>(p - TEXT));
  return over;
}

/** Merges what is final and moves it out of TEXT; the text behind it moves up. Returns by how many bytes. */
export function shrinkRun(end: usize): usize {
  const scanned = <usize>load<u32>(SCANNED), sure = scanned - <usize>load<u32>(LAST_CHAR);
  if (load<u32>(MARKED) == 1) {
    const at = <usize>load<u32>(MARK_AT), whole = <usize>load<u32>(WHOLE_AT);
    store<u32>(HEAD_TOKENS, load<u32>(WHOLE_TOKENS) + mergeLong(TEXT + whole, at - whole, 0, false));
    store<u32>(REST_TOKENS, 0); store<u32>(REST_AT, <u32>at); store<u32>(MARKED, 2);
  }
  let at = advance(WHOLE_TOKENS, WHOLE_AT, sure);
  if (load<u32>(MARKED)) {
    const rest = advance(REST_TOKENS, REST_AT, sure);
    if (rest < at) at = rest;
    store<u32>(REST_AT, load<u32>(REST_AT) - <u32>at);
    store<u32>(MARK_AT, load<u32>(MARK_AT) - <u32>at);
  }
  store<u32>(WHOLE_AT, load<u32>(WHOLE_AT) - <u32>at);
  store<u32>(SCANNED, <u32>(scanned - at));
  memory.copy(TEXT, TEXT + at, end - TEXT - at);
  return at;
}
/** Moves one reading on over its final tokens before `sure`: white space may give its last character back. */
function advance(tokensAt: usize, offsetAt: usize, sure: usize): usize {
  const from = <usize>load<u32>(offsetAt);
  if (sure <= from) return from;
  store<u32>(tokensAt, load<u32>(tokensAt) + mergeLong(TEXT + from, sure - from, 0, true));
  store<u32>(offsetAt, <u32>(from + mergedBytes));
  return from + mergedBytes;
}

/** Offset in TEXT at which the text goes on after `closeRun`. */
export let runEnd: usize = 0;
/** What `closeRun` returns where more text is needed to tell. */
@inline export const NOT_YET: u32 = 0xffffffff;

/**
 * Tokens of the run as it stands: `over` where a character behind it has ended it, else as if the text ended here.
 * Changes no state but `runEnd`.
 */
export function closeRun(end: usize, over: bool, final: bool): u32 {
  const split = findEnds(end, over, final);
  if (split == UNKNOWN) return NOT_YET;
  return split == TWO ? head(<isize>load<i32>(MARK_AT)) + rest(runEnd, <isize>load<i32>(MARK_AT)) : whole(runEnd);
}

@inline const UNKNOWN: u32 = 0;
@inline const ONE: u32 = 1;
@inline const TWO: u32 = 2;
/** Finds `runEnd`, and whether the run is one piece or two that meet at the mark. */
function findEnds(end: usize, over: bool, final: bool): u32 {
  const phase = load<u32>(PHASE), scanned = <usize>load<u32>(SCANNED), marked = load<u32>(MARKED) != 0;
  // The mark may have left TEXT: its offset is a signed number.
  const mark = <isize>load<i32>(MARK_AT);
  let stop = scanned;
  if (phase == SPACES) {
    // `\s+(?!\S)` gives the last character to what follows; behind a newline that applies to the rest only.
    if (over) stop -= <usize>load<u32>(LAST_CHAR);
    if (marked && <isize>stop < mark) stop = <usize>mark;
    runEnd = stop;
    return marked ? TWO : ONE;
  }
  if (pattern == O200K && phase >= HEADS && over && load<u8>(TEXT + scanned) == 0x27) {
    clearReachedEnd();
    const e = contraction(TEXT + scanned, end);
    if (reachedEnd && !final) return UNKNOWN;
    if (e) stop = e - TEXT;
  }
  runEnd = stop;
  return phase == HEADS && marked && mark != <isize>scanned ? TWO : ONE;
}

/** Bytes of the run that `measureRun` has let go. */
let measured: usize = 0;
export function startMeasure(): void { measured = 0; store<u32>(PHASE, 0); }
/**
 * Finds how long the first piece of the run at TEXT is, whose text up to `end` is there; 0 while it is open: then
 * `measuredTo` says from where on the text is still needed. Nothing is merged.
 */
export let measuredTo: usize = 0;
export function measureRun(end: usize, final: bool): usize {
  if (!inRun()) openRun(end);
  const over = growRun(end), scanned = <usize>load<u32>(SCANNED);
  if (over || final) {
    const split = findEnds(end, over, final);
    if (split == TWO) return measured + <usize>load<i32>(MARK_AT);
    if (split == ONE) return measured + runEnd;
  }
  measured += scanned;
  store<u32>(MARK_AT, load<u32>(MARK_AT) - <u32>scanned);
  store<u32>(SCANNED, 0);
  measuredTo = TEXT + scanned;
  return 0;
}
@inline function whole(stop: usize): u32 {
  const at = <usize>load<u32>(WHOLE_AT);
  return load<u32>(WHOLE_TOKENS) + (stop > at ? mergeLong(TEXT + at, stop - at, 0, false) : 0);
}
@inline function head(mark: isize): u32 { return load<u32>(MARKED) == 2 ? load<u32>(HEAD_TOKENS) : whole(<usize>mark); }
@inline function rest(stop: usize, mark: isize): u32 {
  const merged = load<u32>(MARKED) == 2;
  const at = merged ? <usize>load<u32>(REST_AT) : <usize>mark;
  return (merged ? load<u32>(REST_TOKENS) : 0) + (stop > at ? mergeLong(TEXT + at, stop - at, 0, false) : 0);
}
