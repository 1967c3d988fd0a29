import { type Json, type JsonRecord, stringAt } from "./json.ts";

/**
 * A message of which parts were removed. Reasoning at the end of its content led to nothing any more, and providers refuse it
 * there.
 * @param reasoning the types of such blocks.
 * @returns undefined where no content is left.
 */
export function mendContent(message: JsonRecord, reasoning: RegExp): JsonRecord | undefined {
  const { content } = message;
  if (content === undefined) return undefined;
  dropReasoningAtEnd(content, reasoning);
  return Array.isArray(content) && content.length === 0 ? undefined : message;
}

export function dropReasoningAtEnd(content: Json, reasoning: RegExp): void {
  if (!Array.isArray(content)) return;
  while (reasoning.test(stringAt(content.at(-1), "type") ?? "")) content.pop();
}
