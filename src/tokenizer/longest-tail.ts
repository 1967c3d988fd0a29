import { isCertainBoundary, nextCertainBoundary } from "./certain-boundary.ts";
import type { Borders } from "./graphemes.ts";
import { bordersToTry } from "./longest-head.ts";
import type { OrdinaryEncoding } from "./ordinary.ts";
import { tokenSpans } from "./token-spans.ts";

/**
 * The smallest border `at` with count(before + text.slice(at)) <= maxTokens, or the text's length where none is.
 * Exact wherever a certain boundary lies within 256 borders of the cut; in a run without one, no border up to
 * 256 further left fits (fewer, at least 8, in a kept run of more than 4,000 units).
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
  const tries = bordersToTry(tail.anchor - guess + before.length);
  let fit = -1;
  let tried = 0;
  for (let border = guess; tried <= tries; border = borders.previous(border)) {
    tried++;
    if (tail.count(border) <= maxTokens) {
      fit = border;
      tried = 0;
    }
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

/** Where the last `tokens` tokens of the text begin. The text is looked at from its end, in stretches twice as long each. */
function tailGuess(core: OrdinaryEncoding, text: string, tokens: number): number {
  if (tokens <= 0) return text.length;
  for (let units = 4 * tokens + 64; ; units *= 2) {
    const from = Math.max(0, text.length - units);
    const stretch = text.slice(from);
    const spans = [...tokenSpans(core, stretch)];
    if (from === 0 || spans.length > tokens + 8) return from + (spans.at(-tokens)?.start ?? 0);
  }
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
