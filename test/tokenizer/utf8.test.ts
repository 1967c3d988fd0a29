import { isUtf8 } from "node:buffer";
import { expect, test } from "vitest";
import { createTokenizerSync } from "../../src/index.ts";
import { readTable } from "../../src/tokenizer/load-table.ts";
import { factsOf } from "../../src/tokenizer/tables.ts";
import { TokenizerCore } from "../../src/wasm/tokenizer-core.ts";
import { Random } from "../exactness/random.ts";

const core = new TokenizerCore(readTable("cl100k_base")!, factsOf("cl100k_base"));
/** Each byte at which the rules of UTF-8 change, and its neighbours. */
const edges = [
  0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef,
  0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
];

test("every sequence of up to four edge bytes is UTF-8 where Node says so, wherever it lies in a block", () => {
  const differing: string[] = [];
  for (const length of [1, 2, 3, 4]) {
    const total = edges.length ** length;
    for (let number = 0; number < total; number++) {
      const sequence = Array.from(
        { length },
        (_, index) => edges[Math.floor(number / edges.length ** index) % edges.length]!,
      );
      // Before and behind it ASCII, so that it lies anywhere in a block of 16 bytes, across two, and at the end.
      const bytes = new Uint8Array((number % 19) + length + (number % 3) * 7).fill(0x61);
      bytes.set(sequence, number % 19);
      if (core.isUtf8(bytes) !== isUtf8(bytes)) differing.push([...bytes].join(" "));
    }
  }
  expect(differing).toEqual([]);
}, 60_000);

const seed = 20261123;
test(`text with one byte changed or its end cut off is UTF-8 where Node says so (seed ${seed})`, () => {
  const random = new Random(seed);
  const texts = ["plain words ", "žluťoučký ", "使用文字", "👩‍👩‍👧 ", "\u{10ffff}\ud7ff\ue000"];
  let invalid = 0;
  for (let run = 0; run < 20_000; run++) {
    const whole = new TextEncoder().encode(
      Array.from({ length: 1 + random.int(12) }, () => random.pick(texts)).join(""),
    );
    const bytes = whole.subarray(0, random.int(whole.length + 1));
    if (bytes.length > 0 && random.int(3) > 0) bytes[random.int(bytes.length)] = random.int(256);
    const expected = isUtf8(bytes);
    if (!expected) invalid++;
    if (core.isUtf8(bytes) !== expected) throw new Error(`seed ${seed}, run ${run}: ${[...bytes].join(" ")}`);
  }
  expect(invalid).toBeGreaterThan(5_000);
});

test.each(["words and 使用 text. ", "使用", "a", "👍", " \n", "\u0e01\u0e34"])(
  "500 kB of %j count and encode alike as bytes and as text",
  (piece) => {
    const tokenizer = createTokenizerSync("o200k_base");
    // An odd start, so that parts end inside characters.
    const text = `x${piece.repeat(500_000 / new TextEncoder().encode(piece).length)}`;
    const bytes = new TextEncoder().encode(text);
    const ids = tokenizer.encode(text);
    expect(tokenizer.count(bytes)).toBe(ids.length);
    expect(Buffer.compare(Buffer.from(tokenizer.encode(bytes).buffer), Buffer.from(ids.buffer))).toBe(0);
  },
);

test("one invalid byte in the last part of a long text makes all of it read as the Encoding Standard says", () => {
  const tokenizer = createTokenizerSync("cl100k_base");
  const bytes = new TextEncoder().encode("some words, ".repeat(20_000));
  bytes[bytes.length - 1] = 0xe4;
  expect(tokenizer.count(bytes)).toBe(tokenizer.count(`${"some words, ".repeat(20_000).slice(0, -1)}\ufffd`));
  expect(tokenizer.count(new Uint8Array(200_000).fill(0x80))).toBe(tokenizer.count("\ufffd".repeat(200_000)));
});
