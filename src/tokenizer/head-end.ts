import { type Borders, graphemeBorders } from "./graphemes.ts";
import { type Joint, longestHead } from "./longest-head.ts";
import type { OrdinaryEncoding } from "./ordinary.ts";

/** The beginning of a text that holds the longest head, its borders, and where that head ends in it. */
export interface HeadEnd {
  readonly part: string;
  readonly borders: Borders;
  readonly end: number;
}

/** Units past the end of a head within which a longer one is looked for. */
const beyond = 4096;

/**
 * {@link longestHead} between graphemes, from `from` on, looking only at as much of the text as the result needs.
 * @returns offsets within `part`, which begins at `from`.
 */
export function findHeadEnd(
  core: OrdinaryEncoding,
  text: string,
  range: { readonly from: number; readonly to: number },
  maxTokens: number,
  after: Joint,
): HeadEnd {
  for (let units = 8 * maxTokens + 2 * beyond; ; units *= 4) {
    const part = text.slice(range.from, range.from + units);
    const borders = graphemeBorders(part);
    const whole = range.from + part.length === text.length;
    // The last grapheme of a part may go on behind it.
    const last = whole ? part.length : borders.previous(part.length);
    const to = borders.atOrBefore(Math.min(last, range.to - range.from));
    const end = longestHead(core, part, { from: 0, to }, maxTokens, after, borders);
    if (whole || end + beyond < part.length) return { part, borders, end };
  }
}
