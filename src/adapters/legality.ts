import { adapterFor } from "./adapter-for.ts";
import type { ForeignMessage } from "./conversation.ts";
import type { FormatName } from "./format.ts";
import { isRecord, type JsonRecord } from "./json.ts";

/**
 * What a provider would refuse in a list of messages, in words without their text; an empty list where nothing. Looked at
 * are: calls that nobody answers although the conversation goes on, answers that nobody asked for, answers that do not
 * follow their calls, empty messages, and who opens.
 *
 * Cost: proportional to the messages; texts are not read.
 * @example
 * const answer = { role: "tool", tool_call_id: "a", content: "x" };
 * messageProblems("openai-chat", [answer]); // => ["message 0 answers a call that is not there"]
 */
export function messageProblems(format: FormatName, messages: readonly ForeignMessage[]): string[] {
  const adapter = adapterFor(format);
  const problems: string[] = [];
  /** Calls by id, and whether something else than answers was said since. */
  const open = new Map<string, { readonly at: number; isLate: boolean; readonly mayStayOpen: boolean }>();
  for (const [at, message] of messages.entries()) {
    if (!isRecord(message)) {
      problems.push(`message ${at} is not an object`);
      continue;
    }
    if (isEmpty(message)) problems.push(`message ${at} is empty`);
    const parts = adapter.parts(message);
    const isAnswer = parts.some((part) => part.result !== undefined && !part.hosted);
    if (!isAnswer && !adapter.flat) for (const call of open.values()) call.isLate = true;
    const answered = new Set<string>();
    for (const { call, result, hosted, approves } of parts) {
      if (call !== undefined) open.set(call, { at, isLate: false, mayStayOpen: approves !== undefined });
      if (result === undefined || answered.has(result)) continue;
      answered.add(result);
      const asked = open.get(result);
      open.delete(result);
      if (asked === undefined) problems.push(`message ${at} answers a call that is not there`);
      else if (asked.isLate && !hosted) problems.push(`message ${at} answers a call too late`);
    }
  }
  for (const { at, isLate, mayStayOpen } of open.values()) {
    if (mayStayOpen) continue;
    const goesOn = adapter.flat ? messages.slice(at + 1).some((each) => isSpeech(each as JsonRecord)) : isLate;
    if (goesOn) problems.push(`message ${at} makes a call that nobody answers`);
  }
  if (format === "anthropic-messages" && messages[0]?.role === "assistant") problems.push("the assistant opens");
  return problems;
}

function isSpeech(message: JsonRecord): boolean {
  return typeof message.role === "string";
}

function isEmpty(message: JsonRecord): boolean {
  return [message.content, message.output].some((each) => Array.isArray(each) && each.length === 0);
}
