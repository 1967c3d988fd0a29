import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  countMessages,
  countMessagesWith,
  inputTokensOf,
  type MessageCount,
  mediaTokens,
  profileOf,
  UsageCalibration,
} from "../../src/adapters/index.ts";
import { anthropicMessages } from "./samples/anthropic-messages.ts";
import { literals } from "./samples/index.ts";
import { openaiChat } from "./samples/openai-chat.ts";

// @dqbd/tiktoken counts the texts here, not our own tokenizer.
const { get_encoding } = createRequire(import.meta.url)("@dqbd/tiktoken") as typeof import("@dqbd/tiktoken");
const o200k = get_encoding("o200k_base");
const base = (text: string) => o200k.encode_ordinary(text).length;

describe("the figures that OpenAI's cookbook prints", () => {
  const jargon = [
    {
      role: "system",
      content: "You are a helpful, pattern-following assistant that translates corporate jargon into plain English.",
    },
    { role: "system", name: "example_user", content: "New synergies will help drive top-line growth." },
    { role: "system", name: "example_assistant", content: "Things working well together will increase revenue." },
    {
      role: "system",
      name: "example_user",
      content: "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
    },
    {
      role: "system",
      name: "example_assistant",
      content: "Let's talk later when we're less busy about how to do better.",
    },
    {
      role: "user",
      content: "This late pivot means we don't have time to boil the ocean for the client deliverable.",
    },
  ];
  const tools = [
    {
      type: "function",
      function: {
        name: "get_current_weather",
        description: "Get the current weather in a given location",
        parameters: {
          type: "object",
          properties: {
            location: { type: "string", description: "The city and state, e.g. San Francisco, CA" },
            unit: { type: "string", description: "The unit of temperature to return", enum: ["celsius", "fahrenheit"] },
          },
          required: ["location"],
        },
      },
    },
  ];
  const weather = [
    { role: "system", content: "You are a helpful assistant that can answer to questions about the weather." },
    { role: "user", content: "What's the weather like in San Francisco?" },
  ];

  test.each([
    ["gpt-3.5-turbo", 129],
    ["gpt-4", 129],
    ["gpt-4o", 124],
    ["gpt-4o-mini", 124],
  ])("messages: %s, %i tokens, as the API counted", async (model, tokens) => {
    expect(await countMessages(jargon, { model })).toMatchObject({
      tokens,
      low: tokens,
      high: tokens,
      exact: true,
      reply: 3,
    });
  });

  test.each([
    ["gpt-3.5-turbo", 105],
    ["gpt-4", 105],
    ["gpt-4o", 101],
    ["gpt-4o-mini", 101],
  ])("tools: %s, %i tokens, as the API counted", async (model, tokens) => {
    const counted = await countMessages(weather, { model, tools });
    expect(counted).toMatchObject({
      tokens,
      exact: false,
      toolsOverhead: 12,
      tools: [{ name: "get_current_weather" }],
    });
    expect(counted.low).toBeLessThan(tokens);
    expect(counted.high).toBeGreaterThan(tokens);
  });
});

test("the parts add up to the whole, in every format", async () => {
  const tools = [
    { name: "look", description: "Looks", input_schema: { type: "object", properties: { at: { type: "string" } } } },
  ];
  for (const { messages } of literals)
    for (const model of ["gpt-4o", "claude-opus-4-8", "gemini-2.5-pro"]) {
      const counted = await countMessages(messages, { model, tools, system: "Be brief." });
      for (const edge of ["tokens", "low", "high"] as const) {
        const parts = [...counted.messages, ...counted.tools, counted.system].reduce(
          (sum, each) => sum + each[edge],
          0,
        );
        expect(counted[edge]).toBe(parts + counted.reply + counted.toolsOverhead);
      }
      expect(counted.messages).toHaveLength(messages.length);
      expect(counted.low).toBeLessThanOrEqual(counted.tokens);
      expect(counted.tokens).toBeLessThanOrEqual(counted.high);
    }
});

test("one message, by hand: 3, the role, the name and its 1, the text", () => {
  const counted = countMessagesWith(base, [{ role: "user", name: "ann", content: "hello world" }], { model: "gpt-4o" });
  expect(counted.messages[0]).toEqual({
    index: 0,
    role: "user",
    tokens: 3 + 1 + (1 + base("ann")) + 2,
    low: 7 + base("ann"),
    high: 7 + base("ann"),
    media: 0,
  });
});

