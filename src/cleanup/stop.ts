import { TokenBudgetError } from "../errors.ts";

/** When a run has to end early: one signal for all that it waits for, and a check for the steps in between. */
export interface Stop {
  readonly signal: AbortSignal;
  /** Throws `ABORTED`, `DEADLINE` or `CLOSED` where the run must end. */
  check(): void;
  /** Takes back listeners and timers. */
  release(): void;
}

export interface StopOptions {
  readonly signal?: AbortSignal | undefined;
  readonly closing?: AbortSignal | undefined;
  /** On the clock that `now` reads, in milliseconds. */
  readonly deadline?: number | undefined;
  readonly now: () => number;
}

/**
 * Watches a caller's signal, the closing of the cleaner and a deadline. The deadline is the manager's clock's: a timer only
 * wakes the run up to look at that clock again.
 */
export function watchStop({ signal, closing, deadline, now }: StopOptions): Stop {
  const own = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const reason = (): TokenBudgetError | undefined => {
    if (closing?.aborted) return new TokenBudgetError("CLOSED", "the manager was closed during a cleanup");
    if (signal?.aborted) return new TokenBudgetError("ABORTED", "the cleanup was aborted");
    if (deadline !== undefined && now() >= deadline) {
      return new TokenBudgetError("DEADLINE", "the deadline of the cleanup has passed", { deadline });
    }
    return undefined;
  };
  const look = () => {
    const error = reason();
    if (error) own.abort(error);
    else if (deadline !== undefined) arm(deadline);
  };
  const arm = (until: number) => {
    clearTimeout(timer);
    timer = setTimeout(look, Math.min(Math.max(until - now(), 1), 1000));
  };
  signal?.addEventListener("abort", look);
  closing?.addEventListener("abort", look);
  look();
  return {
    signal: own.signal,
    check() {
      const error = reason();
      if (!error) return;
      own.abort(error);
      throw error;
    },
    release() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", look);
      closing?.removeEventListener("abort", look);
    },
  };
}

const endings: ReadonlySet<string> = new Set(["ABORTED", "DEADLINE", "CLOSED"]);

/** True for errors that end the run; others fail one strategy only. */
export const endsRun = (error: unknown): boolean => error instanceof TokenBudgetError && endings.has(error.code);
