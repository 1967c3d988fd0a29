import type { Draft } from "./format.ts";
import { isRecord, type Json, type JsonRecord } from "./json.ts";
import { answersFollowCalls } from "./legal-order.ts";

/** Stands where the user's first message was: the API accepts no conversation that the assistant opens. */
export const openingText = "[Earlier messages are archived.]";

/**
 * An order that the Messages API accepts: results first in the message right after their calls, the user first, and no
 * two messages of one role in a row where a cleanup made them neighbours (some gateways refuse them). A message that
 * begins with thinking is left whole.
 */
export function anthropicOrder(drafts: readonly Draft[]): readonly Draft[] {
  const merged: Draft[] = [];
  for (const draft of answersFollowCalls(drafts)) {
    const before = merged.at(-1);
    if (before !== undefined && becameNeighbours(before, draft)) merged[merged.length - 1] = joined(before, draft);
    else merged.push({ ...draft, message: resultsFirst(draft.message) });
  }
  const first = merged[0];
  if (first === undefined || first.message.role !== "assistant") return merged;
  const opening = { role: "user", content: openingText };
  return [{ index: -1, message: opening, calls: [], results: [], touched: true }, ...merged];
}

function becameNeighbours(before: Draft, draft: Draft): boolean {
  if (before.message.role !== draft.message.role || draft.index === before.index + 1) return false;
  const reasons = (each: Draft) =>
    blocksOf(each.message).some((block) => isRecord(block) && /thinking$/.test(String(block.type)));
  return before.calls.length === 0 && !reasons(draft) && !reasons(before);
}

function joined(before: Draft, draft: Draft): Draft {
  const content = [...blocksOf(before.message), ...blocksOf(draft.message)];
  return {
    index: draft.index,
    message: resultsFirst({ ...before.message, content }),
    calls: [...before.calls, ...draft.calls],
    results: [...before.results, ...draft.results],
    touched: true,
  };
}

function blocksOf(message: JsonRecord): readonly Json[] {
  const { content } = message;
  if (typeof content === "string") return content === "" ? [] : [{ type: "text", text: content }];
  return Array.isArray(content) ? content : [];
}

function resultsFirst(message: JsonRecord): JsonRecord {
  const { content } = message;
  if (message.role !== "user" || !Array.isArray(content)) return message;
  const isResult = (block: Json) => isRecord(block) && block.type === "tool_result";
  const firstOther = content.findIndex((block) => !isResult(block));
  if (firstOther === -1 || !content.slice(firstOther).some(isResult)) return message;
  const results = content.filter(isResult);
  return { ...message, content: [...results, ...content.filter((block) => !isResult(block))] };
}
