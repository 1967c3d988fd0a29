const notWord = /[^\p{L}\p{M}\p{N}]+/gu;
/** Accents, frames around a character, and the selectors of a glyph's variants. */
const dropped = /[\u0300-\u036f\u20d0-\u20f0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]+/gu;

/** Words recur: what they fold to is remembered for so many of them, up to a length. */
const foldedWords = 16_384;
const foldedUnits = 64;
let folded = new Map<string, string>();

/**
 * Words that differ only in case, width, accents or Greek final sigma become one term: NFKC, lower case, accents off.
 * The result holds letters, marks and digits only, and may be empty.
 */
export function fold(word: string): string {
  const known = folded.get(word);
  if (known !== undefined) return known;
  const term = word
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll("ς", "σ")
    .normalize("NFD")
    .replace(dropped, "")
    .normalize("NFC")
    .replace(notWord, "");
  if (word.length <= foldedUnits) {
    if (folded.size >= foldedWords) folded = new Map();
    folded.set(word, term);
  }
  return term;
}
