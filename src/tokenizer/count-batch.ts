import { TokenBudgetError } from "../errors.ts";
import type { OrdinaryEncoding } from "./ordinary.ts";

/**
 * The tokens of each text, in order. All texts are checked before the first is counted.
 * @throws TokenBudgetError `INVALID_ARGUMENT` for a value that is no array, `INVALID_TEXT` (data.index) for an element
 * that is no string. Nothing has been counted.
 */
export function countBatch(core: OrdinaryEncoding, texts: readonly string[]): Uint32Array {
  if (!Array.isArray(texts)) {
    throw new TokenBudgetError("INVALID_ARGUMENT", "the texts must be an array of strings", { type: typeof texts });
  }
  const wrong = texts.findIndex((text: unknown) => typeof text !== "string");
  if (wrong >= 0) {
    throw new TokenBudgetError("INVALID_TEXT", `texts[${wrong}] must be a string`, { index: wrong });
  }
  return core.countMany(texts);
}
