import { expect, test } from "vitest";
import { fromItems, messageProblems, type RoutedItem, toItems } from "../../src/adapters/index.ts";
import { edited } from "./cleaned.ts";
import { anthropicMessages } from "./samples/anthropic-messages.ts";
import { openaiChat } from "./samples/openai-chat.ts";

test("OpenAI chat: a call leaves with its result, and the other calls of the message stay", () => {
  const items = toItems("openai-chat", openaiChat.slice(3, 7));
  expect(items.map((item) => [item.id, item.kind, item.group])).toEqual([
    ["m0.0", "message", undefined],
    ["m0.1", "tool_call", "call:m0.1"],
    ["m0.2", "tool_call", "call:m0.2"],
    ["m0.3", "tool_call", "call:m0.3"],
    ["m1.0", "tool_result", "call:m0.2"],
    ["m2.0", "tool_result", "call:m0.1"],
    ["m2.1", "tool_result", "call:m0.1"],
    ["m3.0", "tool_result", "call:m0.3"],
  ]);
  expect(fromItems(edited(items, ["m0.0", "m0.1", "m2.0", "m2.1"], { "m1.0": "[stub]", "m0.3": "gone" }))).toEqual([
    {
      role: "assistant",
      tool_calls: [
        { type: "function", id: "c2", function: { arguments: "{}", name: "time" } },
        { id: "c3", type: "custom", custom: { name: "shell", input: "gone" } },
      ],
      content: null,
    },
    { role: "tool", tool_call_id: "c2", content: "[stub]" },
    { role: "tool", tool_call_id: "c3", content: "" },
  ]);
});

test("OpenAI chat: arguments stay JSON, and an image becomes a text", () => {
  const call = edited(toItems("openai-chat", openaiChat.slice(3, 7)), [], { "m0.1": "[archived]" });
  expect(fromItems(call)[0]).toMatchObject({
    tool_calls: [{ function: { arguments: '{"archived":"[archived]"}' } }, {}, {}],
  });
  const compacted = edited(toItems("openai-chat", openaiChat.slice(3, 7)), [], {
    "m0.1": 'look\n{"at":"it","deep":1.0}',
  });
  expect(fromItems(compacted)[0]).toMatchObject({
    tool_calls: [{ function: { arguments: '{"at":"it","deep":1.0}' } }, {}, {}],
  });
  const image = edited(toItems("openai-chat", openaiChat.slice(2, 3)), ["m0.2"], { "m0.1": "[an image]" });
  expect(fromItems(image)).toEqual([
    {
      ...openaiChat[2],
      content: [openaiChat[2].content[0], { type: "text", text: "[an image]" }, openaiChat[2].content[3]],
    },
  ]);
});

test("OpenAI chat: calls at the end wait for their results, in the middle they do not", () => {
  const [call, , ...rest] = toItems("openai-chat", [
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: "a", content: "x" },
    { role: "user", content: "next" },
  ]);
  expect(fromItems([call!])).toHaveLength(1);
  expect(fromItems([call!, ...rest])).toEqual([{ role: "user", content: "next" }]);
});

test("OpenAI chat: an item of the caller's own does not come between a call and its result", () => {
  const [call, result] = toItems("openai-chat", [
    {
      role: "assistant",
      content: null,
      tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }],
    },
    { role: "tool", tool_call_id: "a", content: "x" },
  ]);
  const note = { text: "note", role: "user" };
  expect(fromItems([call!, note, result!]).map((message) => message.role)).toEqual(["assistant", "tool", "user"]);
});

test("an id that is used twice belongs to the latest call", () => {
  const call = {
    role: "assistant",
    content: null,
    tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }],
  };
  const messages = [
    call,
    { role: "tool", tool_call_id: "a", content: "1" },
    call,
    { role: "tool", tool_call_id: "a", content: "2" },
  ];
  const items = toItems("openai-chat", messages);
  expect(items.map((item) => item.group)).toEqual(["call:m0.0", "call:m0.0", "call:m2.0", "call:m2.0"]);
  expect(fromItems(items.slice(2))).toEqual(messages.slice(2));
});

