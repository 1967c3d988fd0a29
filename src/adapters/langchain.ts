import { type FormatAdapter, type FoundPart, jsonText, type Mirror, type PartSpec } from "./format.ts";
import { arrayAt, getAt, isRecord, type Json, type JsonRecord, type Path, setAt, stringAt } from "./json.ts";
import { answersFollowCalls } from "./legal-order.ts";
import { dropReasoningAtEnd } from "./mend-content.ts";
import { contentParts, wholeMessage } from "./openai-chat.ts";

/**
 * LangChain's serialised messages, in both forms: `{ lc: 1, type: "constructor", id, kwargs }` as `JSON.stringify` of a
 * message gives, and `{ type: "human", data }` as chat histories store them. A call is written up to three times (in
 * `tool_calls`, in `additional_kwargs`, as a content block): the copies change and leave together.
 */
export const langchain: FormatAdapter = {
  format: "langchain",
  flat: false,
  roleOf,
  parts,
  rewrite,
  mend,
  arrange: answersFollowCalls,
  plain(role, text) {
    const type = role === "assistant" ? "ai" : role === "system" ? "system" : "human";
    return { type, data: { content: text, additional_kwargs: {}, response_metadata: {} } };
  },
};

const reasoningTypes = /^(reasoning|thinking|redacted_thinking)$/;

const roles: ReadonlyMap<string, string> = new Map([
  ["human", "user"],
  ["user", "user"],
  ["ai", "assistant"],
  ["assistant", "assistant"],
  ["system", "system"],
  ["developer", "system"],
  ["tool", "tool"],
  ["function", "tool"],
]);

function roleOf(message: JsonRecord): string {
  const named = bodyKey(message) === "data" ? stringAt(message, "type") : className(message);
  const type = named?.replace(/Message(Chunk)?$/, "").toLowerCase() ?? "";
  return roles.get(type === "chat" ? (stringAt(body(message), "role") ?? "") : type) ?? "user";
}

function className(message: JsonRecord): string | undefined {
  const last = arrayAt(message, "id").at(-1);
  return typeof last === "string" ? last : undefined;
}

function bodyKey(message: JsonRecord): "data" | "kwargs" {
  return isRecord(message.data) ? "data" : "kwargs";
}

function body(message: JsonRecord): JsonRecord {
  const found = message[bodyKey(message)];
  return isRecord(found) ? found : {};
}

function parts(message: JsonRecord): readonly FoundPart[] {
  const base = [bodyKey(message)];
  const inner = body(message);
  const role = roleOf(message);
  const answer = stringAt(inner, "tool_call_id") ?? (role === "tool" ? stringAt(inner, "name") : undefined);
  const tool = role === "tool" ? stringAt(inner, "name") : undefined;
  const calls = arrayAt(inner, "tool_calls").map((call, at) => callParts(message, call, [...base, "tool_calls", at]));
  const mirrored = new Set(calls.flatMap((call) => call.unit.map((path) => path.join("/"))));
  const content = contentParts(
    message,
    answer === undefined
      ? {}
      : { kind: "tool_result", result: answer, ...(tool !== undefined && { tool }), ...container(message, base) },
    base,
  )
    .filter((part) => !mirrored.has(part.unit[0]!.join("/")))
    .map((part) => asReasoning(message, part));
  const found = [...content, ...calls];
  return found.length > 0 ? found : [wholeMessage(message)];
}

/** A tool message of several parts leaves whole when its last part does. */
function container(message: JsonRecord, base: Path): Partial<FoundPart> {
  return Array.isArray(getAt(message, [...base, "content"])) ? { container: [] } : {};
}

/** Reasoning blocks of any provider are kept as they are or left out. */
function asReasoning(message: JsonRecord, part: FoundPart): FoundPart {
  const block = getAt(message, part.unit[0] ?? []);
  const type = stringAt(block, "type") ?? "";
  if (!reasoningTypes.test(type)) return part;
  const { prefix: _, ...rest } = part;
  const text = stringAt(block, "thinking") ?? stringAt(block, "reasoning") ?? stringAt(block, "text") ?? `[${type}]`;
  return { ...rest, path: part.unit[0] ?? [], as: "signed", text, placeholder: text };
}

function callParts(message: JsonRecord, call: Json, unit: Path): FoundPart {
  const name = stringAt(call, "name") ?? "";
  const id = stringAt(call, "id");
  const args = isRecord(call) ? (call.args ?? null) : null;
  const prefix = `${name}\n`;
  const copies = id === undefined ? [] : copiesOf(message, id, args);
  return {
    path: [...unit, "args"],
    as: "json",
    unit: [unit, ...copies.map((copy) => copy.unit)],
    kind: "tool_call",
    text: prefix + jsonText(args),
    prefix,
    tool: name,
    mirrors: copies.map((copy) => copy.mirror),
    ...(id !== undefined && { call: id }),
  };
}

/** The same call as the provider sent it (arguments as a string) and as a content block (input as a value). */
function copiesOf(message: JsonRecord, id: string, args: Json): { unit: Path; mirror: Mirror }[] {
  const base = [bodyKey(message)];
  const text = jsonText(args);
  const copies: { unit: Path; mirror: Mirror }[] = [];
  arrayAt(body(message).additional_kwargs, "tool_calls").forEach((raw, at) => {
    const unit = [...base, "additional_kwargs", "tool_calls", at];
    const found = getAt(raw, ["function", "arguments"]);
    if (stringAt(raw, "id") === id && typeof found === "string")
      copies.push({
        unit,
        mirror: { path: [...unit, "function", "arguments"], as: "arguments", emptied: found === text },
      });
  });
  arrayAt(body(message), "content").forEach((block, at) => {
    const unit = [...base, "content", at];
    if (!isRecord(block) || block.id !== id || !/^(tool_use|tool_call)$/.test(String(block.type))) return;
    const key = Object.hasOwn(block, "input") ? "input" : "args";
    const value = block[key] ?? null;
    const same = jsonText(value) === text;
    copies.push({ unit, mirror: { path: [...unit, key], as: "json", emptied: same } });
  });
  return copies;
}

function rewrite(message: JsonRecord, spec: PartSpec, text: string): void {
  const place = spec.unit[0] ?? [];
  if (place.length > 1) setAt(message, place, { type: "text", text });
  else body(message).content = text;
}

/** Content may be empty where there are calls; it is a string then. Reasoning at its end led to nothing without calls. */
function mend(message: JsonRecord): JsonRecord | undefined {
  const inner = body(message);
  const calls = arrayAt(inner, "tool_calls").length > 0;
  const { content } = inner;
  if (!calls && content !== undefined) dropReasoningAtEnd(content, reasoningTypes);
  const isEmpty = content === undefined || content === "" || (Array.isArray(content) && content.length === 0);
  if (isEmpty && !calls) return undefined;
  if (isEmpty) inner.content = "";
  return tidied(message);
}

function tidied(message: JsonRecord): JsonRecord {
  const raw = body(message).additional_kwargs;
  if (isRecord(raw) && Array.isArray(raw.tool_calls) && raw.tool_calls.length === 0) delete raw.tool_calls;
  return message;
}
