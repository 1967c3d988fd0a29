import type { ForeignMessage } from "./conversation.ts";
import type { FormatName } from "./format.ts";
import { arrayAt, isRecord, type Json, type JsonRecord, stringAt } from "./json.ts";

/** What only one format has, in the order in which it is looked for. */
const marks: readonly (readonly [FormatName, (message: JsonRecord) => boolean])[] = [
  ["langchain", isLangchain],
  ["swe-agent", isSweAgent],
  ["openai-responses", isResponses],
  [
    "ai-sdk",
    (message) => blocks(message).some((block) => /^(tool-|reasoning$)|^file$/.test(typeOf(block)) && isAiSdk(block)),
  ],
  ["anthropic-messages", (message) => blocks(message).some(isAnthropicBlock)],
  ["openai-chat", isOpenaiChat],
];

const responsesTypes = /^(reasoning|item_reference|compaction|mcp_.*|.*_call|.*_call_output)$/;
const anthropicTypes =
  /^(tool_use|tool_result|thinking|redacted_thinking|document|server_tool_use|mcp_tool_use|search_result|container_upload|.*_tool_result)$/;

/**
 * The format of messages, by what only that format has. Messages that could be of several (plain texts by a user and an
 * assistant) are OpenAI chat messages, which are the same in all of them.
 *
 * Cost: proportional to the messages; texts are not read.
 * @example detectFormat([{ role: "user", content: [{ type: "tool_result", tool_use_id: "a" }] }]); // => "anthropic-messages"
 */
export function detectFormat(messages: readonly ForeignMessage[]): FormatName {
  for (const [format, has] of marks) if (messages.some((message) => isRecord(message) && has(message))) return format;
  return "openai-chat";
}

/** Whether a value could be a message of any of the formats at all. */
export function looksLikeMessage(value: unknown): value is ForeignMessage {
  if (!isRecord(value)) return false;
  return typeof value.role === "string" || isLangchain(value) || responsesTypes.test(typeOf(value));
}

function blocks(message: JsonRecord): readonly Json[] {
  return arrayAt(message, "content");
}

function typeOf(value: Json): string {
  return stringAt(value, "type") ?? "";
}

function isLangchain(message: JsonRecord): boolean {
  if (message.lc === 1 && isRecord(message.kwargs)) return true;
  return isRecord(message.data) && /^(human|ai|system|tool|function|generic|developer)$/.test(typeOf(message));
}

function isSweAgent(message: JsonRecord): boolean {
  return typeof message.agent === "string" && typeof message.role === "string";
}

function isResponses(message: JsonRecord): boolean {
  if (responsesTypes.test(typeOf(message)) && !isRecord(message.data)) return true;
  return [...blocks(message), ...arrayAt(message, "output")].some((block) =>
    /^(input_text|output_text|input_image|input_file)$/.test(typeOf(block)),
  );
}

function isAiSdk(block: Json): boolean {
  const type = typeOf(block);
  if (type === "file") return stringAt(block, "mediaType") !== undefined;
  return type === "reasoning" || stringAt(block, "toolCallId") !== undefined;
}

function isAnthropicBlock(block: Json): boolean {
  const type = typeOf(block);
  if (anthropicTypes.test(type)) return true;
  return isRecord(block) && type === "image" && isRecord(block.source);
}

function isOpenaiChat(message: JsonRecord): boolean {
  return Array.isArray(message.tool_calls) || stringAt(message, "tool_call_id") !== undefined;
}
