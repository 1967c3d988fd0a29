// The exact scanners, one character at a time: where the piece that starts at `p` ends, before `end`.
//
// The patterns (order of alternatives matters; \p{} and \s of Unicode 16):
//   gpt2    's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
//   cl100k  (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+
//   o200k   [^\r\n\p{L}\p{N}]?[UXM]*[lXM]+(?i:'s|...)?|[^\r\n\p{L}\p{N}]?[UXM]+[lXM]*(?i:'s|...)?
//           |\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+        U upper, l lower, X caseless, M mark
//
// `reachedEnd` is set when the answer depended on the text ending at `end`: with more text it may differ.
import { BLANK, CASELESS, LOWER, MARK, NEWLINE, NUMBER, UPPER, charAt, isLetter, isSpace, isSymbol } from "./classes";

export let reachedEnd: bool = false;
@inline export function clearReachedEnd(): void { reachedEnd = false; }

/** Runs of one predicate; each leaves `n` at the first character that breaks it. */
@inline function letters(p: usize, end: usize): usize {
  let n = p;
  while (n < end) { const c = charAt(n); if (!isLetter(c & 15)) return n; n += c >> 4; }
  reachedEnd = true;
  return n;
}
@inline function symbols(p: usize, end: usize): usize {
  let n = p;
  while (n < end) { const c = charAt(n); if (!isSymbol(c & 15)) return n; n += c >> 4; }
  reachedEnd = true;
  return n;
}
@inline function numbers(p: usize, end: usize, most: i32): usize {
  let n = p;
  for (let i = 0; i < most; i++) {
    if (n >= end) { reachedEnd = true; return n; }
    const c = charAt(n); if ((c & 15) != NUMBER) return n; n += c >> 4;
  }
  return n;
}

/** End of the contraction whose apostrophe is at `p`, or 0. The long s (U+017F) folds to s. */
export function contraction(p: usize, end: usize): usize {
  if (p + 1 >= end) { reachedEnd = true; return 0; }
  const a = <u32>load<u8>(p, 1) | 0x20;
  if (a == 0x73 || a == 0x74 || a == 0x6d || a == 0x64) return p + 2;
  const mayGoOn = a == 0x72 || a == 0x76 || a == 0x6c || load<u8>(p, 1) == 0xc5;
  if (p + 2 >= end) { if (mayGoOn) reachedEnd = true; return 0; }
  const b = <u32>load<u8>(p, 2) | 0x20;
  if (((a == 0x72 || a == 0x76) && b == 0x65) || (a == 0x6c && b == 0x6c)) return p + 3;
  return load<u8>(p, 1) == 0xc5 && load<u8>(p, 2) == 0xbf ? p + 3 : 0;
}

/** `\s*[\r\n]+|\s+(?!\S)|\s+` from white space at `p`. */
function spaces(p: usize, end: usize, newlines: bool): usize {
  let n = p, last = p, afterNewline: usize = 0;
  while (n < end) {
    const c = charAt(n);
    if (!isSpace(c & 15)) break;
    last = n; n += c >> 4;
    if (newlines && (c & 15) == NEWLINE) afterNewline = n;
  }
  if (n >= end) { reachedEnd = true; return afterNewline ? afterNewline : n; }
  if (afterNewline) return afterNewline;
  return last > p ? last : n;
}

export function scanGpt2(p: usize, end: usize): usize {
  if (load<u8>(p) == 0x27) {
    const q = contractionExact(p, end); if (q) return q;
  }
  const c = charAt(p); let kind = c & 15; let n = p + (c >> 4);
  if (kind == BLANK) {
    if (n >= end) { reachedEnd = true; return n; }
    const next = charAt(n) & 15;
    if (!isSpace(next)) { kind = next; }
    else return spaces(p, end, false);
  } else if (isSpace(kind)) return spaces(p, end, false);
  if (isLetter(kind)) return letters(n, end);
  if (kind == NUMBER) return numbers(n, end, i32.MAX_VALUE);
  return symbols(n, end);
}
/** The case-sensitive contractions of gpt2. */
function contractionExact(p: usize, end: usize): usize {
  if (p + 1 >= end) { reachedEnd = true; return 0; }
  const a = <u32>load<u8>(p, 1);
  if (a == 0x73 || a == 0x74 || a == 0x6d || a == 0x64) return p + 2;
  if (a != 0x72 && a != 0x76 && a != 0x6c) return 0;
  if (p + 2 >= end) { reachedEnd = true; return 0; }
  return <u32>load<u8>(p, 2) == <u32>(a == 0x6c ? 0x6c : 0x65) ? p + 3 : 0;
}

