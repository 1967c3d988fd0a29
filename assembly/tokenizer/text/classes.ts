// Classes of characters: what the patterns of the encodings distinguish.
import { STAGE1, STAGE2 } from "./classes.gen";

@inline export const OTHER: u32 = 0;
@inline export const LOWER: u32 = 1;
@inline export const UPPER: u32 = 2;
@inline export const CASELESS: u32 = 3;
@inline export const MARK: u32 = 4;
@inline export const NUMBER: u32 = 5;
@inline export const SPACE: u32 = 6;
@inline export const NEWLINE: u32 = 7;
@inline export const BLANK: u32 = 8;

/** Class of a code point. */
@inline export function classOf(point: u32): u32 {
  return <u32>load<u8>(STAGE2 + (<usize>load<u8>(STAGE1 + (point >> 7)) << 7) + (point & 127));
}

/** Code point of the character at `p`; valid UTF-8 is assumed. */
@inline export function pointAt(p: usize, lead: u32): u32 {
  if (lead < 0xe0) return ((lead & 31) << 6) | (<u32>load<u8>(p, 1) & 63);
  if (lead < 0xf0) return ((lead & 15) << 12) | ((<u32>load<u8>(p, 1) & 63) << 6) | (<u32>load<u8>(p, 2) & 63);
  return ((lead & 7) << 18) | ((<u32>load<u8>(p, 1) & 63) << 12) | ((<u32>load<u8>(p, 2) & 63) << 6) | (<u32>load<u8>(p, 3) & 63);
}

/** Class of the character at `p` in the low 4 bits, its length in bytes above. */
@inline export function charAt(p: usize): u32 {
  const lead = <u32>load<u8>(p);
  return lead < 0x80 ? <u32>load<u8>(STAGE2 + lead) | 16 : wideCharAt(p, lead);
}

function wideCharAt(p: usize, lead: u32): u32 {
  const bytes: u32 = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return classOf(pointAt(p, lead)) | (bytes << 4);
}

@inline export function isLetter(kind: u32): bool { return kind - LOWER < 3; }
@inline export function isSpace(kind: u32): bool { return kind >= SPACE; }
/** Neither letter nor number nor white space: what the patterns' punctuation class takes. */
@inline export function isSymbol(kind: u32): bool { return kind == OTHER || kind == MARK; }
