import type { CleanReport } from "./cleaner.ts";

/** A cleanup in flight. */
export class Run {
  /** Tokens that came back to the component since it began, as the ledger saw them. */
  freed = 0;
  readonly controller = new AbortController();
  /** Runs for no need or without escalation: it may leave room unmade that a waiter could have. */
  readonly calm: boolean;
  /** Callers other than waiters that want its report. */
  #wanted = 0;
  promise: Promise<CleanReport> = Promise.resolve() as unknown as Promise<CleanReport>;

  constructor(calm: boolean) {
    this.calm = calm;
  }

  wanted(): void {
    this.#wanted += 1;
  }

  /** The last of the waiters has left: a run that nobody else asked for is aborted. */
  nobodyWaits(): void {
    if (this.#wanted === 0) this.controller.abort();
  }

  /** A caller who wanted the report has left. */
  unwanted(waiters: number): void {
    this.#wanted -= 1;
    if (this.#wanted === 0 && waiters === 0) this.controller.abort();
  }
}
