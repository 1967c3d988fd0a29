import { createLedgerSync, TokenBudgetError } from "../../src/ledger/index.ts";
import { type LedgerBuild, ledgerCode } from "./ledger-builds.ts";

/** A ledger of a build, whose clock is in hand. */
export function clockedLedger(build: LedgerBuild) {
  const clock = { now: 1000 };
  return { clock, ledger: createLedgerSync({ now: () => clock.now, code: ledgerCode(build) }) };
}

/** The code of the typed error that a step throws, or undefined; any other error goes on. */
export function codeThrown(step: () => unknown): string | undefined {
  try {
    step();
  } catch (error) {
    if (error instanceof TokenBudgetError) return error.code;
    throw error;
  }
  return undefined;
}
