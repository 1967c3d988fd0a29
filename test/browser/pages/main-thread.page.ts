import { createWebWorkerCleanup } from "../../../src/cleanup/web-worker-cleanup.ts";
import { createInlineCleanup, createTokenBudgetManager, type Executor, type ItemInput } from "../../../src/index.ts";
import { nextTask } from "../../../src/manager/next-task.ts";

/** An item of a session and where it goes. */
export interface PlacedItem extends ItemInput {
  readonly component: string;
}

/** How long the page's thread was busy between two turns of its event loop. */
export interface LoopWatch {
  readonly longestMs: number;
  readonly turns: number;
  /** Turns after more than 4, 8 and 16 ms. */
  readonly over: readonly [four: number, eight: number, sixteen: number];
  /** What the browser itself reports: tasks of 50 ms and more. */
  readonly longTasks: number;
}

export interface CleanupRun extends LoopWatch {
  readonly tokens: number;
  readonly freed: number;
  readonly elapsedMs: number;
  readonly skipped: readonly string[];
}

/** What the tests ask this page to do. */
export interface MainThreadPage {
  idle(ms: number): Promise<LoopWatch>;
  /** Puts the items, one a turn, and cleans all components at once; all of it is watched. */
  clean(items: readonly PlacedItem[], executor: keyof typeof executors): Promise<CleanupRun>;
}

const hour = 3_600_000;
const executors = {
  inline: () => createInlineCleanup(),
  workers: () => createWebWorkerCleanup(),
  /** Blocks for as long as a step of its tasks lasts, and 60 ms more: what the tests must notice. */
  blocking: () => createInlineCleanup({ sliceMs: 60 }),
} satisfies Record<string, () => Executor>;

/** Turns of the event loop, one message after the other. */
function watchLoop(): () => LoopWatch {
  const { port1, port2 } = new MessageChannel();
  const over: [number, number, number] = [0, 0, 0];
  let longestMs = 0;
  let turns = 0;
  let last = performance.now();
  port2.onmessage = () => {
    const now = performance.now();
    const busyMs = now - last;
    longestMs = Math.max(longestMs, busyMs);
    for (const [at, limit] of [4, 8, 16].entries()) if (busyMs > limit) over[at]!++;
    last = now;
    turns++;
    port1.postMessage(0);
  };
  let longTasks = 0;
  const observer = new PerformanceObserver((list) => {
    longTasks += list.getEntries().length;
  });
  observer.observe({ type: "longtask" });
  port1.postMessage(0);
  return () => {
    port2.close();
    longTasks += observer.takeRecords().length;
    observer.disconnect();
    return { longestMs, turns, over, longTasks };
  };
}

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const mainThreadPage: MainThreadPage = {
  async idle(ms) {
    const stop = watchLoop();
    await rest(ms);
    return stop();
  },
  async clean(items, executor) {
    let now = 0;
    const manager = await createTokenBudgetManager({
      total: 3_000_000,
      now: () => now,
      proactiveCleanup: false,
      cleanup: { executor: executors[executor] },
    });
    // The vocabulary is loaded with the first text.
    await manager.put("agent_context", { text: "ready" });
    // A turn later, what came before is over.
    await nextTask();
    performance.mark("cleanup-begin");
    const stop = watchLoop();
    for (const { component, ...item } of items) {
      await manager.put(component, item);
      await nextTask();
    }
    const tokens = manager.getUtilizationReport().total.used;
    now = 5 * hour;
    const started = performance.now();
    const components = [...new Set(items.map(({ component }) => component))];
    const reports = await Promise.all(
      components.map((component) => manager.cleanupComponent(component, { goal: tokens })),
    );
    const elapsedMs = performance.now() - started;
    await rest(10);
    const watched = stop();
    performance.mark("cleanup-end");
    await manager.close();
    return {
      ...watched,
      tokens,
      freed: reports.reduce((sum, { freed }) => sum + freed, 0),
      elapsedMs,
      skipped: reports.flatMap(({ strategies }) => strategies.flatMap(({ skipped }) => skipped ?? [])),
    };
  },
};

Object.assign(globalThis, { mainThreadPage });
