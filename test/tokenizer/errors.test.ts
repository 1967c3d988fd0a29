import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { createTokenizer, createTokenizerSync, TokenBudgetError, type Tokenizer } from "../../src/index.ts";

const secret = "Xq7-secret-text";
const bad = <T>(value: unknown) => value as T;

/** Every call that must be refused, with the code of its error. */
const refused: readonly (readonly [string, string, (tokenizer: Tokenizer) => unknown])[] = [
  ["count of a number", "INVALID_TEXT", (t) => t.count(bad(5))],
  ["count of an array", "INVALID_TEXT", (t) => t.count(bad([secret]))],
  ["count of nothing", "INVALID_TEXT", (t) => t.count(bad(undefined))],
  ["count with an unknown special", "INVALID_ARGUMENT", (t) => t.count(secret, { allowedSpecial: [secret] })],
  ["encode of null", "INVALID_TEXT", (t) => t.encode(bad(null))],
  ["encode of other numbers", "INVALID_TEXT", (t) => t.encode(bad(new Float64Array(3)))],
  ["batch of a text", "INVALID_ARGUMENT", (t) => t.countBatch(bad(secret))],
  ["batch with a number", "INVALID_TEXT", (t) => t.countBatch([secret, bad(1)])],
  ["limit NaN", "INVALID_TOKENS", (t) => t.countUpTo(secret, Number.NaN)],
  ["limit below 0", "INVALID_TOKENS", (t) => t.countUpTo(secret, -1)],
  ["decode of an id too high", "TOKEN_OUT_OF_RANGE", (t) => t.decode([1, 999_999])],
  ["decode of NaN", "TOKEN_OUT_OF_RANGE", (t) => t.decode([Number.NaN])],
  ["decode of a text", "INVALID_ARGUMENT", (t) => t.decode(bad(secret))],
  ["tokens of a number", "INVALID_TEXT", (t) => t.tokens(bad(1))],
  ["truncate to NaN", "INVALID_TOKENS", (t) => t.truncate(secret, Number.NaN)],
  ["truncate to 1.5", "INVALID_TOKENS", (t) => t.truncate(secret, 1.5)],
  ["truncate of bytes", "INVALID_TEXT", (t) => t.truncate(bad(new Uint8Array(2)), 1)],
  ["truncate an unknown side", "INVALID_ARGUMENT", (t) => t.truncate(secret, 1, { keep: bad(secret) })],
  ["truncate with a number as marker", "INVALID_TEXT", (t) => t.truncate(secret, 1, { marker: bad(7) })],
  ["truncate with too long a marker", "INVALID_ARGUMENT", (t) => t.truncate(secret, 1, { marker: secret })],
  ["truncate without options", "INVALID_ARGUMENT", (t) => t.truncate(secret, 1, bad(null))],
  ["split without options", "INVALID_ARGUMENT", (t) => t.split(secret, 1, bad(null))],
  ["count of what calls itself bytes", "INVALID_TEXT", (t) => t.count(bad({ [Symbol.toStringTag]: "Uint8Array" }))],
  ["split at 0", "INVALID_TOKENS", (t) => t.split(secret, 0)],
  ["split with its limit as overlap", "INVALID_TOKENS", (t) => t.split(secret, 2, { overlap: 2 })],
  ["append of a number", "INVALID_TEXT", (t) => t.counter().append(bad(5))],
];

describe.each(["o200k_base", "p50k_edit"])("%s", (encoding) => {
  const tokenizer = createTokenizerSync(encoding);

  test.each(refused)("%s is refused with a typed error that quotes nothing, and nothing changes", (_, code, call) => {
    const counter = tokenizer.counter();
    counter.append("hello wor");
    let thrown: unknown;
    try {
      call(tokenizer);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(TokenBudgetError);
    expect(thrown).toMatchObject({ code });
    const error = thrown as TokenBudgetError;
    expect(`${error.message} ${JSON.stringify(error.data)}`).not.toContain(secret);
    expect(counter.append("ld")).toBe(2);
    expect(tokenizer.count("hello world")).toBe(2);
    expect(tokenizer.decode(tokenizer.encode("hello world"))).toBe("hello world");
  });
});

test("bytes and ids of another realm, shared bytes and parts of a buffer are bytes and ids", () => {
  const tokenizer = createTokenizerSync("o200k_base");
  const bytes = new TextEncoder().encode("héllo wörld 🎉");
  const expected = [...tokenizer.encode("héllo wörld 🎉")];
  const foreign = runInNewContext(`new Uint8Array([${bytes}])`) as Uint8Array;
  expect(foreign).not.toBeInstanceOf(Uint8Array);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  const part = Uint8Array.from([0, 255, ...bytes, 65]).subarray(2, 2 + bytes.length);
  for (const input of [foreign, shared, part, Buffer.from(bytes)]) {
    expect([...tokenizer.encode(input)]).toEqual(expected);
    expect(tokenizer.count(input)).toBe(expected.length);
    expect(tokenizer.countUpTo(input, 2)).toEqual({ tokens: 2, exceeded: true });
  }
  expect(tokenizer.decode(runInNewContext(`new Uint32Array([${expected}])`) as Uint32Array)).toBe("héllo wörld 🎉");
});

test("names of no encoding and no model are refused in both ways of making a tokenizer", async () => {
  for (const [name, code] of [
    ["gpt-99", "UNKNOWN_MODEL"],
    ["o300k_base", "UNKNOWN_ENCODING"],
    ["claude-3-5-sonnet", "NO_PUBLIC_ENCODING"],
    ["__proto__", "UNKNOWN_MODEL"],
    [bad<string>(undefined), "INVALID_ARGUMENT"],
  ] as const) {
    expect(() => createTokenizerSync(name)).toThrow(expect.objectContaining({ code }));
    await expect(createTokenizer(name)).rejects.toMatchObject({ code, name: "TokenBudgetError" });
  }
});

test("counters that are dropped leave memory level", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const tokenizer = createTokenizerSync("o200k_base");
  const dropped = (times: number) => {
    for (let i = 0; i < times; i++) tokenizer.counter().append("a few words that end in the mid");
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const first = dropped(5_000);
  expect(dropped(100_000) - first).toBeLessThan(8 * 2 ** 20);
});
