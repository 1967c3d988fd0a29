import { CLASSES } from "./layout";

// What a UTF-16 unit of normalised text is to a shingle. Units of the third and fourth class stand alone.
/** Blanks and signs: they end a word and are not part of any shingle. */
@inline export const SEPARATOR: u8 = 0;
/** Letters, digits and marks of scripts that put spaces between words. */
@inline export const LETTER: u8 = 1;
/** Ideographs. */
@inline export const IDEOGRAPH: u8 = 2;
/** Kana, Thai, Lao, Burmese, Khmer, and the halves of surrogate pairs. */
@inline export const SYLLABLE: u8 = 3;

/** Fills the table, once an instance. */
export function fillClasses(): void {
  for (let unit: u32 = 0; unit < 0x10000; unit++) store<u8>(CLASSES + unit, classOf(unit));
}

function classOf(unit: u32): u8 {
  if (unit < 0x80) return isAsciiWord(unit) ? LETTER : SEPARATOR;
  if (isSign(unit)) return SEPARATOR;
  if ((unit >= 0x3400 && unit <= 0x9fff) || (unit >= 0xf900 && unit <= 0xfaff)) return IDEOGRAPH;
  if (unit >= 0xd800 && unit <= 0xdfff) return SYLLABLE;
  if ((unit >= 0x0e00 && unit <= 0x0eff) || (unit >= 0x1000 && unit <= 0x109f)) return SYLLABLE;
  if ((unit >= 0x1780 && unit <= 0x17ff) || (unit >= 0x3040 && unit <= 0x30ff)) return SYLLABLE;
  return LETTER;
}

@inline
function isAsciiWord(unit: u32): bool {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || (unit >= 0x41 && unit <= 0x5a) || unit == 0x5f;
}

/** Latin-1 signs, × ÷, Arabic and Devanagari marks, punctuation and symbols, CJK signs, forms of signs, specials. */
function isSign(unit: u32): bool {
  if (unit < 0xc0) return unit != 0xaa && unit != 0xb5 && unit != 0xba;
  if (unit == 0xd7 || unit == 0xf7) return true;
  if (unit == 0x060c || unit == 0x061b || unit == 0x061f || unit == 0x06d4 || unit == 0x0964 || unit == 0x0965) return true;
  if (unit >= 0x2000 && unit <= 0x2bff) return true;
  if (unit >= 0x3000 && unit <= 0x303f) return unit != 0x3005;
  if (unit == 0x30fb) return true;
  return (unit >= 0xfe30 && unit <= 0xfe6f) || (unit >= 0xff00 && unit <= 0xff0f) || (unit >= 0xff1a && unit <= 0xff20) || unit >= 0xfff0;
}
