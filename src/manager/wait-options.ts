import { checkObject, TokenBudgetError } from "../errors.ts";
import type { Core } from "./core.ts";

/** What to do with a request that cleanup could not make room for. */
export type Shortfall = "throw" | "partial" | "borrow";

export const shortfalls: readonly Shortfall[] = ["throw", "partial", "borrow"];

/** How long a call may wait for room, and what happens where there is none. */
export interface WaitOptions {
  /** Ends the wait; nothing is booked then. */
  readonly signal?: AbortSignal;
  /** On the manager's clock, in milliseconds. It is looked at before and after each round of cleanup: no timer runs. */
  readonly deadline?: number;
  /** Default: the manager's. */
  readonly onShortfall?: Shortfall;
}

/** Before a wait. @throws TokenBudgetError INVALID_ARGUMENT, ABORTED or DEADLINE */
export function checkWait(core: Core, options: WaitOptions): void {
  checkTypes(options);
  const { signal, deadline } = options;
  if (signal?.aborted) throw aborted(signal);
  if (deadline !== undefined && deadline <= core.now()) {
    throw new TokenBudgetError("DEADLINE", "the deadline has passed", { deadline });
  }
}

/** @throws TokenBudgetError INVALID_ARGUMENT */
export function checkTypes(options: WaitOptions): void {
  checkObject(options);
  const { signal, deadline, onShortfall } = options;
  const wrong = (name: string) =>
    new TokenBudgetError("INVALID_ARGUMENT", `the option ${name} is out of range`, { name });
  if (signal !== undefined && typeof signal?.addEventListener !== "function") throw wrong("signal");
  if (deadline !== undefined && (typeof deadline !== "number" || Number.isNaN(deadline))) throw wrong("deadline");
  if (onShortfall !== undefined && !shortfalls.includes(onShortfall)) throw wrong("onShortfall");
}

export function aborted(signal: AbortSignal): TokenBudgetError {
  return new TokenBudgetError("ABORTED", "the wait was aborted", {}, signal.reason);
}

/** What comes later, for a caller that may leave before. */
export function unlessAborted<Value>(later: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return later;
  return new Promise((resolve, reject) => {
    const leave = () => reject(aborted(signal));
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    void later.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
