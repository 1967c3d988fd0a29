import { TokenBudgetError } from "../errors.ts";
import { checkTokens } from "../ledger/status.ts";
import { findModel } from "../tokenizer/models.ts";
import { nearestNames } from "../tokenizer/resolve-encoding.ts";

/** How much there is: tokens, a context window less what the answer may take, or a model's name. */
export type TotalOptions =
  | number
  | { readonly contextWindow: number; readonly reserveOutput: number }
  | { readonly model: string; readonly reserveOutput?: number }
  | string;

/**
 * A model's budget is its context window less what its answer may take (`reserveOutput`; default its largest answer,
 * but never more than half of the window), and never more than its largest input.
 * @throws TokenBudgetError UNKNOWN_MODEL, INVALID_TOKENS or INVALID_ARGUMENT
 */
export function totalOf(total: TotalOptions): number {
  if (typeof total === "string") return modelTotal(total);
  if (typeof total === "object" && total !== null) {
    if ("model" in total) return modelTotal(total.model, total.reserveOutput);
    checkTokens(total.contextWindow, "contextWindow");
    checkTokens(total.reserveOutput, "reserveOutput");
    checkTokens(total.contextWindow - total.reserveOutput, "contextWindow - reserveOutput");
    return total.contextWindow - total.reserveOutput;
  }
  checkTokens(total, "total");
  return total;
}

function modelTotal(name: string, reserveOutput?: number): number {
  const model = findModel(name);
  const window = model?.contextWindow ?? model?.maxInput ?? undefined;
  if (model === undefined || window === undefined) {
    const nearest = model !== undefined || typeof name !== "string" ? [] : nearestNames(name);
    const hint = nearest.length > 0 ? `, or is it one of ${nearest.join(", ")}?` : "";
    throw new TokenBudgetError(
      "UNKNOWN_MODEL",
      `no context window is known for this model: give the total as a number${hint}`,
      { known: model !== undefined, nearest },
    );
  }
  if (reserveOutput !== undefined) checkTokens(reserveOutput, "reserveOutput");
  const reserve = reserveOutput ?? Math.min(model.maxOutput ?? 0, Math.floor(window / 2));
  const total = Math.min(window - reserve, model.maxInput ?? window);
  checkTokens(total, "contextWindow - reserveOutput");
  return total;
}
