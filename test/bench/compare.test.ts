import { expect, test } from "vitest";
import { compare } from "../../bench/measure/compare.ts";

const busyMs = (ms: number) => () => {
  for (const endMs = performance.now() + ms; performance.now() < endMs; );
};
const short = { rounds: 3, caseMs: 2 };

test("ratios say how many times as fast the first is", async () => {
  const timed = await compare({ ours: busyMs(0.2), theirs: busyMs(0.8) }, short);
  expect(timed.ratio("ours", "theirs")).toBeGreaterThan(2);
  expect(timed.ratio("theirs", "ours")).toBeLessThan(0.5);
  expect(timed.ns("theirs")).toBeGreaterThanOrEqual(0.8e6);
});

test("asynchronous work is awaited", async () => {
  const wait = () => new Promise((resolve) => setTimeout(resolve, 4));
  const timed = await compare({ wait, nothing: async () => {} }, short);
  expect(timed.ns("wait")).toBeGreaterThan(3e6);
  expect(timed.ns("nothing")).toBeLessThan(1e6);
});

test.each([
  ["thrown", () => 1],
  ["rejected", async () => 1],
])("an error %s in a round rejects the comparison and ends nothing else", async (_, first) => {
  let calls = 0;
  const failsLater = () => {
    if (++calls < 3) return first();
    if (first() instanceof Promise) return Promise.reject(new Error("broken"));
    throw new Error("broken");
  };
  await expect(compare({ failsLater, fine: () => 1 }, short)).rejects.toThrow("broken");
});

test("a case that is left out has no times", async () => {
  const timed = await compare<"ours" | "absent">({ ours: () => 1 }, short);
  expect(timed.ratio("ours", "absent")).toBeNaN();
});
