import { fillSteps } from "./budget-fill.ts";
import type { CountTokens } from "./fit.ts";
import { rankSteps } from "./rank.ts";
import { unitSteps } from "./units.ts";

/** Characters a token rarely exceeds: a longer text is not counted whole to see whether it fits. */
const MAX_CHARS_PER_TOKEN = 16;

/**
 * A summary made of the text's own sentences and lines, in their order: those that cover most of what the text is about
 * (terms weighed by a centroid, repetition worth less each time), with errors, decisions and signatures of code ahead of
 * the rest. Works for any script and for code and logs. The same text gives the same summary, but where two
 * engines have different versions of Unicode.
 *
 * @param maxTokens whole tokens ≥ 0; the result counts at most this by `count`, and is empty for 0
 * @param count exact tokens of a text; called for single sentences and for the result
 * @returns the summary; the text itself where it fits
 *
 * Cost: linear in the text but for the sort of its units, plus the counting of what is chosen.
 *
 * @example
 * const tokenizer = createTokenizerSync("o200k_base");
 * const count = (text: string) => tokenizer.count(text);
 * summarizeExtractive("It was late. The deploy failed because the certificate has expired. We had coffee.", 10, count);
 * // => "The deploy failed because the certificate has expired."
 */
export function summarizeExtractive(text: string, maxTokens: number, count: CountTokens): string {
  const steps = summarizeSteps(text, maxTokens, count);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * {@link summarizeExtractive} in steps of about a millisecond, so that a caller can let others run in between; `maxTokens` and
 * the cost are the same. Cost of a step: about a millisecond.
 * @example
 * const steps = summarizeSteps("Short enough.", 9, (text) => text.length / 4);
 * steps.next(); // => { done: true, value: "Short enough." }
 */
export function* summarizeSteps(text: string, maxTokens: number, count: CountTokens): Generator<void, string> {
  if (!(maxTokens >= 1)) return "";
  if (text.length <= maxTokens * MAX_CHARS_PER_TOKEN && count(text) <= maxTokens) return text;
  yield;
  const units = yield* unitSteps(text);
  yield;
  const ranking = yield* rankSteps(text, units);
  yield;
  return yield* fillSteps(text, units, ranking, maxTokens, count);
}
