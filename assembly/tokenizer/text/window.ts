// The pre-tokenizer, 64 bytes at a time. All boundaries of a window come from bit operations on class masks: bit i of a
// mask stands for byte i. Each window starts at a certain boundary and yields only certain ones, so no state is carried
// from one window to the next; what the logic does not cover ends the window early and is left to the exact scanner.
import { bits64, continuation, control, digit, equal, flood, letter, lowBits, newline, upper } from "./masks";
import { classifyWide, wideCaseless, wideLetters, wideMarks, wideOdd, wideSplits, wideUppers } from "./wide";
import { contraction } from "./scan";

/** The window says nothing: scan one piece exactly. */
@inline export const UNDECIDED: u64 = 1;

/**
 * Bits of the piece starts in the 64 bytes at `p`, bit 0 among them; the highest one is where the next window begins.
 * With less than 64 bytes left the text ends at `end`, and the highest bit is that end (bit 64 is never needed: then
 * the rest is decided without it). `UNDECIDED` where not even the first piece's end is certain.
 */
@inline export function boundaries(p: usize, end: usize, o200k: bool): u64 {
  const v0 = v128.load(p), v1 = v128.load(p, 16), v2 = v128.load(p, 32), v3 = v128.load(p, 48);
  let letters = bits64(letter(v0), letter(v1), letter(v2), letter(v3));
  let uppers: u64 = o200k ? bits64(upper(v0), upper(v1), upper(v2), upper(v3)) : 0;
  const blanks = bits64(equal(v0, 32), equal(v1, 32), equal(v2, 32), equal(v3, 32));
  const wide = bits64(v0, v1, v2, v3);
  const left = <u64>(end - p);
  let final = left < 64;
  let size: u64 = final ? left : 64;
  let caseless: u64 = 0, inner: u64 = 0, splits: u64 = 0;
  if (wide) {
    inner = bits64(continuation(v0), continuation(v1), continuation(v2), continuation(v3));
    let leads = (final ? wide & lowBits(size) : wide) & ~inner;
    if (!leads) return UNDECIDED;
    const lastLead = 63 - clz(leads), lastByte = <u32>load<u8>(p + <usize>lastLead);
    const lastBytes: u64 = lastByte < 0xe0 ? 2 : lastByte < 0xf0 ? 3 : 4;
    if (lastLead + lastBytes > 64) {
      // A character crosses the end of the window: it belongs to the next one.
      size = lastLead; final = false; leads &= lowBits(size);
      if (!size) return UNDECIDED;
    }
    classifyWide(p, leads, o200k);
    splits = wideSplits;
    letters |= wideLetters | flood(inner, (wideLetters << 1) & inner);
    let odd = wideOdd;
    if (o200k) {
      uppers |= wideUppers | flood(inner, (wideUppers << 1) & inner);
      caseless = wideCaseless | flood(inner, (wideCaseless << 1) & inner);
      if (wideMarks) {
        // Marks that follow a letter, a blank or such a mark behave as caseless letters; others are odd.
        const marks = wideMarks | flood(inner, (wideMarks << 1) & inner);
        const joined = flood(marks, wideMarks & ((letters | blanks) << 1));
        odd |= wideMarks & ~joined; letters |= joined; caseless |= joined;
      }
      // An upper-case letter after a caseless one may or may not begin a piece: it depends on what follows.
      odd |= uppers & (caseless << 1) & ~inner;
      const afterLower = ((letters & ~uppers & ~caseless) << 1) & caseless;
      if (afterLower) splits &= (afterLower & (0 - afterLower)) - 1;
    }
    if (odd) {
      const at = ctz(odd);
      if (at < size) { size = at; final = false; }
      if (!size) return UNDECIDED;
    }
    letters &= lowBits(size);
  }
  return join(p, size, final, letters, uppers, caseless, inner, splits, blanks, v0, v1, v2, v3, o200k);
}