export function scanCl100k(p: usize, end: usize): usize {
  const c = charAt(p), kind = c & 15; let n = p + (c >> 4);
  if (load<u8>(p) == 0x27) { const q = contraction(p, end); if (q) return q; }
  if (isLetter(kind)) return letters(n, end);
  if (kind == NUMBER) return numbers(n, end, 2);
  if (n >= end) { reachedEnd = true; return n; }
  const next = charAt(n) & 15;
  if (kind != NEWLINE && isLetter(next)) return letters(n, end);
  if (isSymbol(kind) || (kind == BLANK && isSymbol(next))) {
    n = symbols(n, end);
    while (n < end) { const b = load<u8>(n); if (b != 10 && b != 13) return n; n++; }
    reachedEnd = true;
    return n;
  }
  return spaces(p, end, true);
}

@inline function isHead(kind: u32): bool { return kind - UPPER < 3; }
@inline function isTail(kind: u32): bool { return kind == LOWER || kind == CASELESS || kind == MARK; }
/** `[UXM]*[lXM]+` from `q`, or 0. Greedy heads give back to the last one that is also a tail. */
@inline function headsThenTails(q: usize, end: usize): usize {
  let n = q, afterTail: usize = 0, kind: u32 = NEWLINE;
  while (n < end) {
    const c = charAt(n); kind = c & 15;
    if (!isHead(kind)) break;
    n += c >> 4;
    if (kind != UPPER) afterTail = n;
  }
  if (n >= end) { reachedEnd = true; return afterTail; }
  if (kind != LOWER) return afterTail;
  while (n < end) { const c = charAt(n); if (!isTail(c & 15)) return n; n += c >> 4; }
  reachedEnd = true;
  return n;
}
@inline function uppers(q: usize, end: usize): usize {
  let n = q;
  while (n < end) { const c = charAt(n); if ((c & 15) != UPPER) return n; n += c >> 4; }
  reachedEnd = true;
  return n;
}
/** The first two alternatives of o200k from `p`, or 0. `n` is the end of the first character, of class `kind`. */
function word(p: usize, n: usize, end: usize, kind: u32): usize {
  const prefixed = !(isLetter(kind) || kind == NUMBER || kind == NEWLINE);
  const q = prefixed ? n : p;
  let e: usize = 0;
  if (q < end) {
    e = headsThenTails(q, end);
    if (!e && kind == MARK) e = headsThenTails(p, end);
    // No tail anywhere, so what heads there are, are upper case.
    if (!e) { const u = uppers(q, end); if (u > q) e = u; }
  } else {
    reachedEnd = true;
    if (kind == MARK) e = n;
  }
  if (!e) return 0;
  if (e >= end) { reachedEnd = true; return e; }
  if (load<u8>(e) == 0x27) { const f = contraction(e, end); if (f) return f; }
  return e;
}
export function scanO200k(p: usize, end: usize): usize {
  const c = charAt(p), kind = c & 15; let n = p + (c >> 4);
  if (kind == NUMBER) return numbers(n, end, 2);
  if (kind != NEWLINE) { const e = word(p, n, end, kind); if (e) return e; }
  if (n >= end) { reachedEnd = true; return n; }
  if (isSymbol(kind) || (kind == BLANK && isSymbol(charAt(n) & 15))) {
    n = symbols(n, end);
    while (n < end) { const b = load<u8>(n); if (b != 10 && b != 13 && b != 0x2f) return n; n++; }
    reachedEnd = true;
    return n;
  }
  return spaces(p, end, true);
}
