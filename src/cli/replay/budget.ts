import { readFileSync } from "node:fs";
import { type Media, mediaTokens, profileOf, type Session, toItems } from "../../adapters/index.ts";
import { TokenBudgetError } from "../../errors.ts";
import type { CountFunction } from "../../manager/counting.ts";
import { type ComponentOptions, Profile } from "../../manager/profile.ts";
import type { TotalOptions } from "../../manager/total.ts";
import { createTokenizer } from "../../tokenizer/index.ts";
import { findModel } from "../../tokenizer/models.ts";
import type { Tokenizer } from "../../tokenizer/types.ts";
import { exitCodes, Failure } from "../failure.ts";

/** How a session is budgeted and counted. */
export interface Budget {
  readonly total: TotalOptions;
  readonly rule: string;
  readonly counting: string;
  readonly tokenizer: Tokenizer;
  /** Where the model's tokens are an estimate. */
  readonly countTokens: CountFunction | undefined;
  /** What the ledger holds for a text. */
  readonly count: (text: string) => number;
  readonly mediaTokens: (media: Media) => number;
  readonly components: Profile | undefined;
}

export interface BudgetOptions {
  readonly model?: string;
  readonly budget?: number;
  readonly profile?: string;
}

/**
 * The budget of a session: what the options say; else the window of the model that the session names, where it is
 * known; else as much as the session holds, which the shares of the components then divide.
 */
export async function budgetOf(session: Session, options: BudgetOptions): Promise<Budget> {
  const named = options.model ?? session.model;
  const known = named === undefined ? undefined : findModel(named);
  const model = options.model ?? (known === undefined ? undefined : named);
  const isPublic = model === undefined || known?.encoding !== null;
  const tokenizer = (await createTokenizer(isPublic ? (model ?? "o200k_base") : "o200k_base")) as Tokenizer;
  const estimate = isPublic ? undefined : estimateFor(model!, tokenizer);
  const count =
    estimate === undefined ? (text: string) => tokenizer.count(text) : (text: string) => estimate(text).high;
  return {
    ...totalFor(session, options, model, count),
    counting: isPublic
      ? `exact counts in ${tokenizer.encoding}`
      : `estimates for ${model}, budgeted at their high edge`,
    tokenizer,
    countTokens: estimate,
    count,
    mediaTokens: (media) => mediaTokens(media, model ?? "gpt-4o").high,
    components: options.profile === undefined ? undefined : readProfile(options.profile),
  };
}

function estimateFor(model: string, tokenizer: Tokenizer) {
  const [low, , high] = profileOf(model).perToken;
  return (text: string) => {
    const tokens = tokenizer.count(text);
    return { low: Math.floor(tokens * low), high: Math.ceil(tokens * high) };
  };
}

function totalFor(
  session: Session,
  options: BudgetOptions,
  model: string | undefined,
  count: (text: string) => number,
): { readonly total: TotalOptions; readonly rule: string } {
  if (options.budget !== undefined) return { total: options.budget, rule: "--budget" };
  if (model !== undefined && (findModel(model)?.contextWindow ?? null) !== null)
    return { total: model, rule: `the window of ${model}, less its largest answer` };
  if (options.model !== undefined)
    throw new Failure(`no context window is known for ${options.model}: give --budget too`, exitCodes.usage);
  const tokens = toItems(session.format, session).reduce((sum, item) => sum + count(item.text), 0);
  return { total: Math.max(1, tokens), rule: "as much as the session holds; --budget or --model sets another" };
}

/** A JSON object of components: `{ "chat": { "share": 0.6, "target": [0.6, 0.8] }, … }`. */
function readProfile(file: string): Profile {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const why = error instanceof SyntaxError ? "not JSON" : "cannot be read";
    throw new Failure(`${file}: ${why}`, exitCodes.input);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Failure(`${file}: a profile is an object of components with their shares`, exitCodes.input);
  try {
    return new Profile(value as Readonly<Record<string, ComponentOptions>>);
  } catch (error) {
    throw error instanceof TokenBudgetError ? new Failure(`${file}: ${error.message}`, exitCodes.input) : error;
  }
}