/** From the classes to the starts of pieces. */
@inline function join(
  p: usize, size0: u64, final0: bool, letters: u64, uppers: u64, caseless: u64, inner: u64, splits: u64, blanks0: u64,
  v0: v128, v1: v128, v2: v128, v3: v128, o200k: bool,
): u64 {
  let size = size0, final = final0, valid = lowBits(size);
  const digits = bits64(digit(v0), digit(v1), digit(v2), digit(v3)) & valid;
  const newlines = bits64(newline(v0), newline(v1), newline(v2), newline(v3)) & valid;
  const blanks = blanks0 & valid;
  const spaces = blanks | (bits64(control(v0), control(v1), control(v2), control(v3)) & valid);
  const gaps = spaces & ~newlines;
  let symbols = ~(letters | digits | spaces) & valid;
  // Newlines that a run of symbols takes along; in o200k also slashes among and behind them.
  let taken: u64 = (symbols << 1) & newlines;
  if (taken) {
    if (o200k) {
      const slashes = bits64(equal(v0, 0x2f), equal(v1, 0x2f), equal(v2, 0x2f), equal(v3, 0x2f)) & valid;
      taken = flood(newlines | slashes, taken);
      symbols &= ~taken;
    } else taken = flood(newlines, taken);
  }
  const symbolStarts = symbols & ~(symbols << 1) & ~(blanks << 1);
  // A letter starts a piece unless it follows a letter, a gap, or a symbol that itself starts a piece (the prefix).
  let prefixes = symbolStarts;
  if (inner) {
    prefixes |= (prefixes << 1) & inner; prefixes |= (prefixes << 1) & inner; prefixes |= (prefixes << 1) & inner;
    prefixes &= symbols;
  }
  let letterStarts = letters & ~((letters | gaps | prefixes) << 1);
  if (o200k) letterStarts |= uppers & ~inner & ((letters & ~uppers & ~caseless) << 1);
  let digitStarts = digits & ~(digits << 1);
  const fourth = digits & (digits << 1) & (digits << 2) & (digits << 3);
  if (fourth) {
    const third = digits & (digits << 1) & (digits << 2);
    let at = digitStarts;
    while (at) { at = (at << 3) & third; digitStarts |= at; }
  }
  const spaceStarts = spacesOf(spaces, newlines, gaps, symbols, taken, size, final);

  let starts = symbolStarts | letterStarts | digitStarts | spaceStarts | (splits & letters);
  let quotes = bits64(equal(v0, 0x27), equal(v1, 0x27), equal(v2, 0x27), equal(v3, 0x27)) & valid;
  quotes &= o200k ? letters << 1 : symbolStarts | 1;
  if (quotes) {
    // Contractions: in cl100k a piece of their own, in o200k the end of a word.
    let lastEnd: u64 = 255;
    do {
      const at = ctz(quotes); quotes &= quotes - 1;
      if (o200k && at == lastEnd) continue;
      if (at + 4 > size && !final) { size = at; valid = lowBits(at); final = false; break; }
      const e = contraction(p + <usize>at, p + <usize>size);
      if (!e) continue;
      lastEnd = <u64>(e - p);
      if (o200k) starts &= ~(<u64>1 << at);
      if (lastEnd < 64 && (letters >> lastEnd) & 1) starts |= <u64>1 << lastEnd;
    } while (quotes);
  }
  starts |= 1;
  if (final) return starts | (<u64>1 << size);
  // The text goes on: certain is what lies up to the white space that touches the end of the window.
  const solid = ~spaces & valid;
  if (!solid) return UNDECIDED;
  const limit = 64 - clz(solid);
  return starts & valid & (limit > 63 ? ~<u64>0 : (<u64>2 << limit) - 1);
}

/** Starts among white space: `\s*[\r\n]+|\s+(?!\S)|\s+`, and a gap that goes to the word behind it. */
@inline function spacesOf(spaces: u64, newlines: u64, gaps: u64, symbols: u64, taken: u64, size: u64, final: bool): u64 {
  const spaceNext = final ? (spaces >> 1) | (~<u64>0 << (size - 1)) : spaces >> 1;
  let starts = (gaps & ~(spaces << 1)) | (gaps & ~spaceNext) | (newlines & ~((spaces | symbols | taken) << 1));
  const afterNewline = (newlines << 1) & gaps;
  if (!afterNewline) return starts;
  if (!((gaps << 1) & newlines)) return starts | afterNewline;
  // Some gap is followed by a newline: it belongs to the newlines before it, unless symbols took those.
  starts |= (taken << 1) & gaps;
  for (let open = afterNewline & ~(taken << 1); open; open &= open - 1) {
    const at = ctz(open);
    const stop = at + ctz(~gaps >> at);
    if (!(stop < 64 && (newlines >> stop) & 1)) starts |= <u64>1 << at;
  }
  return starts;
}
