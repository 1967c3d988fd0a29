/** Letters of an inflected word by which it is known: enough to tell stems apart, short enough to drop endings. */
const STEM = 8;
/** Characters that one call of the word segmenter gets. */
const MAX_RUN = 2000;

const common = new Set(
  (
    "the and for that this with from are was were has have had not but you your they their its our will would can could " +
    "should may all any each been being than then there here when where which who what how into onto over such only also " +
    "more most some other out about after before just very one two does did done get got let use used"
  ).split(" "),
);

let segmenter: Intl.Segmenter | null | undefined;

function wordSegmenter(): Intl.Segmenter | null {
  segmenter ??=
    typeof Intl === "object" && "Segmenter" in Intl ? new Intl.Segmenter("en", { granularity: "word" }) : null;
  return segmenter;
}

/**
 * The terms of a text, in order: words in lower case, cut to their first letters so that inflections meet; common
 * English words are left out. Scripts without spaces go through the word segmenter of `Intl` (pairs of characters where
 * the engine has none).
 */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  for (let i = 0; i < text.length; ) {
    const kind = kindOf(text.charCodeAt(i));
    if (kind === Kind.other) {
      i++;
      continue;
    }
    const start = i++;
    while (i < text.length && kindOf(text.charCodeAt(i)) === kind && (kind === Kind.word || i - start < MAX_RUN)) i++;
    if (kind === Kind.word) addWord(terms, text.slice(start, i));
    else addUnspaced(terms, text.slice(start, i));
  }
  return terms;
}

function addWord(terms: string[], word: string): void {
  if (word.length < 2 || (word.length < 3 && word.charCodeAt(0) < 0x80)) return;
  const term = word.toLowerCase();
  if (!common.has(term)) terms.push(term.length > STEM ? term.slice(0, STEM) : term);
}

function addUnspaced(terms: string[], run: string): void {
  const words = wordSegmenter();
  if (words === null) {
    for (let i = 0; i + 1 < run.length; i++) terms.push(run.slice(i, i + 2));
    return;
  }
  // A single kana or Thai letter is a particle; a single ideograph is a word.
  for (const { segment } of words.segment(run))
    if (segment.length > 1 || isIdeograph(segment.charCodeAt(0))) terms.push(segment);
}

const Kind = { other: 0, word: 1, unspaced: 2 } as const;

function kindOf(code: number): number {
  if (code < 0x80) {
    return (code >= 0x61 && code <= 0x7a) ||
      (code >= 0x41 && code <= 0x5a) ||
      (code >= 0x30 && code <= 0x39) ||
      code === 0x5f
      ? Kind.word
      : Kind.other;
  }
  if (isUnspaced(code)) return Kind.unspaced;
  // Latin-1 signs, general punctuation and symbols, CJK punctuation, full-width signs.
  if (
    code < 0xc0 ||
    code === 0xd7 ||
    code === 0xf7 ||
    (code >= 0x2000 && code < 0x2c00) ||
    (code >= 0x3000 && code < 0x3040)
  ) {
    return code === 0xaa || code === 0xb5 || code === 0xba ? Kind.word : Kind.other;
  }
  if (code === 0x0964 || code === 0x0965 || code === 0x061f || code === 0x060c || code === 0x06d4) return Kind.other;
  return (code >= 0xff00 && code < 0xff10) || (code >= 0xff1a && code < 0xff21) || code >= 0xfff0
    ? Kind.other
    : Kind.word;
}

/** Thai, Lao, Burmese, Khmer, kana and ideographs: scripts that put no spaces between words. */
export function isUnspaced(code: number): boolean {
  if (code < 0x0e00) return false;
  return (
    code <= 0x0eff ||
    (code >= 0x1000 && code <= 0x109f) ||
    (code >= 0x1780 && code <= 0x17ff) ||
    (code >= 0x3040 && code <= 0x30ff) ||
    isIdeograph(code)
  );
}

function isIdeograph(code: number): boolean {
  return (code >= 0x3400 && code <= 0x9fff) || (code >= 0xf900 && code <= 0xfaff);
}
