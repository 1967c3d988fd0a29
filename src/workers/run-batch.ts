import { TokenBudgetError } from "../errors.ts";
import type { Pace } from "../manager/pace.ts";
import type { Batch, Outcome, Task, TaskRegistry, TaskTools } from "./executor.ts";

/**
 * Runs a batch on this thread: in a worker without `pace`, on the calling thread with it. A task that throws fails its own
 * input only. `stop` is asked at every rest and throws to end the batch.
 */
export async function runBatch(
  batch: Batch,
  registry: TaskRegistry,
  pace?: Pace,
  stop?: () => void,
): Promise<readonly Outcome[]> {
  const tools: TaskTools = {
    counter: batch.encoding === undefined ? undefined : await registry.counter(batch.encoding),
  };
  const stepwise = own(registry.tasks, batch.task);
  const awaited = own(registry.asyncTasks, batch.task);
  if (!stepwise && !awaited) throw new TokenBudgetError("WORKER_FAILED", "unknown task", { task: batch.task });
  const outcomes: Outcome[] = [];
  for (const input of batch.inputs) {
    if (pace?.due()) {
      await pace.rest();
      stop?.();
    }
    if (stepwise) {
      const run = new Run(stepwise(input as never, batch.settings as never, tools));
      while (!run.step()) {
        if (!pace?.due()) continue;
        await pace.rest();
        stop?.();
      }
      outcomes.push(run.outcome!);
    } else {
      outcomes.push(
        await awaited!(input as never, batch.settings as never, tools).then((value) => ({ value }), failed),
      );
    }
  }
  return outcomes;
}

/** One input's run: `step` is true once `outcome` is there. */
class Run {
  outcome: Outcome | undefined;
  readonly #steps: ReturnType<Task>;

  constructor(steps: ReturnType<Task>) {
    this.#steps = steps;
  }

  step(): boolean {
    try {
      const { done, value } = this.#steps.next();
      if (done) this.outcome = { value };
    } catch (error) {
      this.outcome = failed(error);
    }
    return this.outcome !== undefined;
  }
}

/** Names the kind of error and never its message, which may quote the text. */
const failed = (error: unknown): Outcome => ({
  failed: error instanceof TokenBudgetError ? error.code : error instanceof Error ? error.name : "thrown",
});

const own = <T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  record && Object.hasOwn(record, name) ? record[name] : undefined;
