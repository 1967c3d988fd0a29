import type { ForeignMessage, FormatName } from "../../src/adapters/index.ts";

// One session in every format: written by hand from OpenAI's, as each provider's own converters do it.

interface ChatCall {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

interface ChatMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string | null;
  readonly tool_calls?: readonly ChatCall[];
  readonly tool_call_id?: string;
  readonly name?: string;
}

const asInput = (text: string) => JSON.parse(text) as object;

function responses(m: ChatMessage): ForeignMessage[] {
  if (m.role === "tool") return [{ type: "function_call_output", call_id: m.tool_call_id, output: m.content }];
  const calls = (m.tool_calls ?? []).map((call) => ({
    type: "function_call",
    call_id: call.id,
    name: call.function.name,
    arguments: call.function.arguments,
  }));
  return [...(m.content === null ? [] : [{ type: "message", role: m.role, content: m.content }]), ...calls];
}

function anthropic(m: ChatMessage): ForeignMessage[] {
  if (m.role === "system") return [];
  if (m.role === "tool")
    return [{ role: "user", content: [{ type: "tool_result", tool_use_id: m.tool_call_id, content: m.content }] }];
  const calls = (m.tool_calls ?? []).map((call) => ({
    type: "tool_use",
    id: call.id,
    name: call.function.name,
    input: asInput(call.function.arguments),
  }));
  const text = m.content === null ? [] : [{ type: "text", text: m.content }];
  return [{ role: m.role, content: [...text, ...calls] }];
}

function aiSdk(m: ChatMessage): ForeignMessage[] {
  const output = { type: "text", value: m.content };
  if (m.role === "tool")
    return [
      { role: "tool", content: [{ type: "tool-result", toolCallId: m.tool_call_id, toolName: m.name ?? "", output }] },
    ];
  if (m.role !== "assistant") return [{ role: m.role, content: m.content }];
  const calls = (m.tool_calls ?? []).map((call) => ({
    type: "tool-call",
    toolCallId: call.id,
    toolName: call.function.name,
    input: asInput(call.function.arguments),
  }));
  return [
    { role: "assistant", content: [...(m.content === null ? [] : [{ type: "text", text: m.content }]), ...calls] },
  ];
}

function langchain(m: ChatMessage): ForeignMessage[] {
  const types = { system: "system", user: "human", assistant: "ai", tool: "tool" };
  const calls = (m.tool_calls ?? []).map((call) => ({
    name: call.function.name,
    args: asInput(call.function.arguments),
    id: call.id,
    type: "tool_call",
  }));
  const extra =
    m.role === "tool"
      ? { tool_call_id: m.tool_call_id, name: m.name }
      : m.role === "assistant"
        ? { tool_calls: calls, additional_kwargs: calls.length > 0 ? { tool_calls: m.tool_calls } : {} }
        : {};
  return [{ type: types[m.role], data: { content: m.content ?? "", ...extra } }];
}

function sweAgent(m: ChatMessage): ForeignMessage[] {
  const { tool_call_id, ...rest } = m;
  const content = m.content ?? "";
  if (m.role === "tool") return [{ ...rest, content, agent: "main", tool_call_ids: [tool_call_id] }];
  return [{ ...rest, content, agent: "main", ...(m.role === "assistant" && { thought: content, action: "x" }) }];
}

const converters: Readonly<Record<FormatName, (message: ChatMessage) => ForeignMessage[]>> = {
  "openai-chat": (message) => [message as unknown as ForeignMessage],
  "openai-responses": responses,
  "anthropic-messages": anthropic,
  "ai-sdk": aiSdk,
  langchain,
  "swe-agent": sweAgent,
};

export function converted(messages: readonly ForeignMessage[], format: FormatName): ForeignMessage[] {
  const system = messages.find((message) => message.role === "system");
  const rest = (messages as unknown as readonly ChatMessage[]).flatMap(converters[format]);
  // Anthropic's system prompt stands outside of the messages; here it is the user's first words.
  return format === "anthropic-messages" && system !== undefined
    ? [{ role: "user", content: String(system.content) }, { role: "assistant", content: "Understood." }, ...rest]
    : rest;
}
