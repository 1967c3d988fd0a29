/**
 * Every error that this library throws on purpose. `code` names the cause and is stable across versions; `data` holds
 * numbers and names that a program can act on. Neither `message` nor `data` ever quotes the user's text.
 * @example
 * const error = new TokenBudgetError("UNKNOWN_ITEM", "no such item", { id: "a" });
 * [error.code, error.data]; // => ["UNKNOWN_ITEM", { id: "a" }]
 */
export class TokenBudgetError extends Error {
  override readonly name: string = "TokenBudgetError";
  readonly code: ErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, data: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.data = data;
  }
}

/**
 * A component could not be given the tokens that were asked for. Nothing was booked. Code `BUDGET_EXCEEDED`; `data` has
 * what was requested and is missing, what is available now, and what cleanups freed meanwhile, in tokens.
 * @example
 * const error = new BudgetExceededError({ component: "a", requested: 9, available: 4, missing: 5, freed: 0 });
 * error.message; // => 'component "a" lacks 5 of 9 tokens'
 */
export class BudgetExceededError extends TokenBudgetError {
  override readonly name = "BudgetExceededError";
  declare readonly data: Readonly<{
    component: string;
    requested: number;
    available: number;
    missing: number;
    freed: number;
  }>;

  constructor(data: BudgetExceededError["data"], cause?: unknown) {
    super(
      "BUDGET_EXCEEDED",
      `component "${data.component}" lacks ${data.missing} of ${data.requested} tokens`,
      data,
      cause,
    );
  }
}

/** @throws TokenBudgetError INVALID_ARGUMENT where `value` is no object, as options are. */
export function checkObject(value: unknown, name = "options"): void {
  if (typeof value !== "object" || value === null) {
    throw new TokenBudgetError("INVALID_ARGUMENT", `${name} must be an object`, { name });
  }
}

/** The stable codes of {@link TokenBudgetError}. */
export type ErrorCode =
  | "BUDGET_EXCEEDED"
  | "UNKNOWN_ENCODING"
  | "UNKNOWN_MODEL"
  | "NO_PUBLIC_ENCODING"
  | "UNKNOWN_COMPONENT"
  | "UNKNOWN_ITEM"
  | "UNKNOWN_RESERVATION"
  | "UNKNOWN_REF"
  | "INVALID_ARGUMENT"
  | "INVALID_TOKENS"
  | "INVALID_TEXT"
  | "TOKEN_OUT_OF_RANGE"
  | "DAMAGED_TABLE"
  | "NO_WASM_SIMD"
  | "WASM_FORBIDDEN"
  | "WASM_TRAP"
  | "OUT_OF_MEMORY"
  | "COMPONENT_FIXED"
  | "CLOSED"
  | "ABORTED"
  | "DEADLINE"
  | "ASYNC_COUNTER"
  | "BAD_SNAPSHOT"
  | "BAD_JOURNAL"
  | "BAD_EDIT"
  | "WORKER_FAILED"
  | "QUEUE_FULL"
  | "ARCHIVE_FAILED"
  | "ARCHIVE_DRIVER_MISSING"
  | "BAD_FORMAT";
