import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTokenizerSync } from "../../src/index.ts";
import { reference } from "../support/reference.ts";
import { splicedText } from "../support/texts.ts";
import { Comparison } from "./compare.ts";
import { encodings, isLong, seed, tokenStep } from "./plan.ts";
import { Random } from "./random.ts";

const numRuns = isLong ? 20_000 : 400;

/** Byte sequences at which UTF-8 decoders part: overlong, surrogate, beyond U+10FFFF, cut short, stray. */
const broken = [
  [0xc0, 0xaf],
  [0xe0, 0x80, 0xaf],
  [0xed, 0xa0, 0x80],
  [0xed, 0xbf],
  [0xf0, 0x80, 0x80, 0xaf],
  [0xf0, 0x9f, 0x91],
  [0xf0, 0x9f],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf5, 0x80],
  [0xff],
  [0xfe, 0x80],
  [0x80],
  [0xbf, 0xbf, 0xbf, 0xbf],
  [0xe4, 0xbd],
  [0xef, 0xbb, 0xbf],
  [0xef, 0xbb],
  [0xc3],
];

describe.each(encodings)(`%s (seed ${seed})`, (encoding) => {
  const tokenizer = createTokenizerSync(encoding);
  const oracle = reference(encoding);

  test("bytes that are no UTF-8 count as U+FFFD, as the Encoding Standard says; a byte order mark is kept", () => {
    const comparison = new Comparison(encoding);
    const utf8 = new TextEncoder();
    const random = new Random(seed);
    for (let i = 0; i < numRuns; i++) {
      const parts = Array.from({ length: 1 + random.int(5) }, () =>
        random.pick([
          () => random.pick(broken),
          () => [...utf8.encode(random.pick(["a", "使用", "👍", " word", "\n", "é"]))],
          () => Array.from({ length: random.int(6) }, () => random.int(256)),
          () => [...utf8.encode("x".repeat(random.int(70)))],
        ])(),
      );
      comparison.bytes("bytes", Uint8Array.from(parts.flat()));
    }
    expect(comparison.summary.differences).toEqual([]);
    expect(tokenizer.count(Uint8Array.of(0xef, 0xbb, 0xbf))).toBe(oracle.encode_ordinary("\ufeff").length);
  });

  test("decoding is the bytes of the tokens one after another, for any ids in any order", () => {
    const id = fc.nat(50_255);
    fc.assert(
      fc.property(fc.array(id, { maxLength: 40 }), (ids) => {
        const parts = ids.flatMap((one) => [...oracle.decode_single_token_bytes(one)]);
        expect([...tokenizer.decodeBytes(ids)]).toEqual(parts);
        expect(tokenizer.decode(Uint32Array.from(ids))).toBe(
          new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(parts)),
        );
      }),
      { seed, numRuns: numRuns / 4 },
    );
  });

  test("decode undoes encode, and half a character left over spoils no later call", () => {
    fc.assert(
      fc.property(splicedText(), (text) => {
        const ids = tokenizer.encode(text);
        tokenizer.decode(ids.subarray(0, ids.length >> 1));
        expect(tokenizer.decode(ids)).toBe(
          new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode(text)),
        );
      }),
      { seed, numRuns: numRuns / 4 },
    );
  });
});

test("tokens of every encoding decode to their bytes and, where these are text, encode as the reference has it", () => {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  for (const encoding of encodings) {
    const tokenizer = createTokenizerSync(encoding);
    const oracle = reference(encoding);
    const tokens = oracle.token_byte_values().filter((_, index) => index % tokenStep === seed % tokenStep);
    let texts = 0;
    for (const values of tokens) {
      const bytes = Uint8Array.from(values);
      const id = oracle.encode_single_token(bytes);
      expect(Buffer.compare(tokenizer.decodeBytes([id]), bytes)).toBe(0);
      let text: string;
      try {
        text = strict.decode(bytes);
      } catch {
        continue;
      }
      texts++;
      const again = tokenizer.encode(text);
      const expected = oracle.encode_ordinary(text);
      if (again.length !== expected.length || again[0] !== expected[0])
        expect([text, ...again]).toEqual([text, ...expected]);
    }
    expect(texts).toBeGreaterThan(tokens.length * 0.9);
  }
}, 60_000);

test("bytes of views into larger or shared buffers, and of Node's Buffer, are read where they lie", () => {
  const tokenizer = createTokenizerSync("o200k_base");
  const bytes = new TextEncoder().encode("xx hello world yy");
  const view = bytes.subarray(3, 14);
  expect([...tokenizer.encode(view)]).toEqual([24912, 2375]);
  expect(tokenizer.count(Buffer.from("hello world"))).toBe(2);
  const shared = new Uint8Array(new SharedArrayBuffer(11));
  shared.set(view);
  expect(tokenizer.count(shared)).toBe(2);
  expect(tokenizer.count(new Uint8Array(0))).toBe(0);
});
