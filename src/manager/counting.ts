import { TokenBudgetError } from "../errors.ts";
import type { Tokenizer } from "../tokenizer/types.ts";

/** A count that is not exact: at least `low`, at most `high` tokens. Budgets are enforced on `high`. */
export interface TokenEstimate {
  readonly low: number;
  readonly high: number;
}

/** A counter of the caller's own: exact (a number) or an estimate, at once or later (a provider's count call). */
export type CountTokens = (text: string) => number | TokenEstimate | Promise<number | TokenEstimate>;

/** Where a manager's counts come from. */
export interface Counting {
  readonly tokenizer?: Tokenizer;
  readonly countTokens?: CountTokens;
}

export type Count = number | TokenEstimate;

/** What the ledger books for a count. */
export const booked = (count: Count): number => (typeof count === "number" ? count : count.high);

/** Counts one text. @throws TokenBudgetError INVALID_TEXT, INVALID_TOKENS (a counter's bad result), INVALID_ARGUMENT */
export function countText(counting: Counting, text: string): Count | Promise<Count> {
  if (typeof text !== "string") {
    throw new TokenBudgetError("INVALID_TEXT", "the text of an item must be a string", { type: typeof text });
  }
  if (counting.countTokens !== undefined) {
    const count = counting.countTokens(text);
    return typeof count === "object" && count !== null && "then" in count
      ? Promise.resolve(count).then(checked)
      : checked(count);
  }
  return tokenizerOf(counting).count(text);
}

/** Counts texts at once, in one crossing where the tokenizer counts them. */
export function countTexts(counting: Counting, texts: readonly string[]): Count[] | Promise<Count[]> {
  if (counting.countTokens !== undefined) {
    const counts = texts.map((text) => countText(counting, text));
    return counts.some((count) => count instanceof Promise) ? Promise.all(counts) : (counts as Count[]);
  }
  for (const text of texts) if (typeof text !== "string") countText(counting, text);
  return Array.from(tokenizerOf(counting).countBatch(texts));
}

function tokenizerOf(counting: Counting): Tokenizer {
  if (counting.tokenizer !== undefined) return counting.tokenizer;
  throw new TokenBudgetError("INVALID_ARGUMENT", "this manager has no tokenizer: give it one, or countTokens");
}

function checked(count: Count): Count {
  const estimate = typeof count === "object" && count !== null ? count : { low: count, high: count };
  const { low, high } = estimate;
  if ((low | 0) !== low || (high | 0) !== high || low < 0 || high < low) {
    throw new TokenBudgetError("INVALID_TOKENS", "countTokens must give whole numbers with 0 <= low <= high", {
      low,
      high,
    });
  }
  return low === high ? high : { low, high };
}
