import { TokenBudgetError } from "../errors.ts";

export const minutes = (count: number): number => count * 60_000;
export const hours = (count: number): number => count * 3_600_000;

/** Refuses a strategy's setting that is not a finite number from `min` to `max`. */
export function checkSetting(name: string, value: number, min: number, max = Number.MAX_SAFE_INTEGER): number {
  if (typeof value !== "number" || !(value >= min && value <= max)) {
    throw new TokenBudgetError("INVALID_ARGUMENT", `${name} must be a number from ${min} to ${max}`, { name, value });
  }
  return value;
}
