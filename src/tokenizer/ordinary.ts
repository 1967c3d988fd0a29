import type { EncodingName, TextInput, TokenCounter } from "./types.ts";

/**
 * What one encoding does with ordinary text, before special tokens and checks of arguments: the port between the
 * tokenizer's operations and the WebAssembly module behind them.
 */
export interface OrdinaryEncoding {
  readonly encoding: EncodingName;
  /** Ids below it belong to the rank table, a hole in it excepted; an id from it on is special or none. */
  readonly rankCount: number;
  count(text: TextInput): number;
  /** The tokens of each text, in order. */
  countMany(texts: readonly string[]): Uint32Array;
  /** The ids, in an array that nobody else writes to. */
  encode(text: TextInput): Uint32Array;
  /** {@link encode} bit by bit: each step takes about 64 Ki characters, and other calls may come between two. */
  encodeSteps(text: string): Generator<Uint32Array>;
  /** The bytes of each token, by id; 0 where there is no token. Nobody writes to it. */
  readonly byteLengths: Uint8Array;
  /** The bytes of ids that are all in the rank table, in an array that nobody else writes to. */
  decodeBytes(ids: Uint32Array): Uint8Array;
  counter(): TokenCounter;
}
