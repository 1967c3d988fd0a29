import { expect, test } from "vitest";
import { createTokenizer, createTokenizerSync, type EncodingName } from "../../src/index.ts";

/** Ids that the reference's own tests state, or that @dqbd/tiktoken 1.0.22 gave, written down once and for all. */
const literals: Readonly<Record<string, readonly (readonly [string, readonly number[]])[]>> = {
  r50k_base: [
    ["", []],
    ["hello world", [31373, 995]],
    ["tiktoken is great!", [83, 1134, 30001, 318, 1049, 0]],
    ["today\n  \n", [40838, 198, 220, 220, 198]],
    ["I'm, I'LL, don't", [40, 1101, 11, 314, 6, 3069, 11, 836, 470]],
    ["x\ufeff\ufeffy", [87, 171, 119, 123, 171, 119, 123, 88]],
    ["\u{1f468}\u200d\u{1f469}", [41840, 101, 447, 235, 41840, 102]],
    ["a\ud800b", [64, 4210, 65]],
    ["<|endoftext|>", [27, 91, 437, 1659, 5239, 91, 29]],
    ["__proto__", [834, 1676, 1462, 834]],
  ],
  p50k_base: [
    ["hello world", [31373, 995]],
    ["today\n  \n", [40838, 198, 50257, 198]],
    ["  def f(x):\n        return x", [220, 825, 277, 7, 87, 2599, 198, 50262, 1441, 2124]],
    ["12345", [10163, 2231]],
  ],
  cl100k_base: [
    ["hello world", [15339, 1917]],
    ["rer", [38149]],
    ["'rer", [2351, 81]],
    ["today\n ", [31213, 198, 220]],
    ["today\n \n", [31213, 27907]],
    ["today\n  \n", [31213, 14211]],
    ["I'm, I'LL, don't", [40, 2846, 11, 358, 6, 4178, 11, 1541, 956]],
    ["x\ufeff\ufeffy", [87, 3305, 3305, 88]],
    ["a\u0085b", [64, 126, 227, 65]],
    ["\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35", [36748, 38313, 24152, 36748, 38133, 29419]],
    ["a\ud800b", [64, 5809, 65]],
    ["\0", [188]],
    ["12345", [4513, 1774]],
    ["<|endoftext|>", [27, 91, 8862, 728, 428, 91, 29]],
  ],
  o200k_base: [
    ["hello world", [24912, 2375]],
    ["I'm, I'LL, don't", [15390, 11, 3413, 7454, 11, 4128]],
    ["\u4f7fABC", [15159, 44197]],
    ["\u4f7fABCd", [15159, 44197, 67]],
    [";\n//", [10799]],
    ["x\ufeff\ufeffy", [87, 135153, 88]],
    ["\u017f'\u017f", [70067, 6, 70067]],
    ["\u{1f468}\u200d\u{1f469}", [28823, 101, 2524, 28823, 102]],
    ["\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35", [4406, 187986, 21883, 2293]],
    ["<|endoftext|>", [27, 91, 419, 1440, 919, 91, 29]],
  ],
};
const aliases = { p50k_edit: "p50k_base", o200k_harmony: "o200k_base", gpt2: "r50k_base", "gpt-4": "cl100k_base" };

const cases = [...Object.keys(literals), ...Object.keys(aliases)].map((name) => {
  const table = (aliases as Record<string, string>)[name] ?? name;
  return [name, literals[table]!] as const;
});

test.each(cases)("%s gives the ids that are written down", async (name, texts) => {
  const tokenizers = [await createTokenizer(name), createTokenizerSync(name)];
  for (const tokenizer of tokenizers) {
    for (const [text, ids] of texts) {
      expect([...tokenizer.encode(text)]).toEqual(ids);
      expect(tokenizer.count(text)).toBe(ids.length);
      expect(tokenizer.decode(ids)).toBe(text.replace("\ud800", "\ufffd"));
      expect([...tokenizer.encode(new TextEncoder().encode(text))]).toEqual(ids);
    }
  }
});

test("tokenizers of one table keep their own special tokens", () => {
  const [base, edit] = (["p50k_base", "p50k_edit"] as EncodingName[]).map((name) => createTokenizerSync(name));
  expect([...edit!.encode("<|fim_prefix|>", { allowedSpecial: "all" })]).toEqual([50281]);
  expect(base!.count("<|fim_prefix|>", { allowedSpecial: "all" })).toBeGreaterThan(1);
  expect(base!.encoding).toBe("p50k_base");
  expect(edit!.encoding).toBe("p50k_edit");
});
