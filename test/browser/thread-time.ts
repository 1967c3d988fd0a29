import type { Browser, Page } from "playwright-core";

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** Time of the processor that the thread had, in microseconds. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/**
 * Runs something in a page, and tells the longest task of the page's thread between its marks `cleanup-begin` and `cleanup-end`, by the
 * time of a processor that it took: what other threads and processes take from the thread is not in it.
 */
export async function longestTask<T>(
  browser: Browser,
  page: Page,
  run: () => Promise<T>,
): Promise<{ readonly result: T; readonly taskMs: number }> {
  await browser.startTracing(page, { categories: ["toplevel", "blink.user_timing"] });
  const result = await run();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const mark = (name: string) => {
    const found = traceEvents.find((event) => event.name === name);
    if (found === undefined) throw new Error(`the page has not set its mark ${name}`);
    return found;
  };
  const begin = mark("cleanup-begin");
  const { ts: end } = mark("cleanup-end");
  // Tasks, and what is done at once in them: a trace does not have all of either.
  const tasks = traceEvents.filter(
    ({ ph, pid, tid, ts }) => ph === "X" && pid === begin.pid && tid === begin.tid && ts > begin.ts && ts < end,
  );
  if (tasks.length === 0) throw new Error("the trace has no tasks of the page's thread");
  // The clock of a thread jumps now and then on virtual machines; no task takes more of it than it lasts.
  const taskMs = Math.max(...tasks.map(({ dur = 0, tdur = dur }) => Math.min(dur, tdur))) / 1000;
  return { result, taskMs };
}
