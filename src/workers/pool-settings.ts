import { TokenBudgetError } from "../errors.ts";

/** Which batches of our own tasks a pool of workers does not take. */
export const smallBatches = {
  /** Batches with less text than this take less time than the way to a worker and back. */
  inlineBelowChars: 4 * 1024,
  /** A job with less text than this is done before the first worker is up. */
  coldInlineBelowChars: 200_000,
} as const;

/** @throws TokenBudgetError `INVALID_ARGUMENT` for what is no whole number; a queue and an idle time may be 0. */
export function checkPoolNumbers(settings: object): void {
  for (const [name, value] of Object.entries(settings)) {
    const least = name === "maxQueue" || name === "idleTimeoutMs" ? 0 : 1;
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= least)) {
      throw new TokenBudgetError("INVALID_ARGUMENT", `${name} must be a whole number of at least ${least}`, {
        name,
        value,
      });
    }
  }
}
