import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTokenizerSync } from "../../src/index.ts";
import { allowedSpecials, findSpecials, specialTokens } from "../../src/tokenizer/special.ts";
import type { EncodingName } from "../../src/tokenizer/types.ts";
import { reference } from "../support/reference.ts";
import { splicedText } from "../support/texts.ts";

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
const withOracle: EncodingName[] = ["r50k_base", "p50k_base", "p50k_edit", "cl100k_base", "o200k_base"];

test("the special tokens of each encoding have their published ids", () => {
  const table = (encoding: EncodingName) => Object.fromEntries(specialTokens(encoding));
  const fim = (first: number) => ({
    "<|fim_prefix|>": first,
    "<|fim_middle|>": first + 1,
    "<|fim_suffix|>": first + 2,
  });
  expect(table("r50k_base")).toEqual({ "<|endoftext|>": 50256 });
  expect(table("p50k_base")).toEqual({ "<|endoftext|>": 50256 });
  expect(table("p50k_edit")).toEqual({ "<|endoftext|>": 50256, ...fim(50281) });
  expect(table("cl100k_base")).toEqual({ "<|endoftext|>": 100257, ...fim(100258), "<|endofprompt|>": 100276 });
  expect(table("o200k_base")).toEqual({ "<|endoftext|>": 199999, "<|endofprompt|>": 200018 });
  const harmony = specialTokens("o200k_harmony");
  expect([...harmony].filter(([name]) => !name.includes("reserved"))).toEqual([
    ["<|startoftext|>", 199998],
    ["<|endoftext|>", 199999],
    ["<|return|>", 200002],
    ["<|constrain|>", 200003],
    ["<|channel|>", 200005],
    ["<|start|>", 200006],
    ["<|end|>", 200007],
    ["<|message|>", 200008],
    ["<|call|>", 200012],
    ["<|endofprompt|>", 200018],
  ]);
  // 200000, 200001, 200004, 200009-200011 and 200013-201087.
  expect(harmony.size).toBe(10 + 6 + 1075);
  expect(harmony.get("<|reserved_200011|>")).toBe(200011);
  expect(harmony.get("<|reserved_201087|>")).toBe(201087);
  expect(new Set(harmony.values()).size).toBe(201088 - 199998);
});

test("each special token of the reference has the reference's id", () => {
  for (const encoding of withOracle) {
    for (const [name, id] of specialTokens(encoding)) {
      expect([...reference(encoding).encode(name, "all")]).toEqual([id]);
    }
  }
});

test("tokens are found from left to right, by whole names only", () => {
  const all = allowedSpecials("cl100k_base", { allowedSpecial: "all" });
  const found = (text: string) => [...findSpecials(text, all)].map(({ id, start }) => [id, start]);
  expect(found("<|endoftext|>")).toEqual([[100257, 0]]);
  expect(found("a<|endoftext|><|fim_prefix|>b<|endofprompt|>")).toEqual([
    [100257, 1],
    [100258, 14],
    [100276, 29],
  ]);
  expect(found("<|<|endoftext|>|>")).toEqual([[100257, 2]]);
  expect(found("<|endoftext<|endoftext|>")).toEqual([[100257, 11]]);
  expect(found("<|ENDOFTEXT|><|endoftext|<|endoftext >|>")).toEqual([]);
  expect(found("<|__proto__|><|constructor|><|isPrototypeOf|><||><|")).toEqual([]);
});

test("thousands of tokens, or of their beginnings, in one text take time in proportion to it", () => {
  const all = specialTokens("o200k_harmony");
  const timed = (text: string) => {
    const startedMs = performance.now();
    const found = [...findSpecials(text, all)].length;
    return { found, elapsedMs: performance.now() - startedMs };
  };
  expect(timed("<|reserved_200500|>x".repeat(50_000)).found).toBe(50_000);
  for (const unit of ["<|", "<|reserved_20000", "<", "<|a", "|>"]) {
    const { found, elapsedMs } = timed(unit.repeat(1_000_000 / unit.length));
    expect(found).toBe(0);
    expect(elapsedMs).toBeLessThan(1000);
  }
});

