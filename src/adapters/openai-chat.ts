import { type FormatAdapter, type FoundPart, jsonText, type PartSpec } from "./format.ts";
import { arrayAt, getAt, isRecord, type Json, type JsonRecord, type Path, setAt, stringAt } from "./json.ts";
import { answersFollowCalls } from "./legal-order.ts";
import { fileMedia, imageMedia, mediaPart } from "./media.ts";

/**
 * OpenAI chat completions: tool calls and results by id, the older `function_call`, multi-part content, refusals.
 * Legal: each tool message answers a call of the assistant message before it, and every call is answered.
 */
export const openaiChat: FormatAdapter = {
  format: "openai-chat",
  flat: false,
  roleOf,
  parts,
  rewrite,
  mend,
  arrange: answersFollowCalls,
  plain: (role, text) => ({ role: role === "tool" ? "user" : role, content: text }),
};

/** `developer` is what newer models call the system; a `function` message is a tool's. */
function roleOf(message: JsonRecord): string {
  const role = stringAt(message, "role") ?? "user";
  return role === "developer" ? "system" : role === "function" ? "tool" : role;
}

function parts(message: JsonRecord): readonly FoundPart[] {
  const answer = resultOf(message);
  const found = [
    ...contentParts(message, answer === undefined ? {} : { result: answer, kind: "tool_result" }),
    ...optionalText(message, "refusal"),
    ...arrayAt(message, "tool_calls").map((call, at) => callPart(call, ["tool_calls", at])),
    ...functionCall(message),
  ];
  return found.length > 0 ? found : [wholeMessage(message)];
}

/** The old function messages have no ids: a function's name stands for the id. */
function resultOf(message: JsonRecord): string | undefined {
  if (message.role === "function") return `function:${stringAt(message, "name") ?? ""}`;
  return message.role === "tool" ? stringAt(message, "tool_call_id") : undefined;
}

/** A message of which nothing is text (an unknown kind, an empty list): one part that holds the message as it is. */
export function wholeMessage(message: JsonRecord): FoundPart {
  const { role: _, content, ...rest } = message;
  const text = Object.keys(rest).length === 0 && !hasContent(content) ? "" : jsonText(message);
  return { path: [], as: "opaque", unit: [[]], kind: "message", text, placeholder: text };
}

function hasContent(content: Json): boolean {
  return Array.isArray(content) ? content.length > 0 : content !== null && content !== undefined;
}

/** The parts of `content`: a text, or a list of parts as OpenAI, LangChain and SWE-agent write them. */
export function contentParts(message: JsonRecord, rest: Partial<FoundPart> = {}, base: Path = []): FoundPart[] {
  const path = [...base, "content"];
  const content = getAt(message, path);
  if (typeof content === "string") return [{ path, as: "text", unit: [path], kind: "message", text: content, ...rest }];
  if (!Array.isArray(content)) return [];
  return content.map((part, at) => contentPart(part, [...path, at], rest));
}

function contentPart(part: Json, path: Path, rest: Partial<FoundPart>): FoundPart {
  if (typeof part === "string") return { path, as: "text", unit: [path], kind: "message", text: part, ...rest };
  for (const key of ["text", "refusal"]) {
    const text = stringAt(part, key);
    if (text !== undefined) return { path: [...path, key], as: "text", unit: [path], kind: "message", text, ...rest };
  }
  if (isRecord(part)) {
    const kind = rest.kind ?? "message";
    if (isRecord(part.image_url) || typeof part.image_url === "string") {
      const image = isRecord(part.image_url) ? part.image_url : { url: part.image_url };
      const detail = stringAt(image, "detail") ?? stringAt(part, "detail");
      return mediaPart(imageMedia(image.url, detail), path, kind, rest);
    }
    if (part.type === "input_audio") return mediaPart(fileMedia("audio/wav", part.input_audio), path, kind, rest);
    if (isRecord(part.file)) return mediaPart(fileOf(part.file), path, kind, rest);
  }
  return { path, as: "json", unit: [path], kind: "message", text: jsonText(part), ...rest };
}

function fileOf(file: JsonRecord) {
  const data = stringAt(file, "file_data");
  const declared = data?.startsWith("data:") ? data.slice(5, data.indexOf(";")) : undefined;
  const isPdf = (stringAt(file, "filename") ?? "").toLowerCase().endsWith(".pdf");
  return fileMedia(declared ?? (isPdf ? "application/pdf" : undefined), data);
}

function optionalText(message: JsonRecord, key: string): FoundPart[] {
  const text = stringAt(message, key);
  return text === undefined ? [] : [{ path: [key], as: "text", unit: [[key]], kind: "message", text }];
}

/** A call with its name, so that both are counted: `name`, a newline, the arguments. */
export function callPart(call: Json, unit: Path): FoundPart {
  const id = stringAt(call, "id");
  const custom = isRecord(call) && isRecord(call.custom);
  const path = custom ? [...unit, "custom", "input"] : [...unit, "function", "arguments"];
  const text = getAt(call, path.slice(unit.length));
  const name = stringAt(getAt(call, path.slice(unit.length, -1)), "name");
  const identity = { ...(id !== undefined && { call: id }), ...(name !== undefined && { tool: name }) };
  if (typeof text !== "string")
    return { path: unit, as: "opaque", unit: [unit], kind: "tool_call", ...stoodFor(jsonText(call)), ...identity };
  const prefix = `${name ?? ""}\n`;
  const as = custom ? "text" : "arguments";
  return { path, as, unit: [unit], kind: "tool_call", text: prefix + text, prefix, ...identity };
}

function stoodFor(text: string): { text: string; placeholder: string } {
  return { text, placeholder: text };
}

function functionCall(message: JsonRecord): FoundPart[] {
  const name = stringAt(message.function_call, "name");
  const text = stringAt(message.function_call, "arguments");
  if (name === undefined || text === undefined) return [];
  const prefix = `${name}\n`;
  const path = ["function_call", "arguments"];
  const call = `function:${name}`;
  const unit = [["function_call"]];
  return [{ path, as: "arguments", unit, kind: "tool_call", text: prefix + text, prefix, call, tool: name }];
}

export function rewrite(message: JsonRecord, spec: PartSpec, text: string): void {
  const place = spec.unit[0] ?? [];
  if (place.length === 0) replaceWhole(message, text);
  else setAt(message, place, { type: "text", text });
}

function replaceWhole(message: JsonRecord, text: string): void {
  for (const key of Object.keys(message)) if (key !== "role") delete message[key];
  message.content = text;
}

/** An assistant message may have calls and no text; an empty list of either is illegal. */
export function mend(message: JsonRecord): JsonRecord | undefined {
  if (Array.isArray(message.tool_calls) && message.tool_calls.length === 0) delete message.tool_calls;
  if (Array.isArray(message.content) && message.content.length === 0) delete message.content;
  const speaks = message.content !== undefined && message.content !== null && message.content !== "";
  const calls = message.tool_calls !== undefined || isRecord(message.function_call);
  if (!speaks && (calls || typeof message.refusal === "string")) message.content = null;
  return speaks || calls || typeof message.refusal === "string" ? message : undefined;
}
