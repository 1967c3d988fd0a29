/** Counts the tokens of a text, exactly. */
export type CountTokens = (text: string) => number;

let segmenter: Intl.Segmenter | null | undefined;

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

function graphemeCuts(text: string): number[] {
  segmenter ??=
    typeof Intl === "object" && "Segmenter" in Intl ? new Intl.Segmenter("en", { granularity: "grapheme" }) : null;
  const cuts: number[] = [];
  if (segmenter !== null) {
    for (const { index } of segmenter.segment(text)) cuts.push(index);
  } else {
    for (let i = 0; i < text.length; i += text.codePointAt(i)! > 0xffff ? 2 : 1) cuts.push(i);
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
