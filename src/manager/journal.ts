/** What a journal is given for each change of the ledger, in order. `b` numbers the budget: from 0, in the order in which managers with this sink, and their children, are opened. */
export type JournalEntry =
  | {
      op: "open";
      b: number;
      t: number;
      windowMs: number;
      caps: Record<string, number>;
      /** Where the total is charged. */
      parent?: [b: number, component: string];
    }
  | { op: "allocate"; b: number; t: number; c: string; n: number }
  /** A request that was counted as an exhaustion. */
  | { op: "refuse"; b: number; t: number; c: string; n: number }
  | { op: "release"; b: number; t: number; c: string; n: number }
  | { op: "reserve"; b: number; t: number; c: string; n: number; id: string; until: number | null }
  | { op: "settle"; b: number; t: number; id: string; n: number }
  /** A settle above what was held that was counted as an exhaustion. */
  | { op: "refuse-settle"; b: number; t: number; id: string; n: number }
  | { op: "cancel"; b: number; t: number; id: string }
  | { op: "extend"; b: number; t: number; id: string; until: number | null }
  | { op: "transfer"; b: number; t: number; from: string; to: string; n: number }
  | { op: "restore"; b: number; t: number; state: BudgetState }
  | { op: "close"; b: number; t: number };

/** A whole budget of the ledger, for snapshots and for the journal of a restore. Infinite expiry is null. */
export interface BudgetState {
  readonly origin: number;
  readonly windowMs: number;
  readonly accounts: readonly AccountRecord[];
  readonly reservations: readonly ReservationRecord[];
}

/** An account in a {@link BudgetState}: tokens, and the history of its use. */
export interface AccountRecord {
  readonly id: string;
  readonly cap: number;
  readonly used: number;
  readonly peak: number;
  readonly exhaustions: number;
  readonly grants: number;
  readonly since: number;
  readonly area: number;
  readonly previous: number;
}

/** An open reservation in a {@link BudgetState}. */
export interface ReservationRecord {
  readonly id: string;
  readonly component: string;
  readonly tokens: number;
  readonly until: number | null;
}

/** Takes entries as they happen. It must not throw: what it throws is reported as uncaught, and the entry is lost. */
export type JournalSink = (entry: JournalEntry) => void;

/**
 * A sink that gives JSON lines, each ending in a newline, to `write`. Cost: one short line for each move of tokens.
 * @example
 * const lines: string[] = [];
 * const sink = jsonLines((line) => lines.push(line));
 * const manager = await createTokenBudgetManager({ total: 10_000, now: () => 0, journal: sink });
 * manager.tryAllocate("working_memory", 40);
 * lines.at(-1); // => '{"v":1,"op":"allocate","b":0,"t":0,"c":"working_memory","n":40}\n'
 */
export function jsonLines(write: (line: string) => void): JournalSink {
  return (entry) => write(`${JSON.stringify({ v: 1, ...entry })}\n`);
}

const journals = new WeakMap<JournalSink, Journal>();

/** One journal of a sink: it numbers the budgets of all managers that write to it, and of their children. */
export class Journal {
  readonly #sink: JournalSink;
  #budgets = 0;

  static of(sink: JournalSink): Journal {
    const journal = journals.get(sink) ?? new Journal(sink);
    journals.set(sink, journal);
    return journal;
  }

  constructor(sink: JournalSink) {
    this.#sink = sink;
  }

  nextBudget(): number {
    return this.#budgets++;
  }

  write(entry: JournalEntry): void {
    try {
      this.#sink(entry);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
