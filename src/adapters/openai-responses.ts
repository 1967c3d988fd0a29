import { type FormatAdapter, type FoundPart, jsonText, type PartSpec } from "./format.ts";
import { isRecord, type Json, type JsonRecord, type Path, setAt, stringAt } from "./json.ts";
import { fileMedia, imageMedia, mediaPart } from "./media.ts";
import { responsesOrder } from "./responses-order.ts";

/**
 * Items of the OpenAI Responses API: messages, function and custom tool calls with their outputs, reasoning (kept byte
 * for byte or left out), and the calls of tools that OpenAI runs itself.
 */
export const openaiResponses: FormatAdapter = {
  format: "openai-responses",
  flat: true,
  roleOf,
  parts,
  rewrite,
  mend,
  arrange: responsesOrder,
  plain: (role, text) => ({ role: role === "tool" ? "user" : role, content: text }),
};

/** Where the text of a call or an output lies, by the item's type. */
const callText: ReadonlyMap<string, string> = new Map([
  ["function_call", "arguments"],
  ["custom_tool_call", "input"],
  ["computer_call", "action"],
  ["local_shell_call", "action"],
  ["shell_call", "action"],
  ["apply_patch_call", "operation"],
]);

function roleOf(item: JsonRecord): string {
  const role = stringAt(item, "role");
  if (role !== undefined) return role === "developer" ? "system" : role;
  return (stringAt(item, "type") ?? "").endsWith("_output") ? "tool" : "assistant";
}

function parts(item: JsonRecord): readonly FoundPart[] {
  const type = stringAt(item, "type") ?? "message";
  const id = stringAt(item, "call_id");
  if (type === "message") return contentParts(item, ["content"], { kind: "message" });
  if (type === "reasoning") return [reasoning(item)];
  if (id !== undefined && callText.has(type)) return [call(item, callText.get(type)!, id)];
  if (id !== undefined && type.endsWith("_output")) return contentParts(item, ["output"], result(id));
  return [opaqueItem(item)];
}

function result(id: string): Partial<FoundPart> & { kind: "tool_result" } {
  return { kind: "tool_result", result: id };
}

function call(item: JsonRecord, key: string, id: string): FoundPart {
  const name = stringAt(item, "name") ?? stringAt(item, "type") ?? "";
  const prefix = `${name}\n`;
  const value = item[key];
  const asText = typeof value === "string";
  return {
    path: [key],
    as: !asText ? "json" : item.type === "function_call" ? "arguments" : "text",
    unit: [[]],
    kind: "tool_call",
    text: prefix + (asText ? value : jsonText(value)),
    prefix,
    call: id,
    tool: name,
  };
}

/** Reasoning is its summary to us; the encrypted rest is the provider's, and neither may change. */
function reasoning(item: JsonRecord): FoundPart {
  const texts = [item.summary, item.content].flatMap((list) => (Array.isArray(list) ? list : []));
  const text = texts.map((each) => stringAt(each, "text") ?? "").join("\n");
  return { path: [], as: "signed", unit: [[]], kind: "message", text, placeholder: text };
}

/** What the provider keeps or runs by itself. An image in it is counted as one, never as its base64. */
function opaqueItem(item: JsonRecord): FoundPart {
  if (item.type === "image_generation_call")
    return mediaPart(imageMedia(item.result ?? null), [], "message", { unit: [[]] });
  const text = item.type === "item_reference" || typeof item.encrypted_content === "string" ? "" : jsonText(item);
  return { path: [], as: "opaque", unit: [[]], kind: "message", text, placeholder: text };
}

function contentParts(
  item: JsonRecord,
  path: Path,
  rest: Partial<FoundPart> & { kind: FoundPart["kind"] },
): FoundPart[] {
  const content = item[String(path[0])];
  const whole = rest.kind === "tool_result";
  if (typeof content === "string") return [{ path, as: "text", unit: [[]], text: content, ...rest }];
  if (!Array.isArray(content) || content.length === 0) {
    const text = isRecord(content) ? jsonText(content) : "";
    return [{ path, as: "opaque", unit: [[]], text, placeholder: text, ...rest }];
  }
  return content.map((part, at) => ({
    ...contentPart(part, [...path, at], rest),
    ...(whole && { container: [] }),
  }));
}

function contentPart(part: Json, path: Path, rest: Partial<FoundPart> & { kind: FoundPart["kind"] }): FoundPart {
  for (const key of ["text", "refusal"]) {
    const text = stringAt(part, key);
    if (text !== undefined) return { path: [...path, key], as: "text", unit: [path], text, ...rest };
  }
  const type = stringAt(part, "type");
  if (isRecord(part)) {
    if (type === "input_image")
      return mediaPart(imageMedia(part.image_url, stringAt(part, "detail")), path, rest.kind, rest);
    if (type === "input_audio") return mediaPart(fileMedia("audio/wav", part.input_audio), path, rest.kind, rest);
    if (type === "input_file") {
      const pdf = (stringAt(part, "filename") ?? stringAt(part, "file_url") ?? "").toLowerCase().endsWith(".pdf");
      return mediaPart(fileMedia(pdf ? "application/pdf" : undefined, part.file_data), path, rest.kind, rest);
    }
  }
  const text = jsonText(part);
  return { path, as: "opaque", unit: [path], text, placeholder: text, ...rest };
}

function rewrite(item: JsonRecord, spec: PartSpec, text: string): void {
  const place = spec.unit[0] ?? [];
  const type = item.role === "assistant" ? "output_text" : "input_text";
  if (place.length > 0) setAt(item, place, type === "input_text" ? { type, text } : { type, text, annotations: [] });
  else if (spec.kind === "tool_result" && typeof item.type === "string") item.output = text;
  else if (spec.kind !== "tool_result") {
    for (const key of Object.keys(item)) delete item[key];
    Object.assign(item, { role: "assistant", content: text });
  }
}

function mend(item: JsonRecord): JsonRecord | undefined {
  for (const key of ["content", "output"]) {
    const list = item[key];
    if (Array.isArray(list) && list.length === 0) return undefined;
  }
  return item;
}
