import { checkObject, TokenBudgetError } from "../errors.ts";
import { checkLimit, checkString } from "./check-input.ts";
import { countUpTo } from "./count-up-to.ts";
import { codePointBorders, graphemeBorders } from "./graphemes.ts";
import { jointAfter, longestHead } from "./longest-head.ts";
import { longestTail } from "./longest-tail.ts";
import type { OrdinaryEncoding } from "./ordinary.ts";
import type { TruncateOptions } from "./types.ts";

/**
 * Cuts a text so that it counts at most `maxTokens`, with the marker where something was cut. A text that fits is
 * returned as it is. Cuts lie between graphemes; only where the first one (of a beginning) or the last (of an end kept
 * alone) has more than maxTokens itself, inside it, between code points. The result is the longest of this form:
 * - `head` (default): beginning + marker; `tail`: marker + end;
 * - `middle`: beginning + marker + end, the end being the longest of at most half the tokens that the marker leaves.
 * Longest means that no later cut fits; in a run of letters, blanks or marks without a break, that no cut of up to 128
 * graphemes more fits, or of 8 where it is thousands of units long (see longest-head.ts, longest-tail.ts).
 * @param maxTokens whole tokens, 0 or more.
 * @throws TokenBudgetError `INVALID_TEXT`, `INVALID_TOKENS`, and `INVALID_ARGUMENT` for an unknown `keep` or a marker
 * that alone has more than maxTokens tokens where something must be cut. Nothing has changed.
 * Cost: proportional to the result, not to the text.
 * @example tokenizer.truncate("The quick brown fox", 3, { marker: "…" }) // "The quick…"
 */
export function truncate(
  core: OrdinaryEncoding,
  text: string,
  maxTokens: number,
  options: TruncateOptions = {},
): string {
  checkString(text);
  checkLimit("maxTokens", maxTokens);
  checkObject(options);
  const { keep = "head", marker = "" } = options;
  checkString(marker);
  if (keep !== "head" && keep !== "tail" && keep !== "middle") {
    throw new TokenBudgetError("INVALID_ARGUMENT", 'keep must be "head", "tail" or "middle"');
  }
  if (!countUpTo(core, text, maxTokens).exceeded) return text;
  const markerTokens = marker === "" ? 0 : core.count(marker);
  if (markerTokens > maxTokens) {
    const message = `the marker alone takes ${markerTokens} of ${maxTokens} tokens`;
    throw new TokenBudgetError("INVALID_ARGUMENT", message, { markerTokens, maxTokens });
  }
  if (keep === "head") return head(core, text, maxTokens, marker);
  if (keep === "tail") return tail(core, text, maxTokens, marker);
  return middle(core, text, maxTokens, marker, markerTokens);
}

function head(core: OrdinaryEncoding, text: string, maxTokens: number, marker: string): string {
  return text.slice(0, headEnd(core, text, maxTokens, marker)) + marker;
}

/** Where the longest beginning that fits before `after` ends; inside the first grapheme where that alone exceeds the limit. */
function headEnd(core: OrdinaryEncoding, text: string, maxTokens: number, after: string, to = text.length): number {
  const joint = jointAfter(core, after);
  const borders = graphemeBorders(text);
  const end = longestHead(core, text, { from: 0, to: borders.atOrBefore(to) }, maxTokens, joint, borders);
  const first = borders.next(0);
  if (end > 0 || core.count(text.slice(0, first)) <= maxTokens) return end;
  return longestHead(core, text, { from: 0, to: Math.min(first, to) }, maxTokens, joint, codePointBorders(text));
}

function tail(core: OrdinaryEncoding, text: string, maxTokens: number, marker: string): string {
  const borders = graphemeBorders(text);
  const start = longestTail(core, text, maxTokens, marker, borders);
  const last = text.slice(borders.previous(text.length));
  if (start < text.length || core.count(last) <= maxTokens) return marker + text.slice(start);
  return marker + last.slice(longestTail(core, last, maxTokens, marker, codePointBorders(last)));
}

function middle(core: OrdinaryEncoding, text: string, maxTokens: number, marker: string, markerTokens: number): string {
  const half = Math.floor((maxTokens - markerTokens) / 2);
  const start = longestTail(core, text, half, "", graphemeBorders(text));
  const after = marker + text.slice(start);
  if (start === text.length || core.count(after) > maxTokens) return head(core, text, maxTokens, marker);
  // The two parts do not meet: a text that was too long whole stays cut.
  return text.slice(0, headEnd(core, text, maxTokens, after, start - 1)) + after;
}
