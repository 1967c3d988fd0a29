import { afterEach, expect, test } from "vitest";
import { createWebWorkerCleanup, shareWebWorkerCleanup } from "../../../src/cleanup/web-worker-cleanup.ts";
import type { Batch, Executor } from "../../../src/workers/executor.ts";
import { createPoolExecutor } from "../../../src/workers/pool-executor.ts";
import { createWebPool } from "../../../src/workers/web-pool.ts";
import { echoInline } from "../../support/echo-inline.ts";
import { runTests } from "./run-tests.ts";

const open: Executor[] = [];

/** Workers of the page, with what each was sent and whether it was ended. */
class SeenWorker extends Worker {
  readonly sent: string[] = [];
  ended = false;
  override postMessage(message: object): void {
    this.sent.push(Object.keys(message)[0]!);
    super.postMessage(message);
  }
  override terminate(): void {
    this.ended = true;
    super.terminate();
  }
}

/** A pool whose workers behave as `hows` says, one after the other, and then well; on the page's thread the task says so. */
function frailPool(
  hows: readonly string[],
  change: { threads?: number; maxQueue?: number; idleTimeoutMs?: number; answerWithinMs?: number } = {},
) {
  const workers: SeenWorker[] = [];
  const { idleTimeoutMs = 1_000, answerWithinMs = 10_000, ...more } = change;
  const executor = createPoolExecutor({
    threads: 1,
    maxQueue: 8,
    inlineBelowChars: 0,
    ...more,
    start: async () =>
      createWebPool({
        createWorker() {
          const how = hows[workers.length] ?? "well";
          if (how === "refused") throw new DOMException("no", "SecurityError");
          const worker = new SeenWorker(`frail.worker.js?how=${how}`, { type: "module" });
          workers.push(worker);
          return worker;
        },
        needs: async ({ encoding }) =>
          new Map(
            encoding === undefined
              ? []
              : [
                  ["a", 1],
                  [encoding, 2],
                ],
          ),
        idleTimeoutMs,
        answerWithinMs,
      }),
    inline: echoInline(),
  });
  open.push(executor);
  return { executor, workers };
}

