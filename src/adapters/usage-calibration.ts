import { TokenBudgetError } from "../errors.ts";
import {
  type EstimatedTokens,
  type Measure,
  priced,
  profileOf,
  type Range,
  rounded,
  type TokenProfile,
} from "./estimate.ts";
import { isRecord, type Json } from "./json.ts";

/** A difference of fewer tokens says more about rounding than about the tokenizer. */
const leastDifference = 30;
/** How strongly the profile is believed before any usage is known: as much as one difference of so many tokens. */
const priorTokens = 400;
/** Bounds never get narrower than this share of the likely value. */
const narrowest = 0.03;

/**
 * Learns a provider's tokens from the usage that it reports. The tokens of one call are those of its request (as
 * {@link countMessages} measured it) plus what is always the same (tool definitions that we do not see, the provider's
 * own prompt). So only the differences between consecutive calls are fitted: the constant drops out.
 * Cost: a few numbers, and two more for each usage.
 * @example
 * const calibration = new UsageCalibration("claude-opus-4-8");
 * const before = calibration.estimate({ baseTokens: 1_000 }).tokens;
 * calibration.recordUsage({ baseTokens: 1_000 }, { input_tokens: 2_500 });
 * calibration.recordUsage({ baseTokens: 9_000 }, { input_tokens: 18_500 });
 * calibration.observations; // => 1
 * calibration.estimate({ baseTokens: 1_000 }).tokens > before; // => true
 */
export class UsageCalibration {
  readonly model: string;
  readonly #base: TokenProfile;
  #last: { readonly likely: number; readonly inputTokens: number } | undefined;
  #products = priorTokens ** 2;
  #squares = priorTokens ** 2;
  readonly #differences: { readonly likely: number; readonly actual: number }[] = [];
  #overheads: number[] = [];

  /** @param model the name of the model whose tokens are estimated. */
  constructor(model: string) {
    this.model = model;
    this.#base = profileOf(model);
  }

  /**
   * Takes the usage of one call into account.
   *
   * @param measure what was sent, as `measure` of {@link countMessages}'s result.
   * @param usage as the API reported it, in the form of OpenAI, Anthropic, Gemini or the AI SDK; or the input tokens.
   * @throws TokenBudgetError `INVALID_ARGUMENT` where `usage` has no count of input tokens; nothing has changed.
   */
  recordUsage(measure: Measure, usage: unknown): void {
    const inputTokens = inputTokensOf(usage);
    if (inputTokens === undefined)
      throw new TokenBudgetError("INVALID_ARGUMENT", "the usage has no count of input tokens");
    const likely = priced(this.#base, measure)[1];
    const last = this.#last;
    this.#last = { likely, inputTokens };
    this.#overheads = [...this.#overheads.slice(-31), inputTokens - likely * this.scale];
    if (last === undefined) return;
    const difference = { likely: likely - last.likely, actual: inputTokens - last.inputTokens };
    if (Math.abs(difference.likely) < leastDifference) return;
    this.#differences.push(difference);
    this.#products += difference.likely * difference.actual;
    this.#squares += difference.likely ** 2;
  }

  /** By how much the model's tokens exceed what was assumed before any usage was known. */
  get scale(): number {
    return this.#products / this.#squares;
  }

  /** Differences that were fitted so far. */
  get observations(): number {
    return this.#differences.length;
  }

  /** What every call costs beyond its measured parts (tools and prompts that were not measured), by the last calls. */
  get overheadTokens(): number {
    const sorted = [...this.#overheads].sort((a, b) => a - b);
    return Math.max(0, Math.round(sorted[sorted.length >> 1] ?? 0));
  }

  /** The model's figures as learned so far: the assumed ones, scaled, with bounds as wide as the observed deviations. */
  get profile(): TokenProfile {
    const { scale } = this;
    const spread = this.#spread();
    const scaled = (range: Range): Range => {
      const likely = range[1] * scale;
      if (spread === undefined) return [range[0] * scale, likely, range[2] * scale];
      return [
        Math.max(range[0] * scale, likely * (1 - spread)),
        likely,
        Math.min(range[2] * scale, likely * (1 + spread)),
      ];
    };
    const base = this.#base;
    return {
      name: `${base.name}, calibrated`,
      perToken: scaled(base.perToken),
      perMessage: scaled(base.perMessage),
      perCall: scaled(base.perCall),
      perResult: scaled(base.perResult),
      perTool: scaled(base.perTool),
    };
  }

  /** The tokens of a request or a text, by what is known so far. */
  estimate(measure: Measure): EstimatedTokens {
    return rounded(priced(this.profile, measure));
  }

  /** Twice the root mean square deviation, relative; undefined before three differences are known. */
  #spread(): number | undefined {
    if (this.#differences.length < 3) return undefined;
    let deviations = 0;
    let sizes = 0;
    for (const { likely, actual } of this.#differences) {
      deviations += (actual - likely * this.scale) ** 2;
      sizes += (likely * this.scale) ** 2;
    }
    return Math.max(narrowest, 2 * Math.sqrt(deviations / sizes));
  }
}

/**
 * The input tokens of a call in any provider's usage record, cached ones included (Anthropic reports them apart, all
 * others within). Undefined where there are none.
 *
 * Cost: a few look-ups.
 * @example inputTokensOf({ input_tokens: 10, cache_read_input_tokens: 90, cache_creation_input_tokens: 0 }); // => 100
 */
export function inputTokensOf(usage: unknown): number | undefined {
  if (typeof usage === "number") return isCount(usage) ? usage : undefined;
  if (!isRecord(usage)) return undefined;
  const main = [usage.prompt_tokens, usage.input_tokens, usage.inputTokens, usage.promptTokenCount].find(isCount);
  if (main === undefined) return undefined;
  const apart = [usage.cache_read_input_tokens, usage.cache_creation_input_tokens].filter(isCount);
  return apart.reduce((sum, tokens) => sum + tokens, main);
}

function isCount(value: Json): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
