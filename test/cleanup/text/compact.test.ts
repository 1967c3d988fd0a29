import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compactLossless } from "../../../src/cleanup/text/compact.ts";
import { nastyText } from "./nasty-text.ts";

describe("terminal control sequences", () => {
  test.each([
    ["colours", "\x1b[31mred\x1b[0m and \x1b[1;38;5;208mbold\x1b[m", "red and bold"],
    ["cursor moves and erasing", "a\x1b[2K\x1b[1Gb\x1b[?25l", "ab"],
    ["window title", "\x1b]0;title\x07text", "text"],
    ["character sets and keypad modes", "\x1b(Bplain\x1b=", "plain"],
    ["the one-character CSI", "\x9b1mbold\x9b0m", "bold"],
    [
      "a hyperlink keeps its address",
      "see \x1b]8;;https://a.b/c\x1b\\docs\x1b]8;;\x1b\\.",
      "see docs (https://a.b/c).",
    ],
    ["a hyperlink that shows its address", "\x1b]8;;https://a.b\x07https://a.b\x1b]8;;\x07", "https://a.b"],
    ["a broken sequence loses only its ESC", "x\x1b[31", "x[31"],
    ["a removed sequence does not form another", "\x1b\x1b[0m[31mred", "[31mred"],
    ["an unfinished title ends with its line", "\x1b]0;half\nnext", "]0;half\nnext"],
  ])("%s", (_, text, expected) => expect(compactLossless(text)).toBe(expected));
});

test.each([
  ["a spinner", "Installing ... -\b \b\\\b \b|\b \bdone\nok", "Installing ... done\nok"],
  ["bold and underlined letters of a manual page", "N\bNA\bAM\bME\bE _\bf_\bi_\bl_\be", "NAME file"],
  ["a counter", "10%\b\b\b20%\b\b\b100%", "100%"],
  ["more than there is to go back", "\b\bab", "ab"],
])("backspaces: %s", (_, text, expected) => expect(compactLossless(text)).toBe(expected));

describe("white space between the tokens of JSON", () => {
  test.each([
    ["a document", '{\n  "a": [ 1, 2 ],\n  "b": { }\n}', '{"a":[1,2],"b":{}}'],
    [
      "numbers stay as written",
      '{ "a": 1.0, "b": 1e400, "c": -0, "d": 123456789012345678901 }',
      '{"a":1.0,"b":1e400,"c":-0,"d":123456789012345678901}',
    ],
    ["duplicate keys stay", '{ "a": 1, "a": 2 }', '{"a":1,"a":2}'],
    ["strings stay", '[ "a  b\\t\\" , ]", " {  } " ]', '["a  b\\t\\" , ]"," {  } "]'],
    ["JSON lines, each for itself", '{ "a": 1 }\n{ "a": 2 }', '{"a":1}\n{"a":2}'],
    [
      "JSON lines that differ in a time stay",
      ["1", "2", "3", "4"].map((n) => `{ "ts": ${n}, "msg": "ping" }`).join("\n"),
      ["1", "2", "3", "4"].map((n) => `{"ts":${n},"msg":"ping"}`).join("\n"),
    ],
    ["between prose", 'Result:\n{\n  "ok": true\n}\nDone.', 'Result:\n{"ok":true}\nDone.'],
    ["cut off by the end", '[ 1, 2, 3, 4, 5, 6, 7, 8, { "a": "b  c', '[1,2,3,4,5,6,7,8,{"a":"b  c'],
  ])("%s", (_, text, expected) => expect(compactLossless(text)).toBe(expected));

  test.each([
    ["a leading zero", "[ 01 ]"],
    ["a trailing comma", "[ 1, ]"],
    ["a comment", "{ // x\n}"],
    ["single quotes", "{ 'a': 1 }"],
    ["a word after it", '{ "a": 1 } and'],
    ["a key without value", '{ "a" }'],
    ["the wrong bracket", "[ 1 }"],
    ["a raw line break in a string", '[ "a\nb" ]'],
    ["fenced code", '```json\n{ "a": 1 }\n```'],
    ["a short unfinished list", "[ 1, 2"],
  ])("%s is not touched", (_, text) => expect(compactLossless(text)).toBe(text));

  test("what JSON.parse reads from it is the same", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.integer({ min: 1, max: 4 }), (json, indent) => {
        const value: unknown = JSON.parse(json);
        fc.pre(typeof value === "object" && value !== null);
        const pretty = JSON.stringify(value, null, indent);
        expect(compactLossless(pretty)).toBe(JSON.stringify(value));
      }),
    );
  });
});

describe("white space at line ends", () => {
  test.each([
    ["goes", "one \ntwo\t\t\n\nthree   ", "one\ntwo\n\nthree"],
    ["before CRLF too", "one \r\ntwo\r\n", "one\r\ntwo\r\n"],
    ["two blanks are a line break in markdown", "Street 1  \nCity     \nEnd  ", "Street 1  \nCity  \nEnd"],
    ["blank lines at the end go", "text\n\n \n\n", "text\n"],
  ])("%s", (_, text, expected) => expect(compactLossless(text)).toBe(expected));

  test.each([
    ["a diff", "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n one \n-two  \n+two\n \n three "],
    ["fenced code", "Look:\n```\nx = 1   \n\ty \n```\n"],
    ["indented code", "Look:\n\n    x = 1   \n\n    y = 2 \n"],
    ["source code", "def f(x): \n    return x \n\nclass A:\n    pass  \n\nimport os \n"],
    ["numbered source code", "12: def f(x): \n13:     return x \n14: \n15: import os \n"],
    ["a conflict", "<<<<<<< ours \na \n=======\nb \n>>>>>>> theirs\n"],
  ])("%s keeps it", (_, text) => expect(compactLossless(text)).toBe(text));
});

describe("repeated lines", () => {
  const line = "connection refused, retrying";
  test.each([
    ["one line", `${line}\n${line}\n${line}\n${line}\nok`, `${line}\n[line repeated 3 more times]\nok`],
    [
      "a block",
      `start\n${"ping the host\nno answer\n".repeat(5)}end`,
      "start\nping the host\nno answer\n[2 lines repeated 4 more times]\nend",
    ],
    [
      "JSON lines, which are no code",
      '{ "level": "info", "msg": "ping" }\n'.repeat(4),
      '{"level":"info","msg":"ping"}\n[line repeated 3 more times]\n',
    ],
    ["CRLF", `${line}\r\n${line}\r\n${line}\r\nok`, `${line}\r\n[line repeated 2 more times]\r\nok`],
  ])("%s", (_, text, expected) => expect(compactLossless(text)).toBe(expected));

  test.each([
    ["two of them", `${line}\n${line}`],
    ["short ones, where the count would be longer", "a\na\na\na"],
    ["in a fence", `\`\`\`\n${`${line}\n`.repeat(5)}\`\`\``],
    ["in a diff", `@@ -1 +1,5 @@\n${`+${line}\n`.repeat(5)}`.trimEnd()],
  ])("%s stay", (_, text) => expect(compactLossless(text)).toBe(text));
});

test("a text with nothing to do comes back unchanged", () => {
  for (const text of ["", "x", "Plain prose.\n\nTwo paragraphs.\n", "한국어 日本語 ไทย", '{"a":1}'])
    expect(compactLossless(text)).toBe(text);
});

test("never longer, and compacting again changes nothing", () => {
  fc.assert(
    fc.property(nastyText, (text) => {
      const once = compactLossless(text);
      expect(once.length).toBeLessThanOrEqual(text.length);
      expect(compactLossless(once)).toBe(once);
    }),
    { numRuns: 3000 },
  );
});