test("base64 is never counted as text", () => {
  const data = "QUJD".repeat(250_000);
  const image = { type: "image_url", image_url: { url: `data:image/png;base64,${data}`, detail: "low" } };
  const blocks = [{ type: "image", source: { type: "base64", media_type: "image/png", data } }];
  expect(countMessagesWith(base, [{ role: "user", content: [image] }], { model: "gpt-4o" }).tokens).toBe(
    3 + 1 + 85 + 3,
  );
  expect(countMessagesWith(base, [{ role: "user", content: blocks }], { model: "claude-opus-4-8" }).high).toBeLessThan(
    5000,
  );
  const document = { type: "document", source: { type: "base64", media_type: "application/pdf", data } };
  expect(countMessagesWith(base, [{ role: "user", content: [document] }], { model: "claude-opus-4-8" }).tokens).toBe(
    33_754,
  );
});

test.each([
  [{ type: "image", width: 1024, height: 1024, detail: "high" }, "gpt-4o", 765],
  [{ type: "image", width: 2048, height: 4096, detail: "high" }, "gpt-4o", 1105],
  [{ type: "image", width: 4096, height: 8192, detail: "low" }, "gpt-4o", 85],
  [{ type: "image", width: 1024, height: 1024, detail: "high" }, "gpt-4o-mini", 25_501],
  [{ type: "image", width: 1024, height: 1024, detail: "high" }, "gpt-4.1-mini", 1659],
  [{ type: "image", width: 1800, height: 2400, detail: "high" }, "gpt-4.1-mini", 2353],
  [{ type: "image", width: 1000, height: 1000 }, "claude-opus-4-8", 1296],
  [{ type: "image", width: 4000, height: 4000 }, "claude-sonnet-4-5", 1568],
  [{ type: "image", width: 300, height: 300 }, "gemini-2.5-pro", 258],
] as const)("%o with %s costs %i, as documented", (media, model, tokens) => {
  expect(mediaTokens(media, model).tokens).toBe(tokens);
});

test("an image tells its size by its header", () => {
  const png = Buffer.alloc(24);
  png.set([0x89, 0x50, 0x4e, 0x47]);
  png.writeUInt32BE(1024, 16);
  png.writeUInt32BE(768, 20);
  const url = `data:image/png;base64,${png.toString("base64")}`;
  const message = { role: "user", content: [{ type: "image_url", image_url: { url, detail: "high" } }] };
  expect(countMessagesWith(base, [message], { model: "gpt-4o" }).messages[0]).toMatchObject({ media: 765 });
});

test("an unknown model is refused with the nearest names", async () => {
  await expect(countMessages(openaiChat, { model: "gpt-4oo" })).rejects.toMatchObject({
    code: "UNKNOWN_MODEL",
    data: { nearest: expect.arrayContaining(["gpt-4o"]) },
  });
});

test("Claude's profile goes by its version", () => {
  expect(
    ["claude-opus-4-8", "anthropic/claude-opus-4.7", "claude-sonnet-5", "claude-next"].map(
      (name) => profileOf(name).name,
    ),
  ).toEqual(Array(4).fill("claude"));
  expect(
    ["claude-sonnet-4-5-20250929", "claude-3-5-haiku", "claude-opus-4-20250514"].map((name) => profileOf(name).name),
  ).toEqual(Array(3).fill("older claude"));
});

test("input tokens are found in every provider's usage", () => {
  expect(inputTokensOf({ prompt_tokens: 7, completion_tokens: 1 })).toBe(7);
  expect(inputTokensOf({ input_tokens: 10, input_tokens_details: { cached_tokens: 4 } })).toBe(10);
  expect(inputTokensOf({ input_tokens: 10, cache_read_input_tokens: 90, cache_creation_input_tokens: 5 })).toBe(105);
  expect(inputTokensOf({ inputTokens: 3 })).toBe(3);
  expect(inputTokensOf({ promptTokenCount: 4 })).toBe(4);
  expect(inputTokensOf({ input_tokens: -1 })).toBeUndefined();
  expect(() => new UsageCalibration("claude-opus-4-8").recordUsage({ baseTokens: 1 }, {})).toThrow(
    expect.objectContaining({ code: "INVALID_ARGUMENT" }),
  );
});

