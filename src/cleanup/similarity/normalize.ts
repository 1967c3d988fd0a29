const ascii = /^[\0-\x7f]*$/;

/**
 * The form in which texts are compared: Unicode's compatibility form (full-width letters, ligatures and composed letters
 * fall together), lower case.
 */
export function normalizeForComparison(text: string): string {
  return (ascii.test(text) ? text : text.normalize("NFKC")).toLowerCase();
}

/** `normalizeForComparison(text)` in parts of about `partChars`: joined they are the same. */
export function* normalizedParts(text: string, partChars: number): Generator<string, void, void> {
  for (let start = 0; start < text.length; ) {
    const end = cutNear(text, start, start + partChars);
    yield normalizeForComparison(text.slice(start, end));
    start = end;
  }
}

/** The last place in the part's second half where a text can be cut, else the first one behind it. */
function cutNear(text: string, start: number, wanted: number): number {
  if (wanted >= text.length) return text.length;
  for (let i = wanted; i > (start + wanted) / 2; i--) if (isApart(text, i)) return i;
  let i = wanted + 1;
  while (i < text.length && !isApart(text, i)) i++;
  return i;
}

/** Letters without case that may be parts of Hangul syllables: they compose with what stands before them. */
const jamo = /[\u1100-\u11ff\u3130-\u318f\uffa0-\uffdf]/;
/** Signs that the form of a final sigma looks across. */
const ignorable = "'.:^`";

/** True where neither composition nor the form of a final sigma looks across the place before `i`. */
function isApart(text: string, i: number): boolean {
  const char = text[i]!;
  if (char === " " || char === "\n" || char === "\t") return true;
  const before = text[i - 1]!;
  if (char < "\x80") return before < "\x80" && !ignorable.includes(before) && !ignorable.includes(char);
  return /\p{Lo}/u.test(char) && !jamo.test(char);
}
