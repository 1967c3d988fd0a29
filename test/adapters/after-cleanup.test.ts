import fc from "fast-check";
import { expect, test } from "vitest";
import { fromItems, toItems } from "../../src/adapters/index.ts";
import { cleanedItems, edited } from "./cleaned.ts";
import { illegal } from "./legal.ts";
import { aiSdk } from "./samples/ai-sdk.ts";
import { literals, realSessions } from "./samples/index.ts";
import { langchainConstructors, langchainStored } from "./samples/langchain.ts";
import { openaiChat } from "./samples/openai-chat.ts";
import { openaiResponses } from "./samples/openai-responses.ts";
import { sweAgent } from "./samples/swe-agent.ts";

test.each(literals)("the hand-written $name messages are legal to begin with", ({ format, messages }) => {
  expect(illegal(format, messages)).toEqual([]);
});

test.each([...literals, ...realSessions()])("whatever a cleanup leaves of $name is legal", (sample) => {
  fc.assert(
    fc.property(cleanedItems([sample]), ({ items }) => {
      const messages = fromItems(items);
      expect(illegal(sample.format, messages)).toEqual([]);
      expect(fromItems([...items].reverse())).toEqual(messages);
    }),
    { numRuns: 150 },
  );
});

test("signed reasoning is byte-identical or absent, whatever a cleanup does", () => {
  const signed = (value: unknown): string[] =>
    JSON.stringify(value).match(
      /\{"type":"(?:redacted_)?(?:thinking|reasoning)"(?:[^{}]|\{[^{}]*\}|\{[^{}]*\{[^{}]*\}\})*\}/g,
    ) ?? [];
  let kept = 0;
  fc.assert(
    fc.property(cleanedItems(literals), ({ sample, items }) => {
      const original = signed(sample.messages);
      for (const block of signed(fromItems(items))) {
        kept++;
        expect(original).toContain(block);
      }
    }),
    { numRuns: 500 },
  );
  // The property must not hold for want of blocks; how many are drawn varies with the seed (about 130).
  expect(kept).toBeGreaterThan(20);
});

test("Anthropic: the user opens, and messages that a cleanup made neighbours become one", () => {
  const items = toItems("anthropic-messages", [
    { role: "user", content: "one" },
    { role: "assistant", content: "two" },
    { role: "user", content: [{ type: "text", text: "three" }] },
    { role: "assistant", content: "four" },
  ]);
  expect(fromItems(edited(items, ["m1.0"]))).toEqual([
    {
      role: "user",
      content: [
        { type: "text", text: "one" },
        { type: "text", text: "three" },
      ],
    },
    { role: "assistant", content: "four" },
  ]);
  expect(fromItems(edited(items, ["m0.0", "m2.0"]))).toEqual([
    { role: "user", content: "[Earlier messages are archived.]" },
    {
      role: "assistant",
      content: [
        { type: "text", text: "two" },
        { type: "text", text: "four" },
      ],
    },
  ]);
});

test("Responses: reasoning goes with its calls; where it is lost, ids that point to it go too", () => {
  const items = toItems("openai-responses", openaiResponses);
  expect(items.filter((item) => item.group?.startsWith("reasoning")).map((item) => item.id)).toEqual([
    "m2.0",
    "m3.0",
    "m4.0",
    "m5.0",
    "m6.0",
    "m6.1",
    "m9.0",
  ]);
  const lost = fromItems(edited(items, [], { "m2.0": "short", "m10.0": "Cat." }));
  expect(lost.slice(2, 4)).toEqual([
    { type: "function_call", call_id: "c1", name: "look", arguments: '{"at": "it"}' },
    { type: "function_call", call_id: "c2", name: "time", arguments: "{}" },
  ]);
  expect(lost.filter((item) => item.type === "reasoning")).toEqual([]);
  expect(lost[8]).toEqual({ role: "assistant", content: "Cat." });
});

test("AI SDK: a JSON output that is JSON no more becomes a text output", () => {
  const items = edited(toItems("ai-sdk", aiSdk), ["m1.1", "m2.1"], { "m3.1": "noon", "m5.1": "[a picture]" });
  const messages = fromItems(items);
  expect(messages[3]!.content).toEqual([
    aiSdk[3].content[0],
    { type: "tool-result", toolCallId: "c2", toolName: "time", output: { type: "text", value: "noon" } },
  ]);
  expect(messages[5]!.content).toMatchObject([
    {
      output: {
        type: "content",
        value: [
          { type: "text", text: "here" },
          { type: "text", text: "[a picture]" },
        ],
      },
    },
  ]);
});

test("LangChain: a call leaves and changes in all three places", () => {
  const stored = edited(toItems("langchain", langchainStored), ["m2.1", "m3.0"], { "m2.2": "[gone]" });
  expect(fromItems(stored)[2]).toEqual({
    type: "ai",
    data: {
      content: "",
      additional_kwargs: {
        tool_calls: [{ id: "c2", type: "function", function: { name: "date", arguments: '{"archived":"[gone]"}' } }],
      },
      tool_calls: [{ name: "date", args: { archived: "[gone]" }, id: "c2", type: "tool_call" }],
      invalid_tool_calls: [],
    },
  });
  const json = fromItems(edited(toItems("langchain", langchainConstructors), ["m2.2", "m3.0"]));
  expect(json[2]).toMatchObject({
    kwargs: { tool_calls: [], additional_kwargs: {}, content: [{}, { text: "I look." }] },
  });
  expect((json[2] as { kwargs: { content: unknown[] } }).kwargs.content).toHaveLength(2);
});

test("SWE-agent: the thought that repeats a text changes with it; a sub-agent has a component of its own", () => {
  const items = toItems("swe-agent", sweAgent);
  expect(fromItems(edited(items, [], { "m2.0": "Listed." }))[2]).toMatchObject({
    content: "Listed.",
    thought: "Listed.",
  });
  expect(fromItems(edited(items, [], { "m4.0": "Opened." }))[4]).toMatchObject({
    content: "Opened.",
    thought: "Opened.",
  });
  expect(items.map((item) => item.group)).toEqual([
    ...[undefined, undefined, undefined, "call:m2.1", "call:m2.1", "action:m4", "action:m4", "action:m6"],
  ]);
  expect(items.map((item) => [item.component, item.kind, item.agentId])).toEqual([
    ["system_context", "message", undefined],
    ["interaction_buffer", "message", undefined],
    ["interaction_buffer", "message", undefined],
    ["interaction_buffer", "tool_call", undefined],
    ["working_memory", "tool_result", undefined],
    ["agent_context", "message", "helper"],
    ["agent_context", "tool_result", "helper"],
    ["interaction_buffer", "message", undefined],
  ]);
});

test("items of two formats in one list are refused", () => {
  const items = [...toItems("openai-chat", openaiChat), ...toItems("ai-sdk", aiSdk)];
  expect(() => fromItems(items)).toThrow(expect.objectContaining({ code: "BAD_FORMAT" }));
  expect(() => toItems("openai-chat", [null as never])).toThrow(expect.objectContaining({ code: "BAD_FORMAT" }));
  expect(() => toItems("no-such" as never, [])).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});
