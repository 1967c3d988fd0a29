/** Where a text may be cut: between two of these places nothing may be torn apart. All are UTF-16 offsets. */
export interface Borders {
  /** The first border after `at`; the text's length at the latest. */
  next(at: number): number;
  /** The last border before `at`; 0 at the earliest. */
  previous(at: number): number;
  /** `at` itself where it is a border, else the last one before it. */
  atOrBefore(at: number): number;
}

let segmenter: Intl.Segmenter | undefined;

/**
 * The borders between what a reader sees as characters (extended grapheme clusters), as the engine's `Intl.Segmenter`
 * has them; between code points where the engine has none.
 * Cost: a step between two plain characters is a look at both. Elsewhere a stretch of some hundred units is segmented,
 * begun at the nearest certain border, and kept for the steps that follow; a run without one is segmented once.
 */
export function graphemeBorders(text: string): Borders {
  if (typeof Intl === "undefined" || Intl.Segmenter === undefined) return codePointBorders(text);
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  return new GraphemeBorders(text, segmenter);
}

const stretchUnits = 128;

class GraphemeBorders implements Borders {
  readonly #text: string;
  readonly #segmenter: Intl.Segmenter;
  /** All borders of one stretch, its ends included. */
  #known: readonly number[] = [0];

  constructor(text: string, graphemes: Intl.Segmenter) {
    this.#text = text;
    this.#segmenter = graphemes;
  }

  next(at: number): number {
    const { length } = this.#text;
    if (at + 1 >= length) return length;
    if (isCertain(this.#text, at) && isCertain(this.#text, at + 1)) return at + 1;
    const index = this.#index(at);
    return this.#known[index + 1]!;
  }

  previous(at: number): number {
    return at <= 0 ? 0 : this.atOrBefore(at - 1);
  }

  atOrBefore(at: number): number {
    if (at >= this.#text.length) return this.#text.length;
    if (at <= 0 || isCertain(this.#text, at)) return Math.max(at, 0);
    const index = this.#index(at);
    return this.#known[index]!;
  }

  /** The place in the known stretch of the last border up to `at`, which the stretch goes beyond. */
  #index(at: number): number {
    if (at < this.#known[0]! || at >= this.#known.at(-1)!) this.#cover(at);
    let low = 0;
    let high = this.#known.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#known[middle]! <= at) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Learns the borders from the nearest certain one, or the known stretch's end, to beyond `at`. */
  #cover(at: number): void {
    const last = this.#known.at(-1)!;
    let start = at;
    while (start > 0 && start !== last && !isCertain(this.#text, start)) start--;
    const known = [start];
    // Engines take time in proportion to what is segmented for each single step: short stretches, one after another.
    let ahead = stretchUnits;
    while (known.at(-1)! <= at) {
      const found = this.#segment(known.at(-1)!, ahead);
      for (const border of found) known.push(border);
      ahead = found.length === 0 ? 4 * ahead : stretchUnits;
    }
    this.#known = known;
  }

  /** The borders after `start`, itself one, within so many units; only the first of a long stretch. */
  #segment(start: number, units: number): number[] {
    const { length } = this.#text;
    let end = Math.min(length, start + units);
    // A stretch that ended inside a surrogate pair would show a border before the half that is left.
    if (isHigh(this.#text.charCodeAt(end - 1)) && isLow(this.#text.charCodeAt(end))) end--;
    const found: number[] = [];
    for (const { index } of this.#segmenter.segment(this.#text.slice(start, end))) {
      if (index > 0) found.push(start + index);
      if (units > stretchUnits && found.length > 0) return found;
    }
    // The last cluster of a stretch may go on behind it; at the text's end it can't.
    if (end === length) found.push(end);
    return found;
  }
}

/** Whether the rules of Unicode put a border here whatever the rest of the text is: no property of these characters joins. */
function isCertain(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return true;
  const left = text.charCodeAt(at - 1);
  const right = text.charCodeAt(at);
  if (isPlain(left) && isPlain(right)) return true;
  if (left === 10 || (right === 10 && left !== 13)) return true;
  return isEmojiHigh(right) && isLow(left) && isEmojiHigh(text.charCodeAt(at - 2));
}

function isPlain(unit: number): boolean {
  if (unit < 127) return unit >= 32;
  for (let at = 0; at < plainRanges.length; at += 2) {
    if (unit <= plainRanges[at + 1]!) return unit >= plainRanges[at]!;
  }
  return false;
}

/** First and last of ranges of letters, digits and signs that are no marks, joiners, flags or parts of a syllable. */
const plainRanges: readonly number[] = [
  ...[0xa1, 0x2ff, 0x370, 0x377, 0x384, 0x482, 0x48a, 0x52f, 0x5d0, 0x5ea, 0x620, 0x64a, 0x660, 0x66f, 0x671, 0x6d5],
  ...[0x6f0, 0x6ff, 0x904, 0x939, 0x958, 0x961, 0x964, 0x980, 0xe01, 0xe30, 0xe40, 0xe46, 0xe4f, 0xe5b, 0x10d0, 0x10ff],
  ...[0x1e00, 0x1fff, 0x2010, 0x2027, 0x2030, 0x205e, 0x2070, 0x20c0, 0x2100, 0x2bff, 0x3000, 0x3029, 0x3030, 0x3096],
  ...[0x309b, 0x30ff, 0x3105, 0x312f, 0x3190, 0xa48c, 0xac00, 0xd7a3, 0xf900, 0xfad9, 0xff01, 0xff9d],
];

/** High surrogates of U+1F400-1FBFF: pictographs and symbols, without flags and skin tones. */
function isEmojiHigh(unit: number): boolean {
  return unit === 0xd83d || unit === 0xd83e;
}

/** The borders between code points; a lone surrogate is one. */
export function codePointBorders(text: string): Borders {
  const inside = (at: number) => at > 0 && isLow(text.charCodeAt(at)) && isHigh(text.charCodeAt(at - 1));
  const atOrBefore = (at: number) => (inside(at) ? at - 1 : Math.min(Math.max(at, 0), text.length));
  return {
    next: (at) => (at >= text.length ? text.length : inside(at + 1) ? at + 2 : at + 1),
    previous: (at) => (at <= 0 ? 0 : atOrBefore(at - 1)),
    atOrBefore,
  };
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
