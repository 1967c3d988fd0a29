import { TokenBudgetError } from "../errors.ts";
import { BpeTokenizer } from "./bpe-tokenizer.ts";
import { loadTable, readTable, unpackTable } from "./load-table.ts";
import type { OrdinaryEncoding } from "./ordinary.ts";
import { resolveEncoding } from "./resolve-encoding.ts";
import { coreKeyOf, factsOf, tableOf } from "./tables.ts";
import type { EncodingName } from "./types.ts";
import { WasmEncoding } from "./wasm-encoding.ts";

/** One core a vocabulary and thread; encodings of one vocabulary share it. */
const cores = new Map<string, WasmEncoding>();

function coreOf(encoding: EncodingName, table: Uint8Array): WasmEncoding {
  const key = coreKeyOf(encoding);
  const known = cores.get(key);
  if (known !== undefined) return known;
  const made = new WasmEncoding(table, factsOf(encoding));
  cores.set(key, made);
  return made;
}

function tokenizerOf(encoding: EncodingName, core: WasmEncoding): BpeTokenizer {
  const ordinary: OrdinaryEncoding = {
    encoding,
    rankCount: core.rankCount,
    count: (text) => core.count(text),
    countMany: (texts) => core.countMany(texts),
    encode: (text) => core.encode(text),
    encodeSteps: (text) => core.encodeSteps(text),
    get byteLengths() {
      return core.byteLengths;
    },
    decodeBytes: (ids) => core.decodeBytes(ids),
    counter: () => core.counter(),
  };
  return new BpeTokenizer(ordinary);
}

/** Where the vocabulary comes from, if it is not to be loaded. */
export interface TokenizerSource {
  /** The bytes of `token-budget/vocab/NAME.bin`, or the `table` that the module `token-budget/vocab/NAME` exports. */
  readonly table?: Uint8Array | string;
}

/**
 * Makes the tokenizer of an encoding, or of a model by its name. Works in Node, browsers, Bun, Deno and workers; only
 * the table of that encoding is loaded, once.
 *
 * @param source a table that the caller has loaded: streamed, cached, or bundled into one file.
 * @throws TokenBudgetError as {@link resolveEncoding}; `DAMAGED_TABLE`, `NO_WASM_SIMD`, `WASM_FORBIDDEN`. Nothing stays behind.
 * Cost: the first of a vocabulary compiles 66 kB and reads a table of 0.35 to 1.25 MB, about 25 ms, and keeps some 13 MB;
 * each further one costs an object.
 * @example
 * const tokenizer = await createTokenizer("gpt-4o");
 * tokenizer.count("hello world"); // => 2
 * await createTokenizer("claude-opus-4-5"); // throws NO_PUBLIC_ENCODING
 */
export async function createTokenizer(encodingOrModel: string, source: TokenizerSource = {}): Promise<BpeTokenizer> {
  const encoding = resolveEncoding(encodingOrModel);
  const known = cores.get(coreKeyOf(encoding));
  if (known !== undefined) return tokenizerOf(encoding, known);
  const name = tableOf(encoding);
  const { table = await loadTable(name) } = source;
  return tokenizerOf(encoding, coreOf(encoding, typeof table === "string" ? await unpackTable(name, table) : table));
}

/**
 * {@link createTokenizer} without waiting, where the package's files can be read (Node, Bun, Deno), or where a tokenizer of
 * the same vocabulary has been made before, or where the bytes of the table are given.
 *
 * @throws TokenBudgetError as {@link createTokenizer}; `INVALID_ARGUMENT` where there are no files to read.
 * Cost: as {@link createTokenizer}, all of it on the calling thread.
 * @example createTokenizerSync("cl100k_base").count("hello world"); // => 2
 */
export function createTokenizerSync(encodingOrModel: string, source: { table?: Uint8Array } = {}): BpeTokenizer {
  const encoding = resolveEncoding(encodingOrModel);
  const known = cores.get(coreKeyOf(encoding));
  if (known !== undefined) return tokenizerOf(encoding, known);
  const table = source.table ?? readTable(tableOf(encoding));
  if (table === undefined)
    throw new TokenBudgetError("INVALID_ARGUMENT", "no files to read a table from: use createTokenizer", { encoding });
  return tokenizerOf(encoding, coreOf(encoding, table));
}

/** The bytes of an encoding's vocabulary, for other threads; it is loaded where it is not yet. @throws as {@link createTokenizer} */
export async function vocabularyOf(encodingOrModel: string): Promise<Uint8Array> {
  const { encoding } = await createTokenizer(encodingOrModel);
  return cores.get(coreKeyOf(encoding))!.table;
}
