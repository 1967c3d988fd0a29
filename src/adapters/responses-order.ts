import type { Draft } from "./format.ts";
import { isRecord, type Json, type JsonRecord, stringAt } from "./json.ts";

/**
 * What the Responses API accepts: reasoning only where the item that it led to follows it as it was, and no item with
 * an id (which the API links to its reasoning) where that reasoning is gone: such an item loses its id, and the call of
 * a tool that OpenAI runs, which is nothing without one, goes too. An output may stand anywhere after its call.
 */
export function responsesOrder(drafts: readonly Draft[]): readonly Draft[] {
  const kept = drafts.filter((draft, at) => !isReasoning(draft) || leadsOn(draft, drafts[at + 1]));
  const present = new Set(kept.map((draft) => draft.index));
  return kept.flatMap((draft) => {
    if (!isModels(draft.message) || isReasoning(draft)) return [draft];
    const lostItsReasoning = draft.after !== undefined && !present.has(draft.after);
    if (!lostItsReasoning && !draft.touched) return [draft];
    return draft.message.role === "assistant" || draft.calls.length > 0 ? [unlinked(draft)] : [];
  });
}

function isReasoning(draft: Draft): boolean {
  return draft.message.type === "reasoning";
}

function isModels(item: JsonRecord): boolean {
  return item.role === "assistant" || (stringAt(item, "type") ?? "").endsWith("_call");
}

function leadsOn(reasoning: Draft, next: Draft | undefined): boolean {
  if (next === undefined) return true;
  return next.index === reasoning.index + 1 && !next.touched && (isReasoning(next) || isModels(next.message));
}

/** Without its id a call stands alone; an assistant message becomes the form that has none. */
function unlinked(draft: Draft): Draft {
  const { id: _, status: __, ...message } = draft.message;
  if (message.role !== "assistant") return { ...draft, message };
  const text = textOf(message.content);
  return { ...draft, message: { role: "assistant", content: text } };
}

function textOf(content: Json): string {
  if (typeof content === "string") return content;
  const parts = Array.isArray(content) ? content : [];
  return parts
    .filter(isRecord)
    .map((part) => stringAt(part, "text") ?? stringAt(part, "refusal") ?? "")
    .join("\n");
}
