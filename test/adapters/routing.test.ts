import { expect, test } from "vitest";
import { createRouting, type FormatName, toItems } from "../../src/adapters/index.ts";

const routing = createRouting({ toolResults: { look: "knowledge_base" } });

test.each<[FormatName, { [key: string]: unknown }, { [key: string]: unknown }]>([
  [
    "openai-chat",
    { role: "assistant", tool_calls: [{ id: "a", type: "function", function: { name: "look", arguments: "{}" } }] },
    { role: "tool", tool_call_id: "a", content: "seen" },
  ],
  [
    "openai-responses",
    { type: "function_call", call_id: "a", name: "look", arguments: "{}" },
    { type: "function_call_output", call_id: "a", output: "seen" },
  ],
  [
    "anthropic-messages",
    { role: "assistant", content: [{ type: "tool_use", id: "a", name: "look", input: {} }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "a", content: "seen" }] },
  ],
  [
    "ai-sdk",
    { role: "assistant", content: [{ type: "tool-call", toolCallId: "a", toolName: "look", input: {} }] },
    { role: "tool", content: [{ type: "tool-result", toolCallId: "a", output: { type: "text", value: "seen" } }] },
  ],
  [
    "langchain",
    { type: "ai", data: { content: "", tool_calls: [{ id: "a", name: "look", args: {} }] } },
    { type: "tool", data: { tool_call_id: "a", content: "seen" } },
  ],
])("%s: the result of a tool goes where its tool's do, though only the call names the tool", (format, call, result) => {
  const items = toItems(format, [call, result], { routing });
  expect(items.filter(({ kind }) => kind === "tool_result").map(({ component }) => component)).toEqual([
    "knowledge_base",
  ]);
  const others = toItems(format, [call, result], { routing: createRouting({ toolResults: { listen: "x" } }) });
  expect(others.some(({ component }) => component === "x" || component === "knowledge_base")).toBe(false);
});
