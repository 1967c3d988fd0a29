/** Where batches of pure tasks run: worker threads in Node, the calling thread in browsers and tests. */
export interface Executor {
  /** Batches that it works on at once. */
  readonly concurrency: number;
  /**
   * Runs one batch and resolves to one outcome an input, in order. Rejects with `WORKER_FAILED`, `QUEUE_FULL`, `ABORTED`
   * or `CLOSED`; a batch is never answered in part.
   */
  run(batch: Batch, options?: RunOptions): Promise<readonly Outcome[]>;
  /** Ends what it started (or gives back its share of what others still use). */
  close(): Promise<void>;
}

/** Plain records only: a batch must survive structured clone. */
export interface Batch {
  /** Name of a task in the registry of the executor. */
  readonly task: string;
  /** Settings common to all inputs. */
  readonly settings: unknown;
  /** Encoding whose exact counts the task needs; absent where the budget counts in another way. */
  readonly encoding?: string;
  readonly inputs: readonly unknown[];
  /** Characters of text in the inputs. */
  readonly chars: number;
  /** The same over all batches of the job that this one belongs to. */
  readonly jobChars?: number;
}

/** How one batch may be ended. */
export interface RunOptions {
  readonly signal?: AbortSignal;
  /** The batch runs code of the caller's: its thread is ended where it does not answer within this time. */
  readonly killAfterMs?: number;
}

/** `failed` is a short reason without text of the user's. */
export type Outcome = { readonly value: unknown } | { readonly failed: string };

/** Counts tokens exactly: short texts at once, any text in steps. */
export interface TaskCounter {
  count(text: string): number;
  countSteps(text: string): Generator<void, number, void>;
}

/** What a task may use besides its input. */
export interface TaskTools {
  /** There where the batch named an encoding; else the caller counts. */
  readonly counter: TaskCounter | undefined;
}

/**
 * A pure function of its input, written as a generator: each `yield` is a point where the calling thread may do
 * something else. A step between two yields stays short.
 */
export type Task = (input: never, settings: never, tools: TaskTools) => Generator<void, unknown, void>;

/** A task that can't be written in steps, such as a module of the caller's; it is awaited. */
export type AsyncTask = (input: never, settings: never, tools: TaskTools) => Promise<unknown>;

/** The tasks that an executor knows, and how it comes by a counter. */
export interface TaskRegistry {
  readonly tasks: Readonly<Record<string, Task>>;
  readonly asyncTasks?: Readonly<Record<string, AsyncTask>>;
  counter(encoding: string): Promise<TaskCounter>;
}
