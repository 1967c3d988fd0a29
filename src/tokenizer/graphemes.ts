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
 * Cost: one copy of the text; each step costs about the cluster's length.
 */
export function graphemeBorders(text: string): Borders {
  if (typeof Intl === "undefined" || Intl.Segmenter === undefined) return codePointBorders(text);
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  const segments = segmenter.segment(text);
  const atOrBefore = (at: number) => (at >= text.length ? text.length : (segments.containing(at)?.index ?? 0));
  return {
    next(at) {
      const here = at < text.length ? segments.containing(at) : undefined;
      return here === undefined ? text.length : here.index + here.segment.length;
    },
    previous: (at) => (at <= 0 ? 0 : atOrBefore(at - 1)),
    atOrBefore,
  };
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
