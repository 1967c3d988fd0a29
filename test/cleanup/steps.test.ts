import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalizedParts, normalizeForComparison } from "../../src/cleanup/similarity/normalize.ts";
import { taskRegistry } from "../../src/cleanup/task-registry.ts";
import type { ShortenInput } from "../../src/cleanup/tasks/shorten.ts";
import type { Outcome, Task } from "../../src/workers/executor.ts";
import { createInlineExecutor } from "../../src/workers/inline.ts";
import { watchLoop } from "../support/watch-loop.ts";
import { nastyText } from "./text/nasty-text.ts";

const counter = await taskRegistry.counter("o200k_base");
const modes = ["lossless", "debug", "summary", "excerpt"] as const;

/** The steps of one task on a text: shortening in one of the modes, or its signature. */
function stepsOf(text: string, mode: (typeof modes)[number] | "sign" | "compare"): Generator<void, unknown> {
  const task = taskRegistry.tasks[
    mode === "sign" ? "signText" : mode === "compare" ? "compareTexts" : "shorten"
  ] as Task;
  const tokens = counter.count(text);
  const input = { id: "x", text, tokens, maxTokens: Math.ceil(tokens / 5), others: [text, text.slice(1000)] };
  const settings = mode === "compare" ? { threshold: 0.9 } : { to: mode };
  return task(input as never, settings as never, { counter });
}

function finish(steps: Generator<void, unknown>): unknown {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

const lines = (line: (i: number) => string, chars: number, separator = "\n") => {
  const made: string[] = [];
  for (let i = 0, length = 0; length < chars; length += made.at(-1)!.length + 1) made.push(line(i++));
  return made.join(separator);
};
const texts = (chars: number): Readonly<Record<string, string>> => ({
  prose: lines((i) => `The build ${i} failed because of key ${(i * 7919) % 1009}. It was late.`, chars, " "),
  log: lines((i) => `2024-01-01 10:${i % 60}:00 INFO tick ${i} ${"abc"[((i / 50) % 3) | 0]}`, chars),
  json: JSON.stringify(
    Array.from({ length: chars / 40 }, (_, id) => ({ id, name: `n${id}` })),
    null,
    1,
  ),
  Chinese: lines((i) => `数据库连接池第${i}次已经耗尽。今天天气很好。`, chars),
  "one line of base64": Buffer.from(Array.from({ length: chars * 0.75 }, (_, i) => (i * i) >> 3)).toString("base64"),
});

const more = (chars: number): Readonly<Record<string, string>> => ({
  "code with blanks at line ends": lines((i) => `function f${i}(x) {\n  const y = x + ${i};   \n  return y;\n}`, chars),
  "terminal output": lines((i) => `\x1b[3${i % 8}mred ${i}\x1b[0m -\b \b`, chars),
});

test("tasks whose steps are interleaved come to what each comes to alone", () => {
  const long = Object.values({ ...texts(150_000), ...more(150_000) });
  const text = fc.oneof({ weight: 3, arbitrary: nastyText }, fc.constantFrom(...long));
  const mode = fc.constantFrom(...modes, "sign" as const, "compare" as const);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(text, mode), { minLength: 2, maxLength: 3 }),
      fc.infiniteStream(fc.nat()),
      (jobs, picks) => {
        const alone = jobs.map(([of, how]) => finish(stepsOf(of, how)));
        const running = jobs.map(([of, how]) => stepsOf(of, how));
        const results: unknown[] = jobs.map(() => undefined);
        const open = new Set(jobs.keys());
        while (open.size > 0) {
          const which = [...open][picks.next().value! % open.size]!;
          const { done, value } = running[which]!.next();
          if (!done) continue;
          results[which] = value;
          open.delete(which);
        }
        expect(results).toEqual(alone);
      },
    ),
    { numRuns: 40 },
  );
});

test("a text normalised in parts is the text normalised", () => {
  const piece = fc.constantFrom(..."aΣσ'.:^` \n1é\u0301\u0345각ᄀ\u1161\u11a8ㄱㅏﾡￂ漢カﾞか\u3099กา\u0e33हिन्दी�😀ﬁＡ");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (parts, size) => {
      const text = parts.join("");
      expect([...normalizedParts(text, size)].join("")).toBe(normalizeForComparison(text));
    }),
    { numRuns: 5000 },
  );
});

describe("on the calling thread a text of 10 MB lets the event loop run all along", () => {
  const large = texts(10_000_000);
  test.each(Object.keys(large))("%s", async (name) => {
    const text = large[name]!;
    let steps = 0;
    for (const job = stepsOf(text, "debug"); !job.next().done; ) steps++;
    expect(steps).toBeGreaterThan(text.length / 40_000);
    // Slices last 4 ms; the bound leaves room for the collector of garbage and a machine that does other things too.
    let longestMs = await longestBlock(text);
    for (let again = 0; again < 4 && longestMs > 100; again++)
      longestMs = Math.min(longestMs, await longestBlock(text));
    expect(longestMs).toBeLessThan(100);
  });
});

/** The longest work between two turns of the event loop while the inline executor shortens a text. */
async function longestBlock(text: string): Promise<number> {
  const executor = createInlineExecutor(taskRegistry);
  const input: ShortenInput = { text, tokens: text.length >> 2, maxTokens: 0 };
  const job = {
    task: "shorten",
    settings: { to: "debug" },
    encoding: "o200k_base",
    inputs: [input],
    chars: text.length,
  };
  const watch = watchLoop();
  const [outcome] = await executor.run(job);
  const { longestMs } = watch();
  expect(outcome as Outcome).toHaveProperty("value");
  return longestMs;
}
