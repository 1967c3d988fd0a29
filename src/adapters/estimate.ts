/** A number of tokens that is not known exactly, and the bounds it is expected to lie in. Whole, `low ≤ tokens ≤ high`. */
export interface EstimatedTokens {
  readonly tokens: number;
  readonly low: number;
  readonly high: number;
}

/** A figure of a {@link TokenProfile}: its least, its likely and its greatest value. */
export type Range = readonly [low: number, likely: number, high: number];

/** How a provider's tokens follow from counts in o200k_base, where its own tokenizer is not public. */
export interface TokenProfile {
  readonly name: string;
  /** Tokens for each token of o200k_base. */
  readonly perToken: Range;
  /** Beyond the text, for each message. */
  readonly perMessage: Range;
  /** Beyond the text, for each tool call, each tool result and each tool definition. */
  readonly perCall: Range;
  readonly perResult: Range;
  readonly perTool: Range;
}

/**
 * Fitted on the reported usage of a real session of Claude Opus 4.8 (examples/sessions/cline-session.anthropic.json, 14
 * differences of 111 to 5,777 tokens between consecutive calls: code, JSON and English).
 */
const claude: TokenProfile = {
  name: "claude",
  perToken: [1.36, 1.6, 1.8],
  perMessage: [1, 4, 8],
  perCall: [20, 42, 60],
  perResult: [6, 22, 80],
  perTool: [4, 12, 40],
};

/** Older Claude models: the same, divided by the 1.33 by which the newer tokenizer is reported to count more, and wider. */
const olderClaude: TokenProfile = { ...claude, name: "older claude", perToken: [0.95, 1.2, 1.5] };

/** No usage of Gemini was at hand: its documentation says 4 characters a token, which o200k_base is near in English. */
const gemini: TokenProfile = {
  name: "gemini",
  perToken: [0.8, 1.1, 1.5],
  perMessage: [0, 3, 8],
  perCall: [0, 12, 40],
  perResult: [0, 10, 40],
  perTool: [0, 10, 40],
};

/** Nothing is known: bounds that hold for the tokenizers in common use on English, code and JSON. */
const unknown: TokenProfile = { ...gemini, name: "unknown", perToken: [0.8, 1.2, 1.9] };

/**
 * The profile for a model whose tokenizer is not public; a narrower one comes from `recordUsage`. Cost: none.
 * @example [profileOf("claude-opus-4-8").name, profileOf("gemini-2.5-pro").name]; // => ["claude", "gemini"]
 */
export function profileOf(model: string): TokenProfile {
  const name = model.toLowerCase();
  if (name.includes("gemini")) return gemini;
  if (!name.includes("claude") && !/\b(opus|sonnet|haiku)\b/.test(name)) return unknown;
  return hasNewerTokenizer(name) ? claude : olderClaude;
}

/** The newer tokenizer came with Opus 4.7; of a name that tells no version, the greater count is assumed. */
export function hasNewerTokenizer(name: string): boolean {
  const version = /(\d{1,2})(?:[.-](\d{1,2}))?(?!\d)/.exec(name.replace(/\d{8}/, ""));
  if (version === null) return true;
  const [major, minor] = [Number(version[1]), Number(version[2] ?? 0)];
  if (major !== 4) return major > 4;
  return /opus/.test(name) && minor >= 7;
}

/** Parts of a request, each with what it costs in o200k_base and what else it is made of. */
export interface Measure {
  readonly baseTokens: number;
  readonly messages?: number;
  readonly calls?: number;
  readonly results?: number;
  readonly tools?: number;
}

/** What the parts come to under a profile: low, likely and high, not rounded. */
export function priced(profile: TokenProfile, measure: Measure): Range {
  const at = (edge: 0 | 1 | 2) =>
    measure.baseTokens * profile.perToken[edge] +
    (measure.messages ?? 0) * profile.perMessage[edge] +
    (measure.calls ?? 0) * profile.perCall[edge] +
    (measure.results ?? 0) * profile.perResult[edge] +
    (measure.tools ?? 0) * profile.perTool[edge];
  return [at(0), at(1), at(2)];
}

/** Whole tokens: the low edge down, the high edge up. */
export function rounded([low, likely, high]: Range): EstimatedTokens {
  return { tokens: Math.round(likely), low: Math.floor(low), high: Math.ceil(high) };
}

/** The sum of estimates; edges add up, as nothing says that errors cancel out. */
export function summed(estimates: readonly EstimatedTokens[]): EstimatedTokens {
  let [tokens, low, high] = [0, 0, 0];
  for (const each of estimates) {
    tokens += each.tokens;
    low += each.low;
    high += each.high;
  }
  return { tokens, low, high };
}
