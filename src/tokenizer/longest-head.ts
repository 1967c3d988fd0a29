import { isCertainBoundary, nextCertainBoundary } from "./certain-boundary.ts";
import type { Borders } from "./graphemes.ts";
import type { OrdinaryEncoding } from "./ordinary.ts";
import type { TokenCounter } from "./types.ts";

/**
 * How many borders past the last cut that fits are tried before a longer one is given up. A longer beginning can have
 * fewer tokens (a blank more may complete a token of 80 blanks), but not across a certain boundary, where the search ends
 * sooner and with proof; this bound serves runs that have none.
 */
const reach = 256;

/** UTF-16 units that may be counted again to try longer cuts, where no certain boundary shortens what must be counted. */
const recountUnits = 1 << 20;

/** How many borders to try where each try counts so many units again. */
export function bordersToTry(unitsEach: number): number {
  return Math.max(8, Math.min(reach, Math.floor(recountUnits / (unitsEach + 1))));
}

/** A text that follows or precedes what is kept: only its part up to a certain boundary can merge with it. */
export interface Joint {
  readonly near: string;
  readonly farTokens: number;
}

/** Splits a following text at its first certain boundary, so that joining it costs no more than a few words. */
export function jointAfter(core: OrdinaryEncoding, text: string): Joint {
  const at = nextCertainBoundary(text, 1);
  if (at < 0) return { near: text, farTokens: 0 };
  return { near: text.slice(0, at), farTokens: core.count(text.slice(at)) };
}

/**
 * The largest border `at` in (from, to] with count(text.slice(from, at) + after) <= maxTokens, or `from` where none is.
 * Exact wherever a certain boundary lies within {@link reach} borders of the cut; in a run without one, no border up to
 * `reach` further fits.
 * Cost: about one count of the kept text, and `reach` appends.
 */
export function longestHead(
  core: OrdinaryEncoding,
  text: string,
  range: { readonly from: number; readonly to: number },
  maxTokens: number,
  after: Joint,
  borders: Borders,
): number {
  const nearTokens = after.near === "" ? 0 : core.count(after.near);
  const room = maxTokens - after.farTokens - nearTokens;
  // Joining can cost or save a token or two: the search starts a little before the place where the sum fits. Where
  // nothing fits from there on (a seam that breaks many tokens), it starts again further left.
  for (let margin = 4; ; margin *= 4) {
    const { counter, at } = appendUpTo(core, text, range, room - margin);
    const start = borders.atOrBefore(at) === at ? at : borders.next(at);
    const fit = at === range.from ? range.from : -1;
    const found = walkOn(counter, text, { ...range, at, start, fit }, maxTokens, after, borders);
    if (found >= 0) return found;
  }
}

/** Appends stretches, smaller and smaller, while the count stays within `room`. Stops at `from` where room is none. */
function appendUpTo(
  core: OrdinaryEncoding,
  text: string,
  range: { readonly from: number; readonly to: number },
  room: number,
): { counter: TokenCounter; at: number } {
  const counter = core.counter();
  let at = range.from;
  let step = 0x8000;
  while (at < range.to && step >= 16 && room > 0) {
    const end = Math.min(range.to, at + Math.min(step, 4 * (room - counter.tokens) + 16));
    const before = counter.snapshot();
    counter.append(text.slice(at, end));
    if (counter.tokens <= room) at = end;
    else {
      counter.rewind(before);
      step = Math.min(step, end - at) >> 1;
    }
  }
  return { counter, at };
}

/** Goes from border to border and returns the last at which the joined text fits; `place.fit` where none does. */
function walkOn(
  counter: TokenCounter,
  text: string,
  place: { readonly at: number; readonly start: number; readonly to: number; readonly fit: number },
  maxTokens: number,
  after: Joint,
  borders: Borders,
): number {
  const tries = bordersToTry(after.near.length);
  let fit = place.fit;
  let tried = 0;
  let at = place.at;
  for (let border = place.start; border <= place.to && tried <= tries; border = borders.next(border)) {
    if (border > at) counter.append(text.slice(at, border));
    at = border;
    tried++;
    if (joined(counter, after) <= maxTokens) {
      fit = border;
      tried = 0;
    }
    // What follows a certain boundary adds a token at least, and takes none away.
    const least = counter.tokens + after.farTokens;
    if (border === place.to || (least >= maxTokens && isCertainBoundary(text, border))) break;
  }
  return fit;
}

function joined(counter: TokenCounter, after: Joint): number {
  if (after.near === "") return counter.tokens + after.farTokens;
  const before = counter.snapshot();
  counter.append(after.near);
  const tokens = counter.tokens + after.farTokens;
  counter.rewind(before);
  return tokens;
}
