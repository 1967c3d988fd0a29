import referenceModels from "@dqbd/tiktoken/model_to_encoding.json" with { type: "json" };
import { expect, test } from "vitest";
import { encodingNames, findModel, listModels, nearestNames, resolveEncoding } from "../../src/index.ts";

test("a model's own name has its encoding and published limits", () => {
  expect(findModel("gpt-4o")).toEqual({
    name: "gpt-4o",
    encoding: "o200k_base",
    contextWindow: 128_000,
    otherContextWindow: null,
    maxInput: null,
    maxOutput: 16_384,
  });
  expect(findModel("gpt-5")).toMatchObject({ contextWindow: 400_000, maxInput: 272_000, maxOutput: 128_000 });
  expect(findModel("gpt-4.1-mini")).toMatchObject({ contextWindow: 1_047_576, otherContextWindow: 1_000_000 });
});

test.each([
  ["gpt2", "r50k_base"],
  ["text-davinci-003", "p50k_base"],
  ["text-davinci-edit-001", "p50k_edit"],
  ["gpt-4", "cl100k_base"],
  ["gpt-3.5-turbo-0613", "cl100k_base"],
  ["gpt-35-turbo", "cl100k_base"],
  ["text-embedding-3-small", "cl100k_base"],
  ["o1-preview-2024-09-12", "o200k_base"],
  ["o3-mini-high", "o200k_base"],
  ["gpt-4.5-preview", "o200k_base"],
  ["gpt-5.1-codex", "o200k_base"],
  ["gpt-oss-20b", "o200k_harmony"],
  ["openai/gpt-oss-120b:free", "o200k_harmony"],
  ["gpt-oss:20b", "o200k_harmony"],
  ["openai/gpt-4o-2024-08-06", "o200k_base"],
  ["azure:gpt-4o", "o200k_base"],
  ["GPT-4O", "o200k_base"],
  ["ft:gpt-4o-mini-2024-07-18:org:name:id", "o200k_base"],
  ["ft:gpt-3.5-turbo-0125:org::id", "cl100k_base"],
  ["gpt-4o-mini-2024-07-18.ft-abc", "o200k_base"],
  ["davinci:ft-org-2022-01-01", "r50k_base"],
  ["ft:davinci-002:org::id", "cl100k_base"],
  ["gpt-4o-never-listed", "o200k_base"],
  ["cl100k_base", "cl100k_base"],
] as const)("%s is encoded with %s", (name, encoding) => {
  expect(resolveEncoding(name)).toBe(encoding);
});

test("each model that the reference names has the reference's encoding", () => {
  const reference = Object.entries(referenceModels as Record<string, string>);
  expect(reference.length).toBeGreaterThan(90);
  const ours = reference.map(([name]) => [name, resolveEncoding(name)]);
  expect(ours).toEqual(reference.map(([name, encoding]) => [name, encoding === "gpt2" ? "r50k_base" : encoding]));
});

test("a dated snapshot with limits of its own keeps them, others have the model's", () => {
  expect(findModel("gpt-4o-2024-05-13")?.maxOutput).toBe(4096);
  expect(findModel("gpt-4o-2024-11-20")?.maxOutput).toBe(16_384);
  expect(findModel("gpt-4o-2099-01-01")?.maxOutput).toBe(16_384);
  expect(findModel("gpt-4o-never-listed")?.maxOutput).toBeNull();
});

test.each([
  ["us.anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-5-sonnet", 200_000],
  ["anthropic/claude-3.5-sonnet", "claude-3-5-sonnet", 200_000],
  ["claude-sonnet-4@20250514", "claude-sonnet-4", 200_000],
  ["models/gemini-2.5-pro", "gemini-2.5-pro", 1_048_576],
  ["GLM-5.2", "glm-5.2", 1_000_000],
] as const)("%s is %s and has no public encoding", (name, listed, contextWindow) => {
  expect(findModel(name)).toMatchObject({ name: listed, encoding: null, contextWindow });
  expect(() => resolveEncoding(name)).toThrow(expect.objectContaining({ code: "NO_PUBLIC_ENCODING" }));
});

