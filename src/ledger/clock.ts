import { TokenBudgetError } from "../errors.ts";

const clocks = new WeakMap<() => number, () => number>();

/**
 * A clock that gives finite times only; the same one for the same function. `Date.now` where there is none.
 * @throws TokenBudgetError INVALID_ARGUMENT where it is no function; so does the clock for a time that is none.
 */
export function checkedClock(now: (() => number) | undefined): () => number {
  if (now === undefined) return Date.now;
  if (typeof now !== "function") {
    throw new TokenBudgetError("INVALID_ARGUMENT", "now must be a function", { name: "now" });
  }
  const known = clocks.get(now);
  if (known !== undefined) return known;
  const checked = () => {
    const time = now();
    if (Number.isFinite(time)) return time;
    throw new TokenBudgetError("INVALID_ARGUMENT", "now() must give a finite number of milliseconds", { name: "now" });
  };
  clocks.set(now, checked);
  return checked;
}
