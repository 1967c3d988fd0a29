import type { TableFacts } from "../wasm/tokenizer-core.ts";
import { tables } from "./tables.gen.ts";
import type { EncodingName } from "./types.ts";

export type TableName = keyof typeof tables;

/** Which table an encoding is in, how much of it is its own, and by which pattern it cuts text. */
interface TableUse {
  readonly table: TableName;
  readonly ranks: number;
  readonly pattern: TableFacts["pattern"];
}

// r50k_base is the head of p50k_base: its ranks end where the end-of-text token leaves a hole.
const uses: Record<EncodingName, TableUse> = {
  r50k_base: { table: "p50k_base", ranks: 50256, pattern: 0 },
  p50k_base: { table: "p50k_base", ranks: tables.p50k_base.tokens, pattern: 0 },
  p50k_edit: { table: "p50k_base", ranks: tables.p50k_base.tokens, pattern: 0 },
  cl100k_base: { table: "cl100k_base", ranks: tables.cl100k_base.tokens, pattern: 1 },
  o200k_base: { table: "o200k_base", ranks: tables.o200k_base.tokens, pattern: 2 },
  o200k_harmony: { table: "o200k_base", ranks: tables.o200k_base.tokens, pattern: 2 },
};

export function tableOf(encoding: EncodingName): TableName {
  return uses[encoding].table;
}

/** Encodings that count ordinary text alike share one instance; their key is that instance's name. */
export function coreKeyOf(encoding: EncodingName): string {
  const { table, ranks } = uses[encoding];
  return `${table}:${ranks}`;
}

export function factsOf(encoding: EncodingName): TableFacts {
  const { table, ranks, pattern } = uses[encoding];
  const { tokens, horizonBytes, sum } = tables[table];
  return { entries: tokens, ranks, horizonBytes, pattern, sum: BigInt(sum) };
}
