/** Counts the tokens of a text, exactly. */
export type CountTokens = (text: string) => number;

/**
 * The longest beginning of `text` (looked for by halving) that counts at most `maxTokens`: cut behind a word where that
 * leaves something, else between graphemes. Empty where not even the first grapheme fits.
 */
export function fitStart(text: string, maxTokens: number, count: CountTokens): string {
  if (maxTokens <= 0 || text === "") return "";
  if (count(text) <= maxTokens) return text;
  const cuts = graphemeCuts(text);
  let low = 0;
  let high = cuts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (count(text.slice(0, cuts[middle])) <= maxTokens) low = middle;
    else high = middle - 1;
  }
  for (; low > 0; low--) {
    const cut = cuts[low]!;
    const word = behindWord(text, cut);
    for (const end of word > 0 ? [word, cut] : [cut]) {
      const start = text.slice(0, end).trimEnd();
      if (count(start) <= maxTokens) return start;
    }
  }
  return "";
}

/** Marks, joiners and the like: they belong to what stands before them. */
const joins = /\p{M}|\p{Emoji_Modifier}|\u0e33|\u0eb3|\u200c|\u200d|[\u{e0020}-\u{e007f}]/u;
/** What joins the next one too: signs that make one of two consonants, and the joiner of emoji. */
const joinsNext = /\u094d|\u09cd|\u0acd|\u0b4d|\u0c4d|\u0d4d|\u200d/;
const flagLetter = /\p{Regional_Indicator}/u;

/** Where a reader sees one character end: nearly as `Intl.Segmenter` has it, whose first use takes a page 15 ms. */
function graphemeCuts(text: string): number[] {
  const cuts: number[] = [];
  let at = 0;
  let before = "";
  let flags = 0;
  for (const character of text) {
    const isFlag = flagLetter.test(character);
    if (!(joins.test(character) || joinsNext.test(before) || (isFlag && flags % 2 === 1))) cuts.push(at);
    flags = isFlag ? flags + 1 : 0;
    before = character;
    at += character.length;
  }
  cuts.push(text.length);
  return cuts;
}

/** The end of the last whole word before `cut`; 0 where the first word is cut. */
function behindWord(text: string, cut: number): number {
  if (cut >= text.length || /\s/.test(text[cut]!)) return cut;
  for (let i = cut; i > 0; i--) if (/\s/.test(text[i - 1]!)) return i - 1;
  return 0;
}