test("Anthropic: thinking, text and calls of one turn", () => {
  const items = toItems("anthropic-messages", anthropicMessages);
  expect(items.filter((item) => item.group === "turn:m1").map((item) => item.id)).toEqual([
    "m1.0",
    "m1.1",
    "m1.3",
    "m1.4",
    "m2.0",
    "m2.1",
    "m2.2",
  ]);
  const noCalls = edited(items, ["m1.0", "m1.1", "m1.3", "m1.4", "m2.0", "m2.1", "m2.2"]);
  expect(fromItems(noCalls).slice(1, 3)).toEqual([
    { role: "assistant", content: [{ type: "text", text: "I look." }] },
    { role: "user", content: [{ type: "text", text: "and now?" }] },
  ]);
  const shortened = edited(items, [], { "m1.0": "Looked.", "m1.4": "[gone]", "m2.0": "[stub]" });
  expect(fromItems(shortened)[1]!.content).toEqual([
    ...anthropicMessages[1].content.slice(1, 4),
    { type: "tool_use", id: "c2", name: "time", input: { archived: "[gone]" } },
  ]);
  expect(fromItems(shortened)[2]!.content).toEqual([
    { type: "tool_result", tool_use_id: "c1", content: "[stub]" },
    ...anthropicMessages[2].content.slice(1),
  ]);
});

test("AI SDK: a request for approval and its response live and leave with the call", () => {
  const call = { type: "tool-call", toolCallId: "c", toolName: "delete", input: {} };
  const request = { type: "tool-approval-request", approvalId: "a", toolCallId: "c" };
  const response = { type: "tool-approval-response", approvalId: "a", approved: true };
  const result = { type: "tool-result", toolCallId: "c", toolName: "delete", output: { type: "text", value: "done" } };
  const user = (content: string) => ({ role: "user", content });
  const asked = { role: "assistant", content: [call, request] };
  const answered = { role: "tool", content: [response] };
  const done = { role: "tool", content: [result] };
  const whole = [user("old"), user("delete it"), asked, answered, done, user("thanks")];
  expect(messageProblems("ai-sdk", whole)).toEqual([]);
  const items = toItems("ai-sdk", whole);
  expect(items.map(({ group }) => group)).toEqual([
    undefined,
    undefined,
    "call:m2.0",
    "call:m2.0",
    "call:m2.0",
    "call:m2.0",
    undefined,
  ]);
  expect(fromItems(edited(items, ["m0.0"]))).toEqual(whole.slice(1));
  // What only a caller that ignores groups can do.
  expect(fromItems(edited(items, ["m2.0"]))).toEqual([user("old"), user("delete it"), user("thanks")]);
  expect(fromItems(edited(items, ["m4.0"]))).toEqual([user("old"), user("delete it"), user("thanks")]);
  expect(fromItems(edited(items, ["m3.0"]))).toEqual([
    ...whole.slice(0, 2),
    { ...asked, content: [call] },
    done,
    whole[5],
  ]);
  expect(fromItems(edited(items, ["m2.1"]))).toEqual([
    ...whole.slice(0, 2),
    { ...asked, content: [call] },
    done,
    whole[5],
  ]);
  // Approved, and about to be run.
  const pending = whole.slice(0, 4);
  expect(fromItems(edited(toItems("ai-sdk", pending), ["m0.0"]))).toEqual(pending.slice(1));
});

test("reasoning of which nothing follows any more leaves its message, and the message where it is all", () => {
  const thinking = { type: "thinking", thinking: "hm", signature: "EqQB" };
  const reasoning = { type: "reasoning", text: "hm" };
  const text = { type: "text", text: "I look." };
  const user = { role: "user", content: "hi" };
  const end = { role: "user", content: "bye" };
  const anthropic = [user, { role: "assistant", content: [thinking, text] }, end];
  const gone = (items: RoutedItem[]) => fromItems(edited(items, ["m1.1"]));
  expect(gone(toItems("anthropic-messages", anthropic))).not.toContainEqual(
    expect.objectContaining({ role: "assistant" }),
  );
  expect(
    gone(toItems("anthropic-messages", [user, { role: "assistant", content: [text, text, thinking] }, end]))[1],
  ).toEqual({ role: "assistant", content: [text] });
  expect(gone(toItems("ai-sdk", [user, { role: "assistant", content: [reasoning, text] }, end]))).toEqual([user, end]);
  const ai = (content: unknown) => ({ type: "ai", data: { content, additional_kwargs: {} } });
  const human = { type: "human", data: { content: "hi" } };
  expect(gone(toItems("langchain", [human, ai([thinking, text]), human]))).toEqual([human, human]);
});
