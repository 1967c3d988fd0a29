import { availableParallelism, loadavg } from "node:os";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium, launchChromium } from "../support/chromium.mjs";
import { buildPages, type Pages } from "./build-pages.ts";
import type { CleanupRun, MainThreadPage } from "./pages/main-thread.page.ts";
import { oneLongText, sessionItems } from "./session-items.ts";
import { longestTask } from "./thread-time.ts";

const isThere = hasChromium("the page's thread is not watched during a cleanup");
const workers = { "web-cleanup.worker.js": "src/cleanup/web-cleanup.worker.ts" };
/** No task of a cleanup may hold the page's thread for longer. */
const limitMs = 16;
/** Fresh pages that may try, and for how long: other processes of the machine only ever add to what is measured. */
const attempts = Number(process.env.ATTEMPTS ?? 8);
const patienceMs = 5_000;

/** Processes that want a processor, of late; and whether there are more of them than processors. */
const load = () => loadavg()[0]!.toFixed(1);
const isBusy = () => Number(load()) > availableParallelism();

type Executor = Parameters<MainThreadPage["clean"]>[1];
/** `taskMs` is the longest task by its time of a processor; the gaps have what others took in between too. */
type Attempt = CleanupRun & { readonly noiseMs: number; readonly taskMs: number };
/** Whether the machine was busy as it was measured: it may be no more when it is judged, and its gaps are those of then. */
type Best = Attempt & { readonly busy: boolean };

describe.skipIf(!isThere)("the page's thread during a cleanup of more than 200,000 tokens", () => {
  const sessions = { "a session": sessionItems(), "one text": oneLongText() };
  let browser: Browser;
  let pages: Pages;
  beforeAll(async () => {
    pages = await buildPages(["main-thread"], { workers });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    pages?.close();
  });

  /** What an idle page shows. */
  async function noise(ms: number): Promise<number> {
    const page = await browser.newPage();
    await page.goto(`${pages.url}main-thread.html`);
    const { longestMs } = await page.evaluate(
      (time) => (globalThis as unknown as { mainThreadPage: MainThreadPage }).mainThreadPage.idle(time),
      ms,
    );
    await page.close();
    return longestMs;
  }

  /** One cleanup in a page of its own, whose code is cold; the noise is what the same page shows while it does nothing. */
  async function attempt(session: keyof typeof sessions, executor: Executor): Promise<Attempt> {
    const page = await browser.newPage();
    await page.goto(`${pages.url}main-thread.html`);
    const { result, taskMs } = await longestTask(browser, page, () =>
      page.evaluate(
        async ([list, how]) => {
          const { mainThreadPage } = globalThis as unknown as { mainThreadPage: MainThreadPage };
          const { longestMs: noiseMs } = await mainThreadPage.idle(300);
          return { ...(await mainThreadPage.clean(list, how)), noiseMs };
        },
        // As text: the types of what crosses are deep.
        [JSON.parse(JSON.stringify(sessions[session])) as never, executor] as const,
      ),
    );
    await page.close();
    const measured = { taskMs, ...result };
    if (process.env.FIGURES) console.log(session, executor, JSON.stringify(measured));
    return measured;
  }

  /** The best of some attempts, with the most noise of all; the first within the limit ends them. */
  async function best(session: keyof typeof sessions, executor: Executor): Promise<Best> {
    const runs: Attempt[] = [];
    // Where others want the processors too, a run shows how long the tasks take, and none how long the gaps are.
    const busy = isBusy();
    const most = busy ? 3 : attempts;
    const started = performance.now();
    while (runs.length < most && performance.now() - started < patienceMs) {
      runs.push(await attempt(session, executor));
      const { taskMs, longestMs } = runs.at(-1)!;
      if (taskMs <= limitMs && (busy || longestMs <= limitMs) && process.env.FIGURES === undefined) break;
    }
    runs.sort((a, b) => a.longestMs - b.longestMs);
    if (runs[0]!.longestMs > limitMs) runs.push({ ...runs[0]!, noiseMs: await noise(1_500) });
    const taskMs = Math.min(...runs.map((run) => run.taskMs));
    return { ...runs[0]!, taskMs, busy: busy || isBusy(), noiseMs: Math.max(...runs.map(({ noiseMs }) => noiseMs)) };
  }

  test.for([
    ["a session", "inline"],
    ["a session", "workers"],
    ["one text", "inline"],
    ["one text", "workers"],
  ] as const)("is free every 16 ms: %s, %s", async ([session, executor], { skip }) => {
    const run = await best(session, executor);
    expect(run.tokens).toBeGreaterThan(200_000);
    expect(run.freed).toBeGreaterThan(100_000);
    expect(run.skipped.filter((why) => why !== "below minGain")).toEqual([]);
    const { longestMs, noiseMs, taskMs, busy } = run;
    // A thread's time of a processor grows too where others take its caches, though not without bounds.
    expect(taskMs).toBeLessThanOrEqual(busy ? 2 * limitMs : limitMs);
    if (taskMs > limitMs || (longestMs > limitMs && (noiseMs > limitMs || busy))) {
      const line = `this machine is busy (load ${load()}, an idle page waits for ${Math.round(noiseMs)} ms): 16 ms can't be measured`;
      console.warn(`skipped: ${line}`);
      skip(line);
    }
    // On a machine whose idle pages wait for longer than half the limit, no shorter time can be told from noise.
    expect(longestMs).toBeLessThanOrEqual(Math.max(limitMs, 2 * noiseMs));
  });

  test("a cleanup that does block it is noticed", async () => {
    const run = await attempt("a session", "blocking");
    expect(run.longestMs).toBeGreaterThan(60);
    expect(run.taskMs).toBeGreaterThan(limitMs);
    expect(run.longTasks).toBeGreaterThan(0);
  });
});