describe.each(withOracle)("%s", (encoding) => {
  const tokenizer = createTokenizerSync(encoding);
  const names = [...specialTokens(encoding).keys()];
  const text = fc
    .array(fc.oneof(splicedText(3), fc.constantFrom(...names, "<|endoftext|>", "<|", "|>", "<|end")), { maxLength: 8 })
    .map((parts) => parts.join(""));

  test(`ids, counts and bytes are the reference's with every choice of allowed tokens (seed ${seed})`, () => {
    fc.assert(
      fc.property(text, fc.subarray(names), fc.boolean(), (value, some, all) => {
        const options = { allowedSpecial: all ? ("all" as const) : some.length % 2 > 0 ? new Set(some) : some };
        const expected = [...reference(encoding).encode(value, all ? "all" : some, [])];
        const ids = tokenizer.encode(value, options);
        expect([...ids]).toEqual(expected);
        expect(tokenizer.count(value, options)).toBe(expected.length);
        expect(tokenizer.decodeBytes(ids)).toEqual(new TextEncoder().encode(value));
        expect([...tokenizer.encode(new TextEncoder().encode(value), options)]).toEqual(expected);
      }),
      { seed, numRuns: 200 },
    );
  });
});

test("harmony's control tokens become ids only where the caller allows them", () => {
  const tokenizer = createTokenizerSync("o200k_harmony");
  const text = "<|start|>assistant<|channel|>final<|message|>Hi<|return|>";
  const ids = [200006, 173781, 200005, 17196, 200008, 12194, 200002];
  expect([...tokenizer.encode(text, { allowedSpecial: "all" })]).toEqual(ids);
  expect(tokenizer.decode(ids)).toBe(text);
  expect([...tokenizer.encode(text)]).toEqual([...reference("o200k_base").encode_ordinary(text)]);
  expect(tokenizer.decode([200018, 201087, 200000])).toBe("<|endofprompt|><|reserved_201087|><|reserved_200000|>");
  expect([...tokenizer.encode("<|reserved_200018|>", { allowedSpecial: "all" })]).toEqual([200018]);
});

test("what is no special token of the encoding can't be allowed, and the message does not repeat it", () => {
  const tokenizer = createTokenizerSync("cl100k_base");
  for (const name of ["<|start|>", "secret", "", "__proto__", "constructor", 5 as unknown as string]) {
    expect(() => tokenizer.count("text", { allowedSpecial: ["<|endoftext|>", name] })).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        message: "allowedSpecial[1] is no special token of cl100k_base",
        data: { index: 1, encoding: "cl100k_base" },
      }),
    );
  }
  for (const wrong of ["<|endoftext|>", null, 5, {}, new Map(), new Set(["<|start|>"])]) {
    expect(() => tokenizer.count("text", { allowedSpecial: wrong as "all" })).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  }
});

test("ids that the encoding does not have are refused, with their place", () => {
  const cases: { encoding: EncodingName; holes: number[]; valid: number[] }[] = [
    { encoding: "r50k_base", holes: [50257, 50281], valid: [0, 50255, 50256] },
    { encoding: "p50k_base", holes: [50281, 50282], valid: [50256, 50257, 50280] },
    { encoding: "p50k_edit", holes: [50284], valid: [50280, 50281, 50283] },
    { encoding: "cl100k_base", holes: [100256, 100261, 100275, 100277], valid: [100255, 100257, 100276] },
    { encoding: "o200k_base", holes: [199998, 200000, 200017, 200019], valid: [199997, 199999, 200018] },
    { encoding: "o200k_harmony", holes: [201088], valid: [199997, 199998, 201087] },
  ];
  const never = [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32, "1" as unknown as number];
  for (const { encoding, holes, valid } of cases) {
    const tokenizer = createTokenizerSync(encoding);
    for (const id of [...holes, ...never]) {
      expect(() => tokenizer.decodeBytes([0, id])).toThrow(
        expect.objectContaining({
          code: "TOKEN_OUT_OF_RANGE",
          data: { index: 1, id: typeof id === "number" ? id : "string" },
        }),
      );
    }
    const again = valid.map((id) => [...tokenizer.encode(tokenizer.decode([id]), { allowedSpecial: "all" })]);
    expect(again).toEqual(valid.map((id) => [id]));
  }
  const tokenizer = createTokenizerSync("o200k_base");
  for (const none of [null, undefined, 5, {}, { length: -1 }, { length: Number.NaN }]) {
    expect(() => tokenizer.decode(none as unknown as number[])).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  }
  expect(tokenizer.decode([])).toBe("");
});
