import type { CleanReport } from "./cleaner.ts";

/** A cleanup in flight. */
export class Run {
  /** Tokens that came back to the component since it began, as the ledger saw them. */
  freed = 0;
  readonly controller = new AbortController();
  /** The need that it goes all the way for: 0 where it has another goal, or does not escalate. */
  readonly need: number;
  /** Callers other than waiters that want its report, and runs that wait for it. */
  #wanted = 0;
  /** The run that this one waits for. */
  #awaits: Run | undefined = undefined;
  promise: Promise<CleanReport> = Promise.resolve() as unknown as Promise<CleanReport>;

  constructor(need: number) {
    this.need = need;
  }

  /** Whether this run waits for another, or for one that does. */
  isHeldUpBy(other: Run): boolean {
    for (let run: Run | undefined = this; run !== undefined; run = run.#awaits) if (run === other) return true;
    return false;
  }

  waitFor(other: Run): void {
    this.#awaits = other;
    other.wanted();
  }

  waitsNoMore(): void {
    this.#awaits = undefined;
  }

  get isWanted(): boolean {
    return this.#wanted > 0;
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
