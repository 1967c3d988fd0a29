import fc from "fast-check";

const frame = "    at run (/srv/app/index.js:10:5)\n";
const blob = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg".repeat(4);

/** Pieces that the cleaners look for, whole and broken. Joined at random they make texts far nastier than real ones. */
export const pieces = [
  ..."\x1b[31m|\x1b|\x9b|[0m|\x1b]8;;http://x\x07|\x1b]8;;\x07|\x1b]0;t|\x07|\x1b\\|\x1b(B|\x1b#".split("|"),
  ...'{|}|[|]|,|:|"a"|"|\\|1.0|1e400|-|true|null| |  |    |\t|\n|\r\n|\r|\n\n|{ "a": 1 }\n|[ 1, 2 ]\n'.split("|"),
  ..."```|```\n|~~~\n|diff --git a b\n|@@ -1 +1 @@\n|--- a\n+++ b\n|+added \n|-gone \n| same \n|<<<<<<< x\n|>>>>>>> y\n".split(
    "|",
  ),
  ..."    code();\n|\tcode \n|x = 1; \n|import os \n|def f(): \n|return \n|} \n|12: x \n|# Title\n|===\n|---\n".split(
    "|",
  ),
  ..."word|Words stand here. |Noch ein Satz!  |日本語の文。|ภาษาไทย|हिन्दी वाक्य।|русский |한국어 |👩‍👩‍👧|\ud800|é|\u0000|\u2028".split(
    "|",
  ),
  ..."the same line again\n|the same line again\nand another one\n|[line repeated 3 more times]\n|[2 similar lines removed]\n|*\n".split(
    "|",
  ),
  ..."2024-01-01 10:00:00 INFO tick 1\n|2024-01-01 10:00:01 INFO tick 2\n|[  1.5] boot 7\n| 50% [####    ] 1 MB/s\r|ERROR failed 3\n".split(
    "|",
  ),
  "\b",
  "_\b",
  "-\b \b",
  "Error: boom\n",
  frame,
  frame.repeat(12),
  "\tat com.a.B.c(B.java:1)\n".repeat(9),
  "Caused by: x\n",
  "Traceback (most recent call last):\n",
  '  File "a.py", line 1, in f\n    g()\n',
  '  File "a.py", line 1, in f\n    g()\n'.repeat(11),
  "main.main()\n\t/a/main.go:1 +0x1\n".repeat(10),
  "  1: core::a\n             at /a.rs:1:2\n".repeat(10),
  "    [3 stack frames removed]\n",
  blob,
  `${blob.slice(0, 76)}\n`.repeat(6),
  "deadbeef01".repeat(40),
  "A".repeat(300),
  "acgt".repeat(80),
  "=",
  "==",
  "00000000: 7f45 4c46 0201 0100  .ELF....\n",
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `000000${n}0  7f 45 4c 46 02 01 01 00  |.ELF....|\n`),
  "0x12, 0x34, 0x56, 0x78, 0x9a,\n".repeat(9),
];

/** Random joins of {@link pieces}, each repeated up to six times. */
export const nastyText = fc
  .array(
    fc.tuple(
      fc.constantFrom(...pieces),
      fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 6 })),
    ),
    {
      maxLength: 24,
    },
  )
  .map((parts) => parts.map(([piece, times]) => piece.repeat(times)).join(""));
