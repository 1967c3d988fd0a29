/** Encodings with a public rank table that this library ships. */
export type EncodingName = "r50k_base" | "p50k_base" | "p50k_edit" | "cl100k_base" | "o200k_base" | "o200k_harmony";

/** Text to count or encode: a string (lone surrogates count as U+FFFD) or UTF-8 bytes (invalid ones as U+FFFD, a BOM is kept). */
export type TextInput = string | Uint8Array;

/** Which special tokens in the text become control tokens; all other text is ordinary. Default: none. */
export interface EncodeOptions {
  readonly allowedSpecial?: "all" | readonly string[];
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

/** An exact running count of a text that arrives in pieces. */
export interface TokenCounter {
  /** Tokens of all text appended so far, exactly as if it had come at once. */
  readonly tokens: number;
  append(text: string): number;
  snapshot(): TokenCounterSnapshot;
  rewind(snapshot: TokenCounterSnapshot): void;
}

/** An opaque state of a {@link TokenCounter}, for that counter only. */
export interface TokenCounterSnapshot {
  readonly tokens: number;
}

/** Counts and encodes text of one encoding. Nothing needs to be freed. */
export interface Tokenizer {
  readonly encoding: EncodingName;
  count(text: TextInput, options?: EncodeOptions): number;
  countBatch(texts: readonly string[]): Uint32Array;
  countUpTo(text: TextInput, limit: number, options?: EncodeOptions): LimitedCount;
  encode(text: TextInput, options?: EncodeOptions): Uint32Array;
  decode(ids: ArrayLike<number>): string;
  decodeBytes(ids: ArrayLike<number>): Uint8Array;
  tokens(text: string, options?: EncodeOptions): IterableIterator<TokenSpan>;
  truncate(text: string, maxTokens: number, options?: TruncateOptions): string;
  split(text: string, maxTokens: number, options?: SplitOptions): string[];
  counter(): TokenCounter;
}
