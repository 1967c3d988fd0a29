import { isCertainBoundary, nextCertainBoundary } from "./certain-boundary.ts";
import type { Borders } from "./graphemes.ts";
import { Patience } from "./longest-head.ts";
import type { OrdinaryEncoding } from "./ordinary.ts";
import { byteLengths } from "./token-spans.ts";

/**
 * The smallest border `at` with count(before + text.slice(at)) <= maxTokens, or the text's length where none is.
 * Exact wherever a certain boundary lies within 128 borders of the cut; in a run without one, no border up to
 * 128 further left fits (fewer, at least 8, where a run of more than 500 units is kept).
 * Cost: about three counts of the kept text, and a recount of a few words for each border tried.
 */
export function longestTail(
  core: OrdinaryEncoding,
  text: string,
  maxTokens: number,
  before: string,
  borders: Borders,
): number {
  if (maxTokens === 0) return text.length;
  const guess = borders.atOrBefore(tailGuess(core, text, maxTokens - (before === "" ? 0 : core.count(before))));
  const tail = tailCounter(core, text, before, guess);
  const patience = new Patience(tail.anchor - guess + before.length);
  let fit = -1;
  for (let border = guess; patience.spend(); border = borders.previous(border)) {
    if (patience.fits(tail.count(border) - maxTokens)) fit = border;
    if (border === 0 || (isCertainBoundary(text, border) && tail.ownTokens(border) >= maxTokens)) break;
  }
  // The guess was too far left: the first border to the right that fits, nearly, where many tokens are too many.
  for (let border = guess; fit < 0; ) {
    const excess = tail.count(border) - maxTokens;
    border = Math.max(borders.next(border), borders.atOrBefore(border + Math.floor(excess / 8)));
    if (border === text.length || tail.count(border) <= maxTokens) fit = border;
  }
  return fit;
}

/** About where the last `tokens` tokens of the text begin. The text is read from its end, in stretches twice as long each. */
function tailGuess(core: OrdinaryEncoding, text: string, tokens: number): number {
  if (tokens <= 0) return text.length;
  for (let units = 4 * tokens + 64; ; units *= 2) {
    const from = Math.max(0, text.length - units);
    const ids = core.encode(text.slice(from));
    if (from > 0 && ids.length <= tokens + 8) continue;
    const lengths = byteLengths(core);
    let bytes = 0;
    for (const id of ids.subarray(Math.max(0, ids.length - tokens))) bytes += lengths[id]!;
    return unitsFromEnd(text, bytes);
  }
}

/** The offset at which the last `bytes` bytes of the text in UTF-8 begin, or the first one after it. */
function unitsFromEnd(text: string, bytes: number): number {
  let at = text.length;
  let left = bytes;
  while (at > 0) {
    const unit = text.charCodeAt(at - 1);
    const isPair = at > 1 && (unit & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 2) & 0xfc00) === 0xd800;
    left -= unit < 0x80 ? 1 : unit < 0x800 ? 2 : isPair ? 4 : 3;
    if (left < 0) break;
    at -= isPair ? 2 : 1;
  }
  return at;
}

/** Counts what would be kept. Everything behind `anchor`, a certain boundary right of the cuts tried, is counted once. */
function tailCounter(core: OrdinaryEncoding, text: string, before: string, guess: number) {
  const found = nextCertainBoundary(text, guess + 64);
  const anchor = found < 0 ? text.length : found;
  const farTokens = core.count(text.slice(anchor));
  const own = (from: number, lead: string) =>
    from <= anchor ? core.count(lead + text.slice(from, anchor)) + farTokens : core.count(lead + text.slice(from));
  return {
    anchor,
    count: (from: number) => own(from, before),
    ownTokens: (from: number) => own(from, ""),
  };
}
