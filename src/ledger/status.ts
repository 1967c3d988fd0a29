import { type ErrorCode, TokenBudgetError } from "../errors.ts";

/** What the module returns where it did nothing (assembly/ledger/layout.ts). All are below zero; a success is never. */
export const Status = {
  noRoom: -1,
  overCap: -2,
  badAccount: -3,
  badTokens: -4,
  unknownReservation: -5,
  overRelease: -6,
  hasChildren: -7,
  outOfMemory: -8,
  badBudget: -9,
  badOperation: -10,
} as const;

const errors: Readonly<Record<number, readonly [code: ErrorCode, message: string]>> = {
  [Status.noRoom]: ["BUDGET_EXCEEDED", "the tokens do not fit"],
  [Status.overCap]: ["BUDGET_EXCEEDED", "the tokens are more than the cap"],
  [Status.badAccount]: ["UNKNOWN_COMPONENT", "no such account"],
  [Status.badTokens]: ["INVALID_TOKENS", "a number of tokens or a time is out of range"],
  [Status.unknownReservation]: ["UNKNOWN_RESERVATION", "the reservation is not open"],
  [Status.overRelease]: ["INVALID_TOKENS", "more tokens than are in use can't be released"],
  [Status.hasChildren]: ["INVALID_ARGUMENT", "a budget with open children can't be closed"],
  [Status.outOfMemory]: ["OUT_OF_MEMORY", "the ledger can't grow any more"],
  [Status.badBudget]: ["CLOSED", "the budget is not open"],
  [Status.badOperation]: ["INVALID_ARGUMENT", "no such operation"],
};

/** The typed error for a status below zero. */
export function statusError(status: number, data: Readonly<Record<string, unknown>> = {}): TokenBudgetError {
  const [code, message] = errors[status] ?? ["INVALID_ARGUMENT", `status ${status}`];
  return new TokenBudgetError(code, message, data);
}

/** Most tokens of a cap, a request or a total. */
export const maxTokens = 2_147_483_647;

/** @throws TokenBudgetError INVALID_TOKENS where `tokens` is not a whole number from 0 to 2^31 - 1. */
export function checkTokens(tokens: number, name = "tokens"): void {
  if (typeof tokens !== "number" || (tokens | 0) !== tokens || tokens < 0) {
    throw new TokenBudgetError("INVALID_TOKENS", `${name} must be a whole number from 0 to ${maxTokens}`, {
      name,
      tokens: typeof tokens === "number" ? tokens : typeof tokens,
    });
  }
}

/** The number of an account as the module takes it: 0, which is none, for a number that it would make another of. */
export const accountNumber = (account: number): number =>
  typeof account === "number" && (account | 0) === account && account > 0 ? account : 0;

/** @throws TokenBudgetError INVALID_ARGUMENT where `ttlMs` is not a number above 0. */
export function checkTtl(ttlMs: number): void {
  if (typeof ttlMs !== "number" || !(ttlMs > 0)) {
    throw new TokenBudgetError("INVALID_ARGUMENT", "a time to live must be above 0 ms", { name: "ttlMs" });
  }
}

/** @throws TokenBudgetError INVALID_ARGUMENT for what is no number. */
export function checkNumber(value: number, name: string): void {
  if (typeof value !== "number") {
    throw new TokenBudgetError("INVALID_ARGUMENT", `${name} must be a number`, { name });
  }
}

/** @throws TokenBudgetError INVALID_ARGUMENT where `timeMs` is not a finite number. */
export function checkTime(timeMs: number, name: string): void {
  if (!Number.isFinite(timeMs)) {
    throw new TokenBudgetError("INVALID_ARGUMENT", `${name} must be a finite number of milliseconds`, { name });
  }
}
