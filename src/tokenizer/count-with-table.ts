import { factsOf } from "./tables.ts";
import type { EncodingName } from "./types.ts";
import { WasmEncoding } from "./wasm-encoding.ts";

/**
 * Counts by the bytes of a vocabulary that another thread has loaded. Nothing that this file needs is imported later, so
 * that a bundler can make one file of a worker.
 *
 * @throws TokenBudgetError `DAMAGED_TABLE` where the bytes are not those of the encoding.
 */
export function countWithTable(encoding: EncodingName, table: Uint8Array): (text: string) => number {
  const core = new WasmEncoding(table, factsOf(encoding));
  return (text) => core.count(text);
}
