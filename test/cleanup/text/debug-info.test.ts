import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { removeDebugInfo } from "../../../src/cleanup/text/debug-info.ts";
import { nastyText } from "./nasty-text.ts";

const clean = (text: string) => removeDebugInfo(text).text;

describe("log lines", () => {
  test("that differ in numbers, times and ids are folded", () => {
    const log = Array.from(
      { length: 20 },
      (_, i) => `2024-05-01T10:00:${10 + i}.123Z INFO worker-${i} took job 7f3a${i}bc in ${i * 3} ms`,
    );
    expect(clean([...log, "done"].join("\n"))).toBe([log[0], "[18 similar lines removed]", log[19], "done"].join("\n"));
  });

  test("of two kinds in turn are folded as a block", () => {
    const log = Array.from(
      { length: 10 },
      (_, i) => `10:00:${10 + i} GET /a/${i} 200\n10:00:${10 + i} POST /b/${i} 201`,
    );
    expect(clean(log.join("\n"))).toBe([log[0], "[16 similar lines removed]", log[9]].join("\n"));
  });

  test("of JSON are folded", () => {
    const log = Array.from({ length: 9 }, (_, i) => `{"ts":${1700000000 + i},"level":"info","msg":"took job ${i}"}`);
    expect(clean(["start", ...log, "end"].join("\n"))).toBe(
      ["start", log[0], "[7 similar lines removed]", log[8], "end"].join("\n"),
    );
  });

  test("progress that is redrawn shows its last state", () => {
    const redrawn = Array.from({ length: 100 }, (_, i) => `Receiving objects: ${i + 1}% (${i + 1}/100)`).join("\r");
    expect(clean(`Cloning\n${redrawn}, done.\nok`)).toBe("Cloning\nReceiving objects: 100% (100/100), done.\nok");
  });

  test.each([
    ["of different kinds", "10:00:01 opened\n10:00:02 read\n10:00:03 wrote\n10:00:04 closed"],
    ["three alike", "10:00:01 tick\n10:00:02 tick\n10:00:03 tick"],
  ])("%s stay", (_, text) => expect(removeDebugInfo(text)).toEqual({ text, changed: false }));

  test.each([
    [
      "rows of JSON",
      Array.from({ length: 20 }, (_, i) => `{"timestamp":"2024-01-${i + 10}","price":${i * 7}}`).join("\n"),
    ],
    ["rows of data", Array.from({ length: 20 }, (_, i) => `${i},${i * i},${i % 3}`).join("\n")],
    ["a listing", Array.from({ length: 20 }, (_, i) => `-rw-r--r-- 1 root root ${i}23 notes-${i}.md`).join("\n")],
    ["code", Array.from({ length: 20 }, (_, i) => `const value${i} = ${i};`).join("\n")],
    ["test results", Array.from({ length: 20 }, (_, i) => `tests/test_${i}.py::test_case_${i} PASSED`).join("\n")],
  ])("%s are no log", (_, text) => expect(removeDebugInfo(text)).toEqual({ text, changed: false }));
});

test("a stack trace keeps its message and the two nearest frames", () => {
  const frames = Array.from({ length: 6 }, (_, i) => `    at step${i} (/srv/app/index.js:${i}:1)`);
  expect(clean(`Error: boom\n${frames.join("\n")}\nCaused by: y`)).toBe(
    `Error: boom\n${frames[0]}\n${frames[1]}\n    [4 stack frames removed]\nCaused by: y`,
  );
});

test("terminal control sequences go", () => expect(clean("\x1b[32mok\x1b[0m")).toBe("ok"));

test("never longer, doing it again changes nothing, changed tells", () => {
  fc.assert(
    fc.property(nastyText, (text) => {
      const once = removeDebugInfo(text);
      expect(once.text.length).toBeLessThanOrEqual(text.length);
      expect(once.changed).toBe(once.text !== text);
      expect(removeDebugInfo(once.text)).toEqual({ text: once.text, changed: false });
    }),
    { numRuns: 2000 },
  );
});
