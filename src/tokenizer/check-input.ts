import { TokenBudgetError } from "../errors.ts";
import type { TextInput } from "./types.ts";

/** @throws TokenBudgetError `INVALID_TEXT` unless the value is a string. */
export function checkString(text: string): void {
  if (typeof text !== "string") refuseText(text, "a string");
}

/** @throws TokenBudgetError `INVALID_TEXT` unless the value is a string or a Uint8Array. */
export function checkText(text: TextInput): void {
  if (typeof text !== "string" && !isBytes(text)) refuseText(text, "a string or a Uint8Array");
}

/** By its tag, so that bytes of another realm (a frame, a test runner's sandbox) are taken too. */
const isBytes = (value: unknown): boolean =>
  ArrayBuffer.isView(value) && (value as Partial<Uint8Array>)[Symbol.toStringTag] === "Uint8Array";

/** @throws TokenBudgetError `INVALID_TOKENS` unless the value is a whole number of tokens from `least` on. */
export function checkLimit(name: string, tokens: number, least = 0): void {
  if (!Number.isSafeInteger(tokens) || tokens < least) {
    throw new TokenBudgetError("INVALID_TOKENS", `${name} must be a whole number of tokens, ${least} or more`, {
      name,
      least,
      value: typeof tokens === "number" ? tokens : typeof tokens,
    });
  }
}

function refuseText(value: unknown, wanted: string): never {
  const type = value === null ? "null" : typeof value;
  throw new TokenBudgetError("INVALID_TEXT", `the text must be ${wanted}, not ${type}`, { type });
}