/** A made-up provider: 1.37 tokens for each of ours, and 5,000 that nobody tells us of. */
test("a calibration finds the factor and drops the constant", () => {
  const calibration = new UsageCalibration("gemini-2.5-pro");
  let baseTokens = 1000;
  for (let call = 0; call < 12; call++) {
    calibration.recordUsage({ baseTokens }, 5000 + Math.round(baseTokens * 1.37));
    baseTokens += 300 + 211 * (call % 5);
  }
  const { tokens, low, high } = calibration.estimate({ baseTokens: 10_000 });
  expect(calibration.observations).toBe(11);
  expect(Math.abs(tokens - 13_700)).toBeLessThan(200);
  expect(low).toBeLessThanOrEqual(13_700);
  expect(high).toBeGreaterThanOrEqual(13_700);
  expect(high - low).toBeLessThan(1500);
  expect(Math.abs(calibration.overheadTokens - 5000)).toBeLessThan(600);
});

const cline = ["../../examples/sessions", "../../../shared/sessions"]
  .map((folder) => join(import.meta.dirname, folder, "cline-session.anthropic.json"))
  .find(existsSync);

describe.skipIf(cline === undefined)("a real session of Claude Opus 4.8 with its reported usage", () => {
  interface Message {
    role: string;
    content: unknown;
    metrics?: { inputTokens: number };
    modelInfo?: { id: string };
  }
  const calls = (): { sent: MessageCount; inputTokens: number }[] => {
    const messages = (JSON.parse(readFileSync(cline!, "utf8")) as { messages: Message[] }).messages;
    return messages.flatMap(({ metrics, modelInfo }, at) => {
      if (metrics === undefined || !modelInfo!.id.includes("claude-opus-4.8")) return [];
      const options = { model: "claude-opus-4-8", format: "anthropic-messages" } as const;
      return [
        {
          sent: countMessagesWith(
            base,
            messages.slice(0, at).map((m) => ({ ...m })),
            options,
          ),
          inputTokens: metrics.inputTokens,
        },
      ];
    });
  };

  test("every difference between calls lies within the bounds, and their sum within 5 % of the estimate", () => {
    const known = calls();
    expect(known).toHaveLength(15);
    known.slice(1).forEach(({ sent, inputTokens }, at) => {
      const before = known[at]!;
      const actual = inputTokens - before.inputTokens;
      expect([at, sent.low - before.sent.low <= actual, actual <= sent.high - before.sent.high]).toEqual([
        at,
        true,
        true,
      ]);
    });
    const [first, last] = [known[0]!, known.at(-1)!];
    const growth = last.inputTokens - first.inputTokens;
    expect(Math.abs((last.sent.tokens - first.sent.tokens) / growth - 1)).toBeLessThan(0.05);
  });

  test("calibrated on the first half, it foretells the second within 3 %, overhead included", () => {
    const calibration = new UsageCalibration("claude-opus-4-8");
    const known = calls();
    for (const { sent, inputTokens } of known.slice(0, 8)) calibration.recordUsage(sent.measure, inputTokens);
    for (const { sent, inputTokens } of known.slice(8)) {
      const foretold = calibration.estimate(sent.measure).tokens + calibration.overheadTokens;
      expect(Math.abs(foretold / inputTokens - 1)).toBeLessThan(0.03);
    }
  });
});

test("thinking that is encrypted, and results without content, cost what frames them", () => {
  const counted = countMessagesWith(base, anthropicMessages, { model: "claude-opus-4-8" });
  expect(counted.messages[4]!.high).toBeLessThan(100);
});

test("what is no message, and no options, are refused", async () => {
  for (const wrong of ["hello", null, undefined, [], 7] as unknown as { [key: string]: unknown }[]) {
    const counting = countMessages([{ role: "user", content: "hello" }, wrong], { model: "gpt-4o" });
    await expect(counting).rejects.toMatchObject({ code: "BAD_FORMAT", data: { index: 1 } });
  }
  // @ts-expect-error the model is needed
  await expect(countMessages([])).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
});