const batch = (...inputs: unknown[]): Batch => ({ task: "echo", settings: {}, inputs, chars: 1 });
const answers = (...inputs: unknown[]) => inputs.map((input) => ({ value: { input, onceReceived: 0 } }));
const inline = [{ value: "inline" }];
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function poolTests(): void {
  afterEach(async () => {
    for (const executor of open.splice(0)) await executor.close();
  });

  test("no worker is started before the first batch; one answers batch after batch, and ends when idle", async () => {
    const { executor, workers } = frailPool([], { idleTimeoutMs: 60 });
    await rest(20);
    expect(workers.length).toBe(0);
    expect(await executor.run(batch("a", "\ud83d"))).toEqual(answers("a", "\ud83d"));
    expect(await executor.run(batch("b"))).toEqual(answers("b"));
    expect(workers.length).toBe(1);
    await rest(200);
    expect(workers[0]!.ended).toBe(true);
    expect(await executor.run(batch("c"))).toEqual(answers("c"));
    expect(workers.length).toBe(2);
  });

  test("what workers need is sent to each of them once", async () => {
    const { executor, workers } = frailPool([], { threads: 2 });
    const needy = (encoding: string) => executor.run({ ...batch("a"), encoding });
    for (const [value] of [
      await Promise.all([needy("x"), needy("x")]),
      await Promise.all([needy("x"), needy("x")]),
    ].flat()) {
      expect(value).toEqual({ value: { input: "a", onceReceived: 2 } });
    }
    expect(workers.map(({ sent }) => sent)).toEqual([
      ["once", "once", "batch", "batch"],
      ["once", "once", "batch", "batch"],
    ]);
    expect(await needy("y")).toEqual([{ value: { input: "a", onceReceived: 3 } }]);
  });

  test("a batch whose worker fails is tried once more, in another", async () => {
    const { executor, workers } = frailPool(["throw"]);
    expect(await executor.run(batch("a", "b"))).toEqual(answers("a", "b"));
    expect(workers.map(({ ended }) => ended)).toEqual([true, false]);
  });

  test("one of ours whose worker fails twice runs on the page's thread; later ones run in workers again", async () => {
    const { executor } = frailPool(["throw", "throw"]);
    expect(await executor.run(batch("a"))).toEqual(inline);
    expect(await executor.run(batch("b"))).toEqual(answers("b"));
  });

  test("code of the caller's whose worker fails twice is refused", async () => {
    const { executor } = frailPool(["throw", "throw"]);
    await expect(executor.run(batch("a"), { killAfterMs: 60_000 })).rejects.toMatchObject({ code: "WORKER_FAILED" });
  });

  test("code of the caller's that hangs is ended when its time is up", async () => {
    const { executor, workers } = frailPool(["hang"]);
    await expect(executor.run(batch("a"), { killAfterMs: 300 })).rejects.toMatchObject({ code: "WORKER_FAILED" });
    expect(workers[0]!.ended).toBe(true);
    expect(await executor.run(batch("b"))).toEqual(answers("b"));
  });

  test("a worker that was killed without a word is noticed by its silence", async () => {
    const { executor } = frailPool(["hang", "well"], { answerWithinMs: 1_500 });
    expect(await executor.run(batch("a"))).toEqual(answers("a"));
  });

  test.each([["load"], ["refused"]])(
    "workers that can't be started (%s) leave the work on the page's thread for good",
    async (how) => {
      const { executor, workers } = frailPool([how, how, how, how]);
      expect(await executor.run(batch("a"))).toEqual(inline);
      expect(await executor.run(batch("b"))).toEqual(inline);
      expect(workers.length).toBeLessThanOrEqual(2);
      await expect(executor.run(batch("c"), { killAfterMs: 1_000 })).rejects.toMatchObject({ code: "WORKER_FAILED" });
    },
  );

  test("a script that is not there leaves the work on the page's thread", async () => {
    const executor = createWebWorkerCleanup({ createWorker: () => new Worker("nowhere.js", { type: "module" }) });
    open.push(executor);
    const inputs = [{ id: "x", text: "a  \n".repeat(9_000), tokens: 20_000, maxTokens: 1 }];
    const [outcome] = await executor.run({ task: "shorten", settings: { to: "lossless" }, inputs, chars: 36_000 });
    expect(outcome).toMatchObject({ value: { as: "lossless" } });
  });

  test("an abort is answered at once", async () => {
    const { executor } = frailPool(["hang"]);
    const abort = new AbortController();
    const running = executor.run(batch("a"), { signal: abort.signal, killAfterMs: 60_000 });
    setTimeout(() => abort.abort(), 100);
    await expect(running).rejects.toMatchObject({ code: "ABORTED" });
    await expect(executor.run(batch("a"), { signal: abort.signal })).rejects.toMatchObject({ code: "ABORTED" });
    expect(await executor.run(batch("b"))).toEqual(answers("b"));
  });

  test("with a full queue the next batch waits for the worker, and has it once it is free", async () => {
    const { executor } = frailPool(["hang"], { maxQueue: 0 });
    const first = executor.run(batch("a"), { killAfterMs: 400 }).catch((error: { code: string }) => error.code);
    const second = executor.run(batch("b"));
    expect(await first).toBe("WORKER_FAILED");
    expect(await second).toEqual(answers("b"));
  });

  test("close ends a running batch with a typed error, ends the workers, and refuses new ones", async () => {
    const { executor, workers } = frailPool(["hang"]);
    const running = executor.run(batch("a"));
    setTimeout(() => void executor.close(), 100);
    await expect(running).rejects.toMatchObject({ code: "CLOSED" });
    await expect(executor.run(batch("a"))).rejects.toMatchObject({ code: "CLOSED" });
    expect(workers.map(({ ended }) => ended)).toEqual([true]);
  });

  test("a pool that is closed while it prepares a batch starts no worker", async () => {
    let prepared = () => {};
    let started = 0;
    const pool = createWebPool({
      createWorker() {
        started++;
        return new SeenWorker("frail.worker.js?how=well", { type: "module" });
      },
      needs: () =>
        new Promise((resolve) => {
          prepared = () => resolve(new Map());
        }),
      idleTimeoutMs: 1_000,
      answerWithinMs: 1_000,
    });
    const running = pool.run(batch("a"));
    await pool.destroy();
    prepared();
    await expect(running).rejects.toThrow("closed");
    expect(started).toBe(0);
  });

  test("settings that can't be are refused, and a shared pool lives until its last share is closed", async () => {
    for (const bad of [{ workers: 0 }, { maxQueue: -1 }, { idleTimeoutMs: 0.5 }]) {
      expect(() => createWebWorkerCleanup(bad)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    }
    const [one, two] = [shareWebWorkerCleanup(), shareWebWorkerCleanup()];
    await one.close();
    const job = { task: "signText", settings: {}, inputs: [{ text: "a b c d" }], chars: 30_000 };
    await expect(one.run(job)).rejects.toMatchObject({ code: "CLOSED" });
    expect(await two.run(job)).toMatchObject([{ value: expect.any(Uint32Array) }]);
    await two.close();
  });
}

Object.assign(globalThis, { outcome: runTests(poolTests) });
