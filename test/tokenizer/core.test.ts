import { readFileSync } from "node:fs";
import { get_encoding } from "@dqbd/tiktoken";
import { expect, test } from "vitest";
import { createTokenizerSync } from "../../src/index.ts";

const text = readFileSync(new URL("../../LICENSE", import.meta.url), "utf8");

test.each(["r50k_base", "p50k_base", "cl100k_base", "o200k_base"] as const)("%s gives the reference's ids", (name) => {
  const ours = createTokenizerSync(name);
  const reference = get_encoding(name);
  for (const sample of [
    text,
    "hello world",
    "",
    "中文字符",
    "a".repeat(5000),
    " \n ".repeat(2000),
    "x".repeat(100_000).slice(0, 3000),
  ]) {
    const ids = reference.encode_ordinary(sample);
    expect([...ours.encode(sample)]).toEqual([...ids]);
    expect(ours.count(sample)).toBe(ids.length);
    expect(ours.decode(ids)).toBe(sample);
  }
  reference.free();
});

test("a long text is encoded in parts as if it were one", () => {
  const ours = createTokenizerSync("o200k_base");
  const long = text.repeat(200);
  const reference = get_encoding("o200k_base");
  const ids = reference.encode_ordinary(long);
  reference.free();
  expect(ours.count(long)).toBe(ids.length);
  expect(Buffer.compare(Buffer.from(ours.encode(long).buffer), Buffer.from(ids.buffer))).toBe(0);
  expect(ours.decode(ids)).toBe(long);
});

test("more stray bytes in a row than the core takes at once are U+FFFD each, as in a short text", () => {
  const ours = createTokenizerSync("o200k_base");
  for (const before of [[], [0x61], [0xf0]]) {
    const bytes = new Uint8Array(before.length + 700_000).fill(0x80);
    bytes.set(before);
    const text = new TextDecoder().decode(bytes);
    expect(ours.count(bytes)).toBe(ours.count(text));
    expect(ours.encode(bytes)).toEqual(ours.encode(text));
    expect(ours.countUpTo(bytes, 50)).toEqual({ tokens: 50, exceeded: true });
  }
});
