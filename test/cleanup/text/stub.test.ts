import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stubBulky } from "../../../src/cleanup/text/stub.ts";
import { nastyText } from "./nasty-text.ts";

/** Bytes without a pattern, the same in each run. */
function bytes(length: number): Buffer {
  const chunks: Buffer[] = [];
  for (let i = 0; i * 32 < length; i++) chunks.push(createHash("sha256").update(String(i)).digest());
  return Buffer.concat(chunks).subarray(0, length);
}
const stub = (text: string) => stubBulky(text).text;

describe("base64 and hexadecimal strings", () => {
  const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), bytes(292)]);
  const base64 = bytes(600).toString("base64");
  test.each([
    ["in a sentence", `see ${base64} here`, "see [base64 removed: 600 bytes] here"],
    [
      "in a data URI",
      `![x](data:image/png;base64,${png.toString("base64")})`,
      "![x](data:image/png;base64,[base64 removed: PNG image, 300 bytes])",
    ],
    ["URL-safe", `token=${bytes(600).toString("base64url")}&x=1`, "token=[base64 removed: 600 bytes]&x=1"],
    ["wrapped", `a\n${base64.replace(/.{76}/g, "$&\n")}\nb`, "a\n[base64 removed: 600 bytes]\nb"],
    [
      "wrapped in a JSON string",
      `{"k":"${base64.replace(/.{64}/g, "$&\\n")}\\n"}`,
      '{"k":"[base64 removed: 600 bytes]\\n"}',
    ],
    [
      "in PEM",
      `-----BEGIN KEY-----\n${base64.replace(/.{64}/g, "$&\n")}\n-----END KEY-----`,
      "-----BEGIN KEY-----\n[base64 removed: 600 bytes]\n-----END KEY-----",
    ],
    ["hexadecimal", `sum ${bytes(200).toString("hex")}.`, "sum [hex removed: 200 bytes]."],
    ["padding", `${bytes(601).toString("base64")}`, "[base64 removed: 601 bytes]"],
  ])("%s", (_, text, expected) => expect(stub(text)).toBe(expected));

  test.each([
    ["short base64", bytes(150).toString("base64")],
    ["a hash of a lock file", `sha512-${bytes(64).toString("base64")}`],
    ["one letter over and over", "A".repeat(5000)],
    ["a genome", "acgtTGCA".repeat(200)],
    ["a long number", "31415926535897932384".repeat(40)],
    ["a path", `/${"usr/share/some_package_name/".repeat(20)}`],
    ["a long word", "Donaudampfschifffahrtsgesellschaft".repeat(12)],
    ["lines of names", "AlphaBetaGammaDeltaEpsilonZetaEtaTheta\n".repeat(20)],
  ])("%s stays", (_, text) => expect(stubBulky(text)).toEqual({ text, changed: false }));
});

test("hex dumps keep their first two lines and the last", () => {
  const row = (i: number) =>
    `${(16 * i).toString(16).padStart(8, "0")}: 7f45 4c46 0201 0100 0000 0000 0000 0000  .ELF............`;
  const dump = Array.from({ length: 40 }, (_, i) => row(i));
  expect(stub(`$ xxd a\n${dump.join("\n")}\n$`)).toBe(
    `$ xxd a\n${row(0)}\n${row(1)}\n[hex dump: 37 lines removed]\n${row(39)}\n$`,
  );
});

test("a table of code points is no hex dump", () => {
  const text = Array.from(
    { length: 40 },
    (_, i) => `${(0x1f600 + (i % 7)).toString(16)} 200D 2695 ; fully-qualified`,
  ).join("\n");
  expect(stub(text)).toBe(text);
});

describe("stack traces of 30 frames keep the four nearest to the error and the farthest", () => {
  const times = (frame: (i: number) => string) => Array.from({ length: 30 }, (_, i) => frame(i)).join("\n");
  test.each([
    ["Node", "TypeError: x is not a function", (i: number) => `    at Runner.step${i} (/srv/app/runner.js:${i}:5)`],
    [
      "Node, async and anonymous",
      "Error: x",
      (i: number) => (i % 2 ? `    at async /srv/app/${i}.js:1:2` : `    at async Promise.all (index ${i})`),
    ],
    ["Java", "java.lang.IllegalStateException: x", (i: number) => `\tat com.acme.Thing$Inner.run${i}(Thing.java:${i})`],
    [
      ".NET",
      "System.Exception: x",
      (i: number) => `   at Acme.Thing.Run${i}(String name) in C:\\src\\Thing.cs:line ${i}`,
    ],
    [
      "Go",
      "panic: x\n\ngoroutine 1 [running]:",
      (i: number) => `main.(*T).step${i}(0xc000, 0x1)\n\t/src/main.go:${i} +0x1d`,
    ],
    [
      "Rust",
      "thread 'main' panicked at src/main.rs:4:5:\nx\nstack backtrace:",
      (i: number) => `  ${i}: app::step${i}\n             at /src/main.rs:${i}:9`,
    ],
    ["Ruby", "a.rb:1:in `x': boom (RuntimeError)", (i: number) => `\tfrom /srv/a.rb:${i}:in \`step${i}'`],
    ["PHP", "PHP Fatal error:  Uncaught Exception: x", (i: number) => `#${i} /srv/a.php(${i}): step${i}()`],
    [
      "gdb",
      "Program received signal SIGSEGV",
      (i: number) => `#${i}  0x00007ffff7a5${i} in step${i} (p=0x0) at a.c:${i}`,
    ],
    ["Elixir", "** (RuntimeError) x", (i: number) => `    (app 0.1.0) lib/a.ex:${i}: A.step${i}/1`],
    ["Firefox", "Error: x", (i: number) => `step${i}@https://a.b/app.js:${i}:7`],
  ])("%s", (_, message, frame) => {
    const expected = [
      message,
      frame(0),
      frame(1),
      frame(2),
      frame(3),
      "    [25 stack frames removed]",
      frame(29),
      "after",
    ].join("\n");
    expect(stub(`${message}\n${times(frame)}\nafter`)).toBe(expected);
  });

  test("Python, whose last frames are the nearest", () => {
    const frame = (i: number) =>
      `  File "/srv/app/a${i}.py", line ${i}, in step${i}\n    step${i + 1}(x)\n    ~~~~~~^^^`;
    const text = `Traceback (most recent call last):\n${times(frame)}\nValueError: x`;
    const expected = [
      "Traceback (most recent call last):",
      frame(0),
      "    [25 stack frames removed]",
      ...[26, 27, 28, 29].map(frame),
      "ValueError: x",
    ];
    expect(stub(text)).toBe(expected.join("\n"));
  });

  test("prose that begins with at stays", () => {
    const text = "  at home\n  at work\n  at noon\n".repeat(10);
    expect(stub(text)).toBe(text);
  });
});

test("never longer, doing it again changes nothing, changed tells", () => {
  fc.assert(
    fc.property(nastyText, (text) => {
      const once = stubBulky(text);
      expect(once.text.length).toBeLessThanOrEqual(text.length);
      expect(once.changed).toBe(once.text !== text);
      expect(stubBulky(once.text)).toEqual({ text: once.text, changed: false });
    }),
    { numRuns: 2000 },
  );
});
