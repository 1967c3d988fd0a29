// Classes of the characters beyond ASCII in one window of 64 bytes.
//
// Common scripts (Latin-1, Cyrillic, CJK, kana, Hangul) are told by their first two or three bytes in parallel; others go
// through the class table one by one. Each result has the bit of a character's first byte only.
import { bits64, below, equal, within } from "./masks";
import { STAGE1, STAGE2 } from "./classes.gen";
import { CASELESS, LOWER, MARK, OTHER, UPPER, pointAt } from "./classes";
import { safeAt } from "./safe-split";

export let wideLetters: u64 = 0;
export let wideUppers: u64 = 0;
export let wideCaseless: u64 = 0;
export let wideMarks: u64 = 0;
/** Characters that the bit logic does not handle: a window ends before the first of them. */
export let wideOdd: u64 = 0;
/** Characters before which the text may be cut without changing any token. */
export let wideSplits: u64 = 0;

@inline function twoByteLead(v: v128): v128 { return v128.or(within(v, 0xd0, 2), equal(v, 0xc3)); }
@inline function twoByteUpper(v: v128, w: v128): v128 {
  return v128.or(v128.and(equal(v, 0xd0), below(w, 0xb0)), v128.and(equal(v, 0xc3), v128.andnot(below(w, 0x9f), equal(w, 0x97))));
}
@inline function twoByteLower(v: v128, w: v128): v128 {
  return v128.or(
    v128.or(v128.andnot(equal(v, 0xd0), below(w, 0xb0)), v128.and(equal(v, 0xd1), below(w, 0xa0))),
    v128.andnot(equal(v, 0xc3), v128.or(below(w, 0x9f), equal(w, 0xb7))));
}
/** Ideographs and Hangul syllables. */
@inline function ideograph(v: v128, w: v128): v128 {
  const plane = v128.or(within(v, 0xe5, 5), v128.andnot(equal(v, 0xe4), below(w, 0xb8)));
  const hangul = v128.or(within(v, 0xeb, 2), v128.andnot(equal(v, 0xea), below(w, 0xb0)));
  return v128.or(v128.or(plane, hangul), v128.and(equal(v, 0xed), below(w, 0x9e)));
}
@inline function kana(v: v128, w: v128, x: v128): v128 {
  const hiragana = v128.andnot(equal(w, 0x81), equal(x, 0x80));
  const mixed = v128.andnot(equal(w, 0x82), within(x, 0x97, 10));
  const katakana = v128.andnot(equal(w, 0x83), equal(x, 0xbb));
  return v128.and(equal(v, 0xe3), v128.or(v128.or(hiragana, mixed), katakana));
}

/** Classifies the characters that begin at the bits of `leads0`; `cased` where upper case, caseless and marks matter. */
export function classifyWide(p: usize, leads0: u64, cased: bool): void {
  let leads = leads0, letters: u64 = 0, uppers: u64 = 0, caseless: u64 = 0, marks: u64 = 0, odd: u64 = 0, splits: u64 = 0;
  const v0 = v128.load(p), v1 = v128.load(p, 16), v2 = v128.load(p, 32), v3 = v128.load(p, 48);
  const w0 = v128.load(p, 1), w1 = v128.load(p, 17), w2 = v128.load(p, 33), w3 = v128.load(p, 49);
  if (bits64(twoByteLead(v0), twoByteLead(v1), twoByteLead(v2), twoByteLead(v3)) & leads) {
    uppers = bits64(twoByteUpper(v0, w0), twoByteUpper(v1, w1), twoByteUpper(v2, w2), twoByteUpper(v3, w3)) & leads;
    letters = uppers | (bits64(twoByteLower(v0, w0), twoByteLower(v1, w1), twoByteLower(v2, w2), twoByteLower(v3, w3)) & leads);
    leads &= ~letters;
  }
  if (leads) {
    let plain = bits64(ideograph(v0, w0), ideograph(v1, w1), ideograph(v2, w2), ideograph(v3, w3));
    if (bits64(equal(v0, 0xe3), equal(v1, 0xe3), equal(v2, 0xe3), equal(v3, 0xe3)) & leads)
      plain |= bits64(kana(v0, w0, v128.load(p, 2)), kana(v1, w1, v128.load(p, 18)), kana(v2, w2, v128.load(p, 34)), kana(v3, w3, v128.load(p, 50)));
    plain &= leads;
    letters |= plain; caseless = plain; leads &= ~plain;
    for (let pairs = plain & (plain << 3); pairs; pairs &= pairs - 1) {
      const i = ctz(pairs);
      splits |= <u64>safeAt(p + <usize>i) << i;
    }
  }
  for (; leads; leads &= leads - 1) {
    const i = ctz(leads), q = p + <usize>i;
    const point = pointAt(q, <u32>load<u8>(q));
    const kind = <u32>load<u8>(STAGE2 + (<usize>load<u8>(STAGE1 + (point >> 7)) << 7) + (point & 127));
    if (kind - LOWER < 3) {
      letters |= <u64>1 << i;
      if (cased) { uppers |= <u64>(kind == UPPER) << i; caseless |= <u64>(kind == CASELESS) << i; }
    } else if (kind == MARK && cased) marks |= <u64>1 << i;
    else if (kind != OTHER && kind != MARK) odd |= <u64>1 << i;
  }
  wideLetters = letters; wideUppers = uppers; wideCaseless = caseless; wideMarks = marks; wideOdd = odd; wideSplits = splits;
}
