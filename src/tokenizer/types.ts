/** Encodings with a public rank table that this library ships. */
export type EncodingName = "r50k_base" | "p50k_base" | "p50k_edit" | "cl100k_base" | "o200k_base" | "o200k_harmony";

/** Text to count or encode: a string (lone surrogates count as U+FFFD) or UTF-8 bytes (invalid ones as U+FFFD, a BOM is kept). */
export type TextInput = string | Uint8Array;

/** Which special tokens in the text become control tokens; all other text is ordinary. Default: none. */
export interface EncodeOptions {
  readonly allowedSpecial?: "all" | readonly string[] | ReadonlySet<string>;
}

/** The result of {@link Tokenizer.countUpTo}: `tokens` is exact where `exceeded` is false, else it is `limit`. */
export interface LimitedCount {
  readonly tokens: number;
  readonly exceeded: boolean;
}

/** One token of a text; `start` and `end` are UTF-16 offsets of the code points it touches. */
export interface TokenSpan {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

/** What to keep in {@link Tokenizer.truncate}, and the text that stands for what was cut (counted in the limit). */
export interface TruncateOptions {
  readonly keep?: "head" | "tail" | "middle";
  readonly marker?: string;
}

/** How many tokens of the chunk before each chunk of {@link Tokenizer.split} repeats at most. Default 0. */
export interface SplitOptions {
  readonly overlap?: number;
}

/**
 * An exact running count of a text that arrives in pieces. Nothing needs to be freed.
 * @example
 * const counter = createTokenizerSync("o200k_base").counter();
 * counter.append("hello worl"); // => 3
 * const before = counter.snapshot();
 * counter.append("d"); // => 2
 * counter.rewind(before);
 * counter.tokens; // => 3
 */
export interface TokenCounter {
  /** Tokens of all text appended so far, exactly as if it had come at once. */
  readonly tokens: number;
  /**
   * Appends text, cut anywhere: also between the two halves of a character of UTF-16.
   * @returns all tokens so far.
   * @throws TokenBudgetError `INVALID_TEXT` for a value that is no string; nothing was appended.
   * Cost: proportional to `text`, whatever came before.
   */
  append(text: string): number;
  /** The state as it is now, to come back to. Cost: a few hundred bytes. */
  snapshot(): TokenCounterSnapshot;
  /**
   * Goes back to a snapshot of this counter, as often as wanted.
   * @throws TokenBudgetError `INVALID_ARGUMENT` for a snapshot of another counter; nothing has changed.
   */
  rewind(snapshot: TokenCounterSnapshot): void;
}

/** An opaque state of a {@link TokenCounter}, for that counter only. */
export interface TokenCounterSnapshot {
  readonly tokens: number;
}

/**
 * Counts and encodes text of one encoding, exactly as the reference does. Text of any length takes linear time. Special
 * tokens in a text are ordinary text unless `allowedSpecial` names them. Nothing needs to be freed.
 * @throws TokenBudgetError from every method: `INVALID_TEXT` for a text that is neither a string nor bytes (of `tokens`,
 * `truncate`, `split`, `countBatch`: no string), `INVALID_ARGUMENT` for options that can't be; nothing has changed.
 * @example
 * const tokenizer = createTokenizerSync("o200k_base");
 * tokenizer.encoding; // => "o200k_base"
 */
export interface Tokenizer {
  readonly encoding: EncodingName;
  /**
   * The tokens of a text: the length of {@link encode}'s result, without making it.
   * Cost: one pass over the text; a text seen lately takes about a tenth of the time.
   * @example
   * tokenizer.count("hello world"); // => 2
   * tokenizer.count("<|endoftext|>"); // => 7
   * tokenizer.count("<|endoftext|>", { allowedSpecial: "all" }); // => 1
   */
  count(text: TextInput, options?: EncodeOptions): number;
  /**
   * The tokens of each text, in order. All are checked before the first is counted (`data.index` names a wrong one).
   * Cost: as {@link count}; for many short texts less, as they share one call of the core.
   * @example [...tokenizer.countBatch(["hello", "hello world", ""])]; // => [1, 2, 0]
   */
  countBatch(texts: readonly string[]): Uint32Array;
  /**
   * Counts until it is certain that the text has more tokens than the limit.
   * @param limit whole tokens from 0 on.
   * @throws TokenBudgetError `INVALID_TOKENS` for a limit that is none.
   * Cost: proportional to the limit rather than the text, where the text is longer.
   * @example
   * tokenizer.countUpTo("hello world", 5); // => { tokens: 2, exceeded: false }
   * tokenizer.countUpTo("word ".repeat(1_000_000), 100); // => { tokens: 100, exceeded: true }
   */
  countUpTo(text: TextInput, limit: number, options?: EncodeOptions): LimitedCount;
  /**
   * The ids of a text's tokens.
   * Cost: as {@link count}, and 4 bytes a token.
   * @example [...tokenizer.encode("hello world")]; // => [24912, 2375]
   */
  encode(text: TextInput, options?: EncodeOptions): Uint32Array;
  /**
   * The text of ids; special tokens as their names, U+FFFD for bytes that are no UTF-8.
   * @throws TokenBudgetError `TOKEN_OUT_OF_RANGE` (data.index, data.id) for the first id that the encoding does not have.
   * Cost: proportional to the ids and the bytes.
   * @example tokenizer.decode([24912, 2375]); // => "hello world"
   */
  decode(ids: ArrayLike<number>): string;
  /**
   * As {@link decode}, the bytes as they are: a token may hold a part of a character.
   * @throws TokenBudgetError `TOKEN_OUT_OF_RANGE`, as {@link decode}.
   * @example [...tokenizer.decodeBytes([24912])]; // => [104, 101, 108, 108, 111]
   */
  decodeBytes(ids: ArrayLike<number>): Uint8Array;
  /**
   * The tokens of a text with their places in it. A token that holds only some bytes of a character has that character's
   * whole place, so neighbours may overlap; otherwise each token begins where the one before it ends.
   * @throws TokenBudgetError as {@link encode}, before the iteration.
   * Cost: {@link encode} in steps of 64 Ki characters, as the iteration comes to them, and one step a token. A stretch without
   * any boundary is looked through once before its first token.
   * @example [...tokenizer.tokens("hello world")]; // => [{ id: 24912, start: 0, end: 5 }, { id: 2375, start: 5, end: 11 }]
   */
  tokens(text: string, options?: EncodeOptions): IterableIterator<TokenSpan>;
  /**
   * Cuts a text so that it counts at most `maxTokens`, between graphemes, with the marker where something was cut. A text
   * that fits is returned as it is; else as much is kept as fits.
   * @param maxTokens whole tokens from 0 on; the marker counts too.
   * @throws TokenBudgetError `INVALID_TOKENS`; `INVALID_ARGUMENT` for a marker that alone has more tokens.
   * Cost: proportional to what is kept, for the end of a text to the text.
   * @example
   * tokenizer.truncate("one two three four", 2); // => "one two"
   * tokenizer.truncate("one two three four", 3, { keep: "tail", marker: "…" }); // => "… three four"
   */
  truncate(text: string, maxTokens: number, options?: TruncateOptions): string;
  /**
   * Splits a text into chunks of at most `maxTokens` each, after lines where that keeps chunks half full, else after
   * sentences, words or graphemes. Without overlap the chunks joined are the text.
   * @param maxTokens whole tokens from 1 on, and no fewer than one character of the text has (4 at most).
   * @throws TokenBudgetError `INVALID_TOKENS` for limits that can't be kept, or an overlap from `maxTokens` on.
   * Cost: proportional to all chunks together.
   * @example tokenizer.split("One line.\nAnother line.", 4); // => ["One line.\n", "Another line."]
   */
  split(text: string, maxTokens: number, options?: SplitOptions): string[];
  /**
   * An empty running count, for text that arrives in pieces: {@link TokenCounter}.
   * Cost: a few hundred bytes.
   * @example tokenizer.counter().append("hello"); // => 1
   */
  counter(): TokenCounter;
}
