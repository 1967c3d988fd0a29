import { expect, test } from "vitest";
import { broken, gated, meetsTarget, passes, type Result } from "../../bench/gate.ts";
import { geometricMean, median, pairedRatio } from "../../bench/measure/statistics.ts";

const fast: Result = { suite: "s", id: "count/mean", value: 300, unit: "MB/s", better: "higher", peer: "p", ratio: 4 };
const small: Result = { suite: "s", id: "table", value: 700, unit: "kB", better: "lower", gate: "value" };

test("a gate looks at the ratio where there is one, and at the value where a figure says so", () => {
  expect(gated(fast)).toEqual({ of: "ratio", number: 4 });
  expect(gated(small)).toEqual({ of: "value", number: 700 });
  expect(gated({ ...fast, gate: "none" })).toBeUndefined();
});

test("a ratio below its floor fails, and a value that is good when low fails above it", () => {
  expect([passes(fast, 4), passes(fast, 4.1)]).toEqual([true, false]);
  expect([passes(small, 700), passes(small, 699)]).toEqual([true, false]);
});

test("broken floors are named, with those that nothing was measured for, of the suites that ran", () => {
  const floors = { "s/count/mean": 5, "s/table": 800, "s/renamed": 1, "other/x": 1 };
  expect(broken([fast, small], floors, new Set(["s"]))).toEqual([
    "s/count/mean: ratio 4, floor 5",
    "s/renamed: not measured, floor 1",
  ]);
});

test("a target is met, missed, or absent", () => {
  expect(meetsTarget({ ...fast, target: { of: "ratio", min: 4 } })).toBe(true);
  expect(meetsTarget({ ...small, target: { of: "value", max: 699 } })).toBe(false);
  expect(meetsTarget(fast)).toBeUndefined();
});

test("statistics of rounds", () => {
  expect(median([5, 1, 9])).toBe(5);
  expect(median([4, 1, 9, 2])).toBe(3);
  expect(geometricMean([2, 8])).toBeCloseTo(4);
  expect(pairedRatio([1, 2, 4], [3, 4, 4])).toBe(2); // rounds: 3, 2, 1
});