test("a family without a public encoding is refused as such, a name that is like nothing as unknown", () => {
  expect(() => resolveEncoding("claude-opus-99")).toThrow(expect.objectContaining({ code: "NO_PUBLIC_ENCODING" }));
  expect(() => resolveEncoding("gpt-6-sol")).toThrow(expect.objectContaining({ code: "NO_PUBLIC_ENCODING" }));
  expect(() => resolveEncoding("Secret#1")).toThrow(
    expect.objectContaining({ code: "UNKNOWN_MODEL", message: expect.not.stringContaining("Secret") }),
  );
});

test.each(["__proto__", "constructor", "isPrototypeOf", "toString", "", " ", "x".repeat(1_000_000)])(
  "a name that is none (%#) is unknown",
  (name) => {
    expect(findModel(name)).toBeUndefined();
    expect(() => resolveEncoding(name)).toThrow(expect.objectContaining({ code: "UNKNOWN_MODEL" }));
  },
);

test("a name that is no string is refused", () => {
  for (const name of [undefined, null, 4, {}, ["gpt-4"]]) {
    expect(() => resolveEncoding(name as string)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
    expect(() => nearestNames(name as string)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  }
});

test("models of the caller's without names are refused", () => {
  for (const overrides of [null, 5, "gpt-4o", {}, [null], [{}], [{ name: 5 }]]) {
    expect(() => findModel("gpt-4o", overrides as never)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
    expect(() => listModels(overrides as never)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  }
});

test("an error for a misspelt name offers the nearest", () => {
  expect(nearestNames("gpt4o")[0]).toBe("gpt-4o");
  expect(nearestNames("gpt4o", 1).length).toBe(1);
  expect(nearestNames("o200k-base")[0]).toBe("o200k_base");
  expect(nearestNames("openai/gpt-4-trubo")[0]).toBe("gpt-4-turbo");
  expect(nearestNames("qqqqqqqqqqqq")).toEqual([]);
  expect(nearestNames("o200k")).toEqual(["o200k_base", "o200k_harmony"]);
  expect(nearestNames("cl100k")).toEqual(["cl100k_base"]);
  expect(nearestNames("gp")).not.toContain("gpt-4o");
  expect(() => resolveEncoding("gpt4o")).toThrow(
    expect.objectContaining({ code: "UNKNOWN_MODEL", data: { nearest: nearestNames("gpt4o") } }),
  );
  expect(() => resolveEncoding("cl110k_base")).toThrow(
    expect.objectContaining({ code: "UNKNOWN_ENCODING", data: { nearest: nearestNames("cl110k_base") } }),
  );
  expect(() => resolveEncoding("o200kbase")).toThrow("o200k_base");
});

test("a caller's own models come first and fill in what they leave out from the table", () => {
  const own = [
    { name: "gpt-4o", contextWindow: 64_000 },
    { name: "House-Model", encoding: "cl100k_base" as const, maxOutput: 10 },
  ];
  expect(findModel("GPT-4o", own)).toMatchObject({ contextWindow: 64_000, encoding: "o200k_base", maxOutput: 16_384 });
  expect(findModel("house-model", own)).toEqual({
    name: "House-Model",
    encoding: "cl100k_base",
    contextWindow: null,
    otherContextWindow: null,
    maxInput: null,
    maxOutput: 10,
  });
  expect(listModels(own).length).toBe(listModels().length + 1);
  expect(findModel("gpt-4o")?.contextWindow).toBe(128_000);
});

test("each listed model is found by its own name, with sound limits", () => {
  expect(listModels().length).toBeGreaterThan(400);
  for (const model of listModels()) {
    expect(findModel(model.name)).toBe(model);
    for (const figure of [model.contextWindow, model.maxInput, model.maxOutput, model.otherContextWindow]) {
      expect(figure === null || (Number.isSafeInteger(figure) && figure > 0)).toBe(true);
    }
    expect(model.maxInput ?? 0).toBeLessThanOrEqual(model.contextWindow ?? 0);
    expect(model.encoding === null || encodingNames.includes(model.encoding)).toBe(true);
  }
});
