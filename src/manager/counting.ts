import { TokenBudgetError } from "../errors.ts";
import { checkTokens } from "../ledger/status.ts";
import { createTokenizer, createTokenizerSync } from "../tokenizer/index.ts";
import { resolveEncoding } from "../tokenizer/resolve-encoding.ts";
import type { EncodingName, Tokenizer } from "../tokenizer/types.ts";
import { countInTurns, shortRuns, unitsAtOnce } from "./count-in-turns.ts";
import { nextTask } from "./next-task.ts";

/** A count that is not exact: at least `low`, at most `high` tokens. Budgets are enforced on `high`. */
export interface TokenEstimate {
  readonly low: number;
  readonly high: number;
}

/** What the manager needs of a tokenizer. With a `counter` long texts are counted without holding the calling thread. */
export type TextCounter = Pick<Tokenizer, "encoding" | "count" | "countBatch"> & Partial<Pick<Tokenizer, "counter">>;

/**
 * A counter of the caller's own: exact (a number) or an estimate, at once or later (a provider's count call).
 * @example
 * const base = createTokenizerSync("o200k_base");
 * const [low, , high] = profileOf("claude-opus-4-8").perToken;
 * const estimate = (tokens: number) => ({ low: Math.floor(tokens * low), high: Math.ceil(tokens * high) });
 * const countTokens = (text: string) => estimate(base.count(text));
 * const manager = await createTokenBudgetManager({ total: "claude-opus-4-8", countTokens });
 * (await manager.put("interaction_buffer", { text: "hello world" })).estimate; // => { low: 2, high: 4 }
 */
export type CountFunction = (text: string) => number | TokenEstimate | Promise<number | TokenEstimate>;

export type Count = number | TokenEstimate;

/** What the ledger books for a count. */
export const booked = (count: Count): number => (typeof count === "number" ? count : count.high);

const defaultEncoding: EncodingName = "o200k_base";

/** One tokenizer an encoding: managers share them. */
const tokenizers = new Map<EncodingName, TextCounter>();

/** Where a manager's counts come from. A tokenizer that is only named is loaded with the first text. */
export class Counting {
  readonly countTokens: CountFunction | undefined;
  readonly #name: string;
  #tokenizer: TextCounter | undefined;

  constructor(source: { tokenizer?: TextCounter | string | undefined; countTokens?: CountFunction | undefined }) {
    const { tokenizer = defaultEncoding, countTokens } = source;
    this.countTokens = countTokens;
    this.#name = typeof tokenizer === "string" ? tokenizer : tokenizer.encoding;
    this.#tokenizer = typeof tokenizer === "string" ? undefined : tokenizer;
  }

  /** The encoding whose exact counts these are, once it is loaded; undefined where the caller counts. */
  get encoding(): EncodingName | undefined {
    return this.countTokens === undefined ? this.#tokenizer?.encoding : undefined;
  }

  /** @throws TokenBudgetError as `createTokenizer` */
  async load(): Promise<TextCounter> {
    const encoding = resolveEncoding(this.#name);
    this.#tokenizer ??= tokenizers.get(encoding) ?? (await createTokenizer(encoding));
    tokenizers.set(encoding, this.#tokenizer);
    return this.#tokenizer;
  }

  /** As {@link load}, where there are files to read it from. @throws TokenBudgetError as `createTokenizerSync` */
  loadSync(): TextCounter {
    const encoding = resolveEncoding(this.#name);
    this.#tokenizer ??= tokenizers.get(encoding) ?? createTokenizerSync(encoding);
    tokenizers.set(encoding, this.#tokenizer);
    return this.#tokenizer;
  }

  /** Counts one text. @throws TokenBudgetError INVALID_TOKENS (a counter's bad result), or as {@link load} */
  count(text: string): Count | Promise<Count> {
    if (this.countTokens === undefined) {
      return this.#tokenizer === undefined
        ? this.load().then((tokenizer) => countWith(tokenizer, text))
        : countWith(this.#tokenizer, text);
    }
    const count = this.countTokens(text);
    return typeof count === "object" && count !== null && "then" in count
      ? Promise.resolve(count).then(checked)
      : checked(count);
  }

  /** As {@link count}, now. @throws TokenBudgetError ASYNC_COUNTER where the caller's counter answers later. */
  countSync(text: string): Count {
    if (this.countTokens === undefined) return whole((this.#tokenizer ?? this.loadSync()).count(text));
    const count = this.count(text);
    if (!(count instanceof Promise)) return count;
    count.catch(() => {});
    throw new TokenBudgetError("ASYNC_COUNTER", "this manager's counter is asynchronous: use put");
  }

  /** Counts texts in as few crossings as the length of a task allows, where the tokenizer counts them. */
  async countAll(texts: readonly string[]): Promise<Count[]> {
    // Asynchronous, so that a count that throws leaves none behind that rejects later, with nobody there to hear it.
    if (this.countTokens !== undefined) return Promise.all(texts.map(async (text) => this.count(text)));
    const tokenizer = this.#tokenizer ?? (await this.load());
    const counts: Count[] = [];
    for (const run of shortRuns(texts)) {
      if (counts.length > 0) await nextTask();
      if (run.length === 1) counts.push(await countWith(tokenizer, run[0]!));
      else for (const count of tokenizer.countBatch(run)) counts.push(whole(count));
    }
    return counts;
  }
}

const countWith = (tokenizer: TextCounter, text: string): number | Promise<number> =>
  text.length > unitsAtOnce && typeof tokenizer.counter === "function"
    ? countInTurns(tokenizer.counter(), text)
    : whole(tokenizer.count(text));

/** A tokenizer may be a caller's own too. */
function whole(count: number): number {
  checkTokens(count, "the tokenizer's count");
  return count;
}

const isWhole = (tokens: unknown): boolean => typeof tokens === "number" && (tokens | 0) === tokens && tokens >= 0;

function checked(count: Count): Count {
  const estimate = typeof count === "object" && count !== null ? count : { low: count, high: count };
  const { low, high } = estimate;
  if (!isWhole(low) || !isWhole(high) || high < low) {
    throw new TokenBudgetError("INVALID_TOKENS", "countTokens must give whole numbers with 0 <= low <= high", {
      low: typeof low === "number" ? low : typeof low,
      high: typeof high === "number" ? high : typeof high,
    });
  }
  return low === high ? high : { low, high };
}
