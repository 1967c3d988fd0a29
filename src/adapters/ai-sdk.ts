import { type FormatAdapter, type FoundPart, jsonText, type PartSpec } from "./format.ts";
import { isRecord, type Json, type JsonRecord, type Path, setAt, stringAt } from "./json.ts";
import { answersFollowCalls } from "./legal-order.ts";
import { fileMedia, imageMedia, mediaPart } from "./media.ts";
import { mendContent } from "./mend-content.ts";
import { wholeMessage } from "./openai-chat.ts";

/**
 * The ModelMessage of the Vercel AI SDK: text, files, images, reasoning (kept as it is or left out, since a provider may
 * have signed it), tool calls, tool results with their typed output, approvals.
 */
export const aiSdk: FormatAdapter = {
  format: "ai-sdk",
  flat: false,
  roleOf: (message) => stringAt(message, "role") ?? "user",
  parts,
  rewrite,
  mend: (message) => mendContent(message, /^reasoning$/),
  arrange: answersFollowCalls,
  plain: (role, text) => ({ role: role === "tool" ? "user" : role, content: text }),
};

function parts(message: JsonRecord): readonly FoundPart[] {
  const { content } = message;
  if (typeof content === "string")
    return [{ path: ["content"], as: "text", unit: [["content"]], kind: "message", text: content }];
  if (!Array.isArray(content) || content.length === 0) return [wholeMessage(message)];
  return content.flatMap((part, at) => contentPart(part, ["content", at], message.role === "assistant"));
}

function contentPart(part: Json, path: Path, byAssistant: boolean): FoundPart[] {
  const unit = [path];
  const text = stringAt(part, "text");
  if (isRecord(part)) {
    const mediaType = stringAt(part, "mediaType") ?? stringAt(part, "mimeType");
    switch (part.type) {
      case "text":
        if (text !== undefined) return [{ path: [...path, "text"], as: "text", unit, kind: "message", text }];
        break;
      case "reasoning":
        return [{ path: [...path, "text"], as: "signed", unit, kind: "message", text: text ?? "" }];
      case "image":
        return [mediaPart(imageMedia(part.image), path, "message")];
      case "file":
        return [mediaPart(fileMedia(mediaType, part.data), path, "message")];
      case "tool-call":
        return [toolCall(part, path)];
      case "tool-result":
        return toolResult(part, path, byAssistant);
    }
  }
  const whole = jsonText(part);
  return [{ path, as: "opaque", unit, kind: "message", text: whole, placeholder: whole, ...approval(part) }];
}

/** A request for approval is answered by its response, as a call is by its result. */
function approval(part: Json): Partial<FoundPart> {
  const type = stringAt(part, "type");
  const id = `approval:${stringAt(part, "approvalId") ?? ""}`;
  const approves = stringAt(part, "toolCallId");
  if (type === "tool-approval-response") return { result: id };
  return type === "tool-approval-request" && approves !== undefined ? { call: id, approves } : {};
}

function toolCall(part: JsonRecord, path: Path): FoundPart {
  const tool = stringAt(part, "toolName") ?? "";
  const call = stringAt(part, "toolCallId");
  const prefix = `${tool}\n`;
  const text = prefix + jsonText(part.input ?? null);
  return {
    ...{ path: [...path, "input"], as: "json", unit: [path], kind: "tool_call", text, prefix, tool },
    ...(call !== undefined && { call }),
    ...(part.providerExecuted === true && { hosted: true }),
  };
}

/** The output is a text, a JSON value, or a list of content; an error is one of the first two under another name. */
function toolResult(part: JsonRecord, path: Path, byAssistant: boolean): FoundPart[] {
  const result = stringAt(part, "toolCallId");
  const tool = stringAt(part, "toolName");
  const rest = {
    unit: [path],
    kind: "tool_result" as const,
    ...(result !== undefined && { result }),
    ...(tool !== undefined && { tool }),
    ...(byAssistant && { hosted: true }),
  };
  const output = isRecord(part.output) ? part.output : {};
  const place = [...path, "output", "value"];
  if (typeof output.value === "string" && /text$/.test(String(output.type)))
    return [{ path: place, as: "text", text: output.value, ...rest }];
  if (/json$/.test(String(output.type)) && output.value !== undefined)
    return [{ path: place, as: "json", text: jsonText(output.value), ...rest }];
  if (output.type === "content" && Array.isArray(output.value) && output.value.length > 0)
    return output.value.map((each, at) => ({ ...outputPart(each, [...place, at], rest), container: path }));
  const text = part.output === undefined ? "" : jsonText(part.output);
  return [{ path: [...path, "output"], as: "opaque", text, placeholder: text, ...rest }];
}

function outputPart(part: Json, path: Path, rest: Partial<FoundPart> & { kind: "tool_result" }): FoundPart {
  const text = stringAt(part, "text");
  const unit = [path];
  if (text !== undefined) return { path: [...path, "text"], as: "text", text, ...rest, unit };
  const data = isRecord(part) ? part.data : undefined;
  const mediaType = stringAt(part, "mediaType");
  if (data !== undefined || String(stringAt(part, "type")).startsWith("image"))
    return mediaPart(fileMedia(mediaType ?? "image/png", data ?? null), path, rest.kind, { ...rest, unit });
  const whole = jsonText(part);
  return { path, as: "opaque", text: whole, placeholder: whole, ...rest, unit };
}

function rewrite(message: JsonRecord, spec: PartSpec, text: string): void {
  const place = spec.unit[0] ?? [];
  if (place.length === 0) message.content = text;
  else if (spec.kind === "tool_result" && spec.container === undefined)
    setAt(message, [...place, "output"], { type: "text", value: text });
  else setAt(message, place, { type: "text", text });
}
