import { isCertainBoundary, nextCertainBoundary } from "./certain-boundary.ts";
import type { Borders } from "./graphemes.ts";
import type { OrdinaryEncoding } from "./ordinary.ts";
import type { TokenCounter } from "./types.ts";

/**
 * How many borders past the last cut that fits are tried before a longer one is given up, and by how many tokens one may
 * be too long. A longer beginning can have fewer tokens (a blank more may complete a token of 80 blanks), but no token
 * has more than 128 bytes; and never across a certain boundary, where the search ends sooner and with proof.
 */
const reach = 128;

/** UTF-16 units that are counted again at most to try longer cuts, where no certain boundary shortens what is counted. */
const recountUnits = 1 << 16;

/** Says for how many more borders a longer cut is looked for. Long runs, whose recount is dear, get fewer, but some. */
export class Patience {
  readonly #unitsEach: number;
  #units = recountUnits;
  #sinceFit = 0;
  #all = 0;

  /** @param unitsEach UTF-16 units that one try counts again */
  constructor(unitsEach: number) {
    this.#unitsEach = unitsEach + 16;
  }

  /** Whether one more try should be made. */
  spend(): boolean {
    this.#units -= this.#unitsEach;
    this.#all++;
    this.#sinceFit++;
    return this.#sinceFit <= reach && (this.#units >= 0 || this.#all <= 8);
  }

  /** Takes in how many tokens a try had too many, and returns whether it fitted. */
  fits(excess: number): boolean {
    if (excess > reach) this.#sinceFit = reach;
    if (excess > 0) return false;
    this.#sinceFit = 0;
    return true;
  }
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
 * Exact wherever a certain boundary lies within 128 borders of the cut; in a run without one, no border up to 128
 * further fits (fewer, at least 8, where a long run follows).
 * Cost: about one count of the kept text, and 128 appends.
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
  const patience = new Patience(after.near.length);
  let fit = place.fit;
  let at = place.at;
  for (let border = place.start; border <= place.to && patience.spend(); border = borders.next(border)) {
    if (border > at) counter.append(text.slice(at, border));
    at = border;
    if (patience.fits(joined(counter, after) - maxTokens)) fit = border;
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
