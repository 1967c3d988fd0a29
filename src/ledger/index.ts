export { BudgetExceededError, type ErrorCode, TokenBudgetError } from "../errors.ts";
export type { LedgerBatch } from "./batch.ts";
export type { LedgerBudget, LedgerBudgetOptions } from "./budget.ts";
export { type AccountState, createLedger, createLedgerSync, type Ledger, type LedgerOptions } from "./ledger.ts";
