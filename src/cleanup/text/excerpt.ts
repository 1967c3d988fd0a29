import { fillSteps } from "./budget-fill.ts";
import type { CountTokens } from "./fit.ts";
import { rankSteps } from "./rank.ts";
import { Rank } from "./select.ts";
import { type Unit, UnitKind, unitSteps } from "./units.ts";

/** What comes first: the title, the main headings with the first sentence of the text, the headings below, … */
const Tier = { title: 0, main: 1, heading: 2, opening: 3, rest: 4 } as const;

/**
 * An excerpt of a document that shows what is in it: its title, its headings from the highest level down, the first
 * sentence of each section, then the sentences that say most, all in the document's order.
 *
 * @param maxTokens whole tokens ≥ 0; the result counts at most this by `count`, and is empty for 0
 * @returns the excerpt; the text itself where it fits
 *
 * Cost: as {@link summarizeExtractive}.
 * @example
 * const tokenizer = createTokenizerSync("o200k_base");
 * const count = (text: string) => tokenizer.count(text);
 * const text = "# Setup\n\nInstall it first. Then wait a while.\n\n# Use\n\nCall it with a text. It answers.\n";
 * const short = excerpt(text, 15, count);
 * [short.startsWith("# Setup"), count(short) <= 15]; // => [true, true]
 */
export function excerpt(text: string, maxTokens: number, count: CountTokens): string {
  const steps = excerptSteps(text, maxTokens, count);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/**
 * {@link excerpt} in steps of about a millisecond; `maxTokens` and the whole cost are the same. Cost of a step: a millisecond.
 * @example
 * const steps = excerptSteps("Short enough.", 9, (text) => text.length / 4);
 * steps.next(); // => { done: true, value: "Short enough." }
 */
export function* excerptSteps(text: string, maxTokens: number, count: CountTokens): Generator<void, string> {
  if (!(maxTokens >= 1)) return "";
  if (text.length <= maxTokens * 16 && count(text) <= maxTokens) return text;
  yield;
  const units = yield* unitSteps(text);
  yield;
  const ranking = yield* rankSteps(text, units);
  yield;
  const { ranks } = ranking;
  for (const [i, tier] of tiersOf(units).entries()) {
    if (ranks[i] !== Rank.repeated || tier < Tier.rest) ranks[i] = tier * Rank.tier + (ranks[i] === Rank.aside ? 1 : 0);
  }
  return yield* fillSteps(text, units, ranking, maxTokens, count);
}

function tiersOf(units: readonly Unit[]): number[] {
  let top = 7;
  let hasHeadings = false;
  for (const { kind, level } of units) {
    if (kind !== UnitKind.heading) continue;
    hasHeadings = true;
    top = Math.min(top, level);
  }
  const tiers: number[] = [];
  let titled = false;
  let afterHeading = true;
  for (const { kind, level } of units) {
    if (kind === UnitKind.heading) {
      tiers.push(!titled ? Tier.title : level <= top + 1 ? Tier.main : Tier.heading);
      titled = true;
      afterHeading = true;
    } else if (afterHeading && (kind === UnitKind.sentence || kind === UnitKind.line)) {
      tiers.push(titled || hasHeadings ? Tier.opening : Tier.title);
      titled ||= !hasHeadings;
      afterHeading = false;
    } else tiers.push(Tier.rest);
  }
  return tiers;
}
