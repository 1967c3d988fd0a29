import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { createPace } from "../../src/manager/pace.ts";
import type { Batch, Executor } from "../../src/workers/executor.ts";
import { readLongTexts, shareLongTexts } from "../../src/workers/large-text.ts";

import { createShared } from "../../src/workers/shared.ts";
import { createThreadExecutor } from "../../src/workers/thread-executor.ts";
import { echoInline } from "../support/echo-inline.ts";

const open: Executor[] = [];
afterEach(async () => {
  for (const executor of open.splice(0)) await executor.close();
});

/** A pool whose threads end `failures` times before one answers; on the calling thread the task says so. */
function frailPool(
  how: "exit" | "memory" | "hang",
  failures: number,
  change: { threads?: number; maxQueue?: number } = {},
) {
  const tries = new Int32Array(new SharedArrayBuffer(4));
  const executor = createThreadExecutor({
    threads: 1,
    maxQueue: 8,
    maxHeapMb: 24,
    idleTimeoutMs: 1_000,
    inlineBelowChars: 0,
    workerFile: new URL("./fixtures/frail.worker.mjs", import.meta.url),
    workerData: () => ({ tries, failures, how }),
    inline: echoInline(),
    ...change,
  });
  open.push(executor);
  return { executor, tries };
}

const batch = (...inputs: unknown[]): Batch => ({ task: "echo", settings: {}, inputs, chars: 1 });

test("a batch whose worker dies is tried once more", async () => {
  const { executor, tries } = frailPool("exit", 1);
  expect(await executor.run(batch("a", "b"))).toEqual([{ value: "a" }, { value: "b" }]);
  expect(tries[0]).toBe(2);
});

test("a batch of ours whose worker dies twice runs on the calling thread; later ones run in workers again", async () => {
  const { executor } = frailPool("exit", 2);
  expect(await executor.run(batch("a"))).toEqual([{ value: "inline" }]);
  expect(await executor.run(batch("b"))).toEqual([{ value: "b" }]);
});

test("code of the caller's that ends its worker twice is refused", async () => {
  const { executor } = frailPool("exit", 2);
  await expect(executor.run(batch("a"), { killAfterMs: 60_000 })).rejects.toMatchObject({ code: "WORKER_FAILED" });
});

test("what runs out of memory twice is refused, and this process lives", async () => {
  const { executor } = frailPool("memory", 2);
  await expect(executor.run(batch("a"))).rejects.toMatchObject({ code: "WORKER_FAILED", data: { reason: "memory" } });
  expect(await executor.run(batch("b"))).toEqual([{ value: "b" }]);
});

test("code of the caller's that hangs is ended when its time is up", async () => {
  const { executor } = frailPool("hang", 1);
  await expect(executor.run(batch("a"), { killAfterMs: 300 })).rejects.toMatchObject({ code: "WORKER_FAILED" });
  expect(await executor.run(batch("b"))).toEqual([{ value: "b" }]);
});

test("an abort is answered at once", async () => {
  const { executor } = frailPool("hang", 1);
  const abort = new AbortController();
  const running = executor.run(batch("a"), { signal: abort.signal });
  setTimeout(() => abort.abort(), 20);
  await expect(running).rejects.toMatchObject({ code: "ABORTED" });
  await expect(executor.run(batch("a"), { signal: abort.signal })).rejects.toMatchObject({ code: "ABORTED" });
});

test("code of the caller's that hangs holds up only its like: ours have threads of their own", async () => {
  const { executor, tries } = frailPool("hang", 1, { maxQueue: 0 });
  const hanging = executor.run(batch("a"), { killAfterMs: 2_000 }).catch((error) => error.code);
  while (tries[0] === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const refused = executor.run(batch("b"), { killAfterMs: 2_000 }).catch((error) => error.code);
  // More than the thread takes at once, and no queue: the rest waits for a place, or runs on the calling thread.
  const ours = await Promise.all(["c", "d", "e", "f"].map((input) => executor.run(batch(input))));
  for (const [i, outcomes] of ours.entries()) {
    expect([[{ value: "cdef"[i] }], [{ value: "inline" }]]).toContainEqual(outcomes);
  }
  expect(ours[0]).toEqual([{ value: "c" }]);
  expect(await hanging).toBe("WORKER_FAILED");
  expect(["QUEUE_FULL", [{ value: "b" }]]).toContainEqual(await refused);
});

test("close ends a running batch with a typed error, and refuses new ones", async () => {
  const { executor } = frailPool("hang", 1);
  const running = executor.run(batch("a"));
  setTimeout(() => void executor.close(), 100);
  await expect(running).rejects.toMatchObject({ code: "CLOSED" });
  await expect(executor.run(batch("a"))).rejects.toMatchObject({ code: "CLOSED" });
});

test("a worker file that is missing leaves the work on the calling thread", async () => {
  const executor = createThreadExecutor({
    threads: 1,
    maxQueue: 1,
    maxHeapMb: 24,
    idleTimeoutMs: 0,
    inlineBelowChars: 0,
    workerFile: new URL("./fixtures/nowhere.mjs", import.meta.url),
    workerData: () => ({}),
    inline: echoInline(),
  });
  open.push(executor);
  expect(await executor.run(batch("a"))).toEqual([{ value: "inline" }]);
});

test("a shared executor starts with its first share and ends with its last", async () => {
  const log: string[] = [];
  const share = createShared(() => {
    log.push("start");
    return { concurrency: 1, run: async () => [{ value: log.length }], close: async () => void log.push("close") };
  });
  const [one, two] = [share(), share()];
  await one.close();
  await one.close();
  await expect(one.run(batch())).rejects.toMatchObject({ code: "CLOSED" });
  expect(await two.run(batch())).toEqual([{ value: 1 }]);
  await two.close();
  const three = share();
  await three.close();
  expect(log).toEqual(["start", "close", "start", "close"]);
});

test("long texts cross in shared memory unit by unit, lone surrogates and all", async () => {
  const long = `\ud800${"aé漢😀".repeat(100_000)}\udc00`;
  const inputs = [{ id: "x", text: long }, [{ text: long }, { text: "short" }], 7, null];
  const shared = await shareLongTexts(inputs, createPace());
  expect((shared[0] as { text: unknown }).text).not.toBe(long);
  expect(readLongTexts(structuredClone(shared))).toEqual(inputs);
});

const run = promisify(execFile);
const built = new URL("../../build/js/index.node.js", import.meta.url).href;
const text = "The quick brown fox jumps over the lazy dog. ".repeat(400);
const work = `await Promise.all([1, 2, 3].map(() => executor.run({ task: "shorten", settings: { to: "summary" }, chars: 18000,
  encoding: "o200k_base", inputs: [{ id: "a", text: ${JSON.stringify(text)}, tokens: 4000, maxTokens: 50 }] })))`;

test.each([
  ["only imports the library", ""],
  ["closed what it used", `const executor = lib.createPooledCleanup(); ${work}; await executor.close();`],
  ["did not close it", `const executor = lib.createPooledCleanup(); ${work};`],
])("a process that %s exits by itself", async (_, code) => {
  const script = `const lib = await import(${JSON.stringify(built)}); ${code} console.log("end");`;
  const started = performance.now();
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { timeout: 20_000 });
  expect(stdout.trim()).toBe("end");
  expect(performance.now() - started).toBeLessThan(20_000);
});
