import { expect, test } from "vitest";
import { compactLossless } from "../../../src/cleanup/text/compact.ts";
import { removeDebugInfo } from "../../../src/cleanup/text/debug-info.ts";
import { stubBulky } from "../../../src/cleanup/text/stub.ts";

const repeat = (piece: string) => piece.repeat(Math.ceil(1_000_000 / piece.length));
const worst: readonly (readonly [string, string])[] = [
  ["one letter", repeat("a")],
  ["blanks", repeat(" ")],
  ["blanks and line breaks", repeat(" \n")],
  ["carriage returns", repeat("x\ry\n")],
  ["ESC", repeat("\x1b")],
  ["CSI without an end", repeat("\x1b[1")],
  ["titles without an end", repeat("\x1b]")],
  ["one title without an end", `\x1b]${repeat("x")}`],
  ["links", repeat("\x1b]8;;u\x07t")],
  ["open brackets", repeat("[")],
  ["open brackets on lines", repeat("[\n")],
  ["open objects on lines", repeat('{\n"a":1,\n')],
  ["strings on lines", repeat('["\n')],
  ["a long array", `[${repeat("1, ")}1 ]`],
  ["fences", repeat("```\n")],
  ["diff headers", repeat("--- a\n+++ b\n")],
  ["equal lines", repeat("the same line\n")],
  ["lines of period 9", repeat("1a\n2a\n3a\n4a\n5a\n6a\n7a\n8a\n9a\n")],
  ["ten long equal lines", `${"x".repeat(100_000)}\n`.repeat(10)],
  ["log lines", repeat("10:00:01 INFO x 1\n")],
  ["stack frames", repeat("    at f (a.js:1:2)\n")],
  ["half of a frame", repeat("    at ")],
  ["Python frames", repeat('  File "a", line 1\n')],
  ["base64", repeat("aB3/")],
  ["base64 below the limit", repeat("aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3aB3 ")],
  ["a hex dump", repeat("00000000: 00 00 00 00 00\n")],
  ["digits", repeat("1")],
  ["brackets", repeat("(")],
  ["percent", repeat("1% ")],
];

test.each(worst)("1 MB of %s takes bounded time, is never longer, and is done at once", (_, text) => {
  const startedMs = performance.now();
  for (const shorten of [
    compactLossless,
    (each: string) => stubBulky(each).text,
    (each: string) => removeDebugInfo(each).text,
  ]) {
    const once = shorten(text);
    expect(once.length).toBeLessThanOrEqual(text.length);
    expect(shorten(once) === once).toBe(true);
  }
  expect(performance.now() - startedMs).toBeLessThan(15_000);
});

test("a long array is compacted whole", () => {
  const numbers = Array.from({ length: 300_000 }, (_, i) => i);
  expect(compactLossless(JSON.stringify(numbers, null, 1)) === JSON.stringify(numbers)).toBe(true);
});
