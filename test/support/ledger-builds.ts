import { readFileSync } from "node:fs";

/** The builds of the ledger's module: the debug build also holds its assertions. */
export const ledgerBuilds = ["release", "debug"] as const;
export type LedgerBuild = (typeof ledgerBuilds)[number];

export function ledgerCode(build: LedgerBuild): Uint8Array<ArrayBuffer> {
  const file = build === "release" ? "ledger.wasm" : "ledger.debug.wasm";
  return new Uint8Array(readFileSync(new URL(`../../build/wasm/${file}`, import.meta.url)));
}
