import { TokenBudgetError } from "../errors.ts";
import { bytesOfBase64 } from "../wasm/instance.ts";
import type { TableName } from "./tables.ts";

/** `node:fs` where there is one, without an import that a bundler for the web would trip over. */
function fileSystem(): typeof import("node:fs") | undefined {
  return typeof process === "object" && typeof process.getBuiltinModule === "function"
    ? process.getBuiltinModule("node:fs")
    : undefined;
}

/** Reads a table from the package's own folder; undefined where there are no files. */
export function readTable(name: TableName): Uint8Array | undefined {
  try {
    // This file runs from src/ in tests and from build/js/ in the package; in some bundles and engines it has no address.
    const here = import.meta.url;
    const folder = here.endsWith(".ts") ? "../../build/vocab/" : "../../vocab/";
    return fileSystem()?.readFileSync(new URL(`${folder}${name}.bin`, here));
  } catch {
    return undefined;
  }
}

/** One import a table, so that a bundler makes one chunk of each and a page loads only what it uses. */
const modules: Record<TableName, () => Promise<{ readonly table: string }>> = {
  p50k_base: () => import("./vocab/p50k_base.gen.ts"),
  cl100k_base: () => import("./vocab/cl100k_base.gen.ts"),
  o200k_base: () => import("./vocab/o200k_base.gen.ts"),
};

/** Loads a table anywhere: from its file where there are files, else from its module. */
export async function loadTable(name: TableName): Promise<Uint8Array> {
  const file = readTable(name);
  if (file !== undefined) return file;
  return unpackTable(name, (await modules[name]()).table);
}

/** The bytes of a table from the text in its module. */
export async function unpackTable(name: TableName, table: string): Promise<Uint8Array> {
  const packed = new Blob([bytesOfBase64(table)]).stream();
  try {
    return new Uint8Array(await new Response(packed.pipeThrough(new DecompressionStream("deflate-raw"))).arrayBuffer());
  } catch (cause) {
    throw new TokenBudgetError("DAMAGED_TABLE", `the packed table ${name} can't be unpacked`, { table: name }, cause);
  }
}
