import type { CleanReport } from "./cleaner.ts";

/** A cleanup in flight. */
export class Run {
  /** Tokens that came back to the component since it began, as the ledger saw them. */
  freed = 0;
  readonly controller = new AbortController();
  /** The need that it goes all the way for: 0 where it has another goal, or does not escalate. */
  readonly need: number;
  /** When it ends whatever it has freed by then. */
  readonly #deadline: number;
  /** Callers other than waiters that want its report, and runs that wait for it. */
  #wanted = 0;
  /** The run that this one waits for. */
  #awaits: Run | undefined = undefined;
  /** How many wait for room in its component. */
  readonly #waiting: () => number;
  promise: Promise<CleanReport> = Promise.resolve() as unknown as Promise<CleanReport>;

  constructor(need: number, deadline: number | undefined, waiting: () => number) {
    this.need = need;
    this.#deadline = deadline ?? Number.POSITIVE_INFINITY;
    this.#waiting = waiting;
  }

  /** It may end with less than was asked of it: who comes now does not share it. */
  get isAborted(): boolean {
    return this.controller.signal.aborted;
  }

  /** Whether it may last until `deadline`: who has longer than it has needs a run of its own. */
  lasts(deadline: number = Number.POSITIVE_INFINITY): boolean {
    return !this.isAborted && this.#deadline >= deadline;
  }

  /** Whether it frees all that a run for `need` tokens would. */
  goesFor(need: number, deadline: number | undefined): boolean {
    return this.need >= need && this.lasts(deadline);
  }

  get isForNobody(): boolean {
    return this.isAborted || (this.#wanted === 0 && this.#waiting() === 0);
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

  wanted(): void {
    this.#wanted += 1;
  }

  /** The last of the waiters has left: a run that nobody else asked for is aborted. */
  nobodyWaits(): void {
    if (this.#wanted === 0) this.#abort();
  }

  /** A caller who wanted the report, or a run that waited for this one, has left. */
  unwanted(): void {
    this.#wanted -= 1;
    if (this.#wanted === 0 && this.#waiting() === 0) this.#abort();
  }

  /** What it waits for is not wanted on its account any more. */
  #abort(): void {
    if (this.isAborted) return;
    this.controller.abort();
    this.#awaits?.unwanted();
  }
}
