/**
 * Whether two pieces meet at a place, whatever stands before or after these two characters: a letter before it, and a
 * blank, line feed, digit or mark of ASCII behind it (no apostrophe, which may go on with the word, and neither of the marks
 * in names of special tokens). In each encoding a letter belongs to a piece that goes on
 * with letters, marks or a contraction only, and no piece looks back, so the tokens of the two sides add up:
 * count(text) = count(text.slice(0, at)) + count(text.slice(at)).
 *
 * Only letters that have been letters in every version of Unicode are taken, so that no table is needed; a place that
 * this function does not name may be such a boundary all the same. A text that is edited can be counted in parts cut at
 * such places: an edit changes the parts it touches, and no others.
 * @param at a place in UTF-16 units; 0 and the text's end are no boundaries.
 * Cost: a look at two characters.
 * @example isCertainBoundary("one two", 3); // => true
 */
export function isCertainBoundary(text: string, at: number): boolean {
  return at > 0 && at < text.length && endsPiece(text.charCodeAt(at)) && isLetter(text.charCodeAt(at - 1));
}

/**
 * The first {@link isCertainBoundary | certain boundary} from `from` on and before `to`, or -1 where there is none.
 * Cost: a look at each character on the way.
 * @example nextCertainBoundary("one two", 1); // => 3
 */
export function nextCertainBoundary(text: string, from: number, to = text.length): number {
  for (let at = Math.max(from, 1); at < to; at++) {
    if (isCertainBoundary(text, at)) return at;
  }
  return -1;
}

/** The last certain boundary from `from` back to `to`, or -1. */
export function previousCertainBoundary(text: string, from: number, to = 0): number {
  for (let at = Math.min(from, text.length - 1); at >= to && at > 0; at--) {
    if (isCertainBoundary(text, at)) return at;
  }
  return -1;
}

/** What is no letter in ASCII, but for ' | _; and the Chinese and Japanese counterparts of , . ! ? */
function endsPiece(unit: number): boolean {
  if (unit < 128) return !isLetter(unit) && unit !== 39 && unit !== 95 && unit !== 124;
  return unit === 0x3001 || unit === 0x3002 || unit === 0xff0c || unit === 0xff01 || unit === 0xff1f;
}

/**
 * Latin a-z, Greek, Cyrillic, some Arabic, Devanagari and Thai letters, kana, the first block of Han, Hangul syllables:
 * letters of their own, never a mark on another.
 */
function isLetter(unit: number): boolean {
  const lower = unit | 32;
  if (unit < 128) return lower >= 97 && lower <= 122;
  if (unit < 0x3041) {
    return (
      (unit >= 0x3b1 && unit <= 0x3c9) ||
      (unit >= 0x410 && unit <= 0x44f) ||
      (unit >= 0x628 && unit <= 0x63a) ||
      (unit >= 0x905 && unit <= 0x939) ||
      (unit >= 0xe01 && unit <= 0xe2e)
    );
  }
  return (
    unit <= 0x3096 ||
    (unit >= 0x30a1 && unit <= 0x30fa) ||
    (unit >= 0x4e00 && unit <= 0x9fa5) ||
    (unit >= 0xac00 && unit <= 0xd7a3)
  );
}
