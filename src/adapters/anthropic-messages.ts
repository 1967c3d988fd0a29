import { anthropicOrder } from "./anthropic-order.ts";
import { type FormatAdapter, type FoundPart, jsonText, type PartSpec } from "./format.ts";
import { isRecord, type Json, type JsonRecord, type Path, setAt, stringAt } from "./json.ts";
import { fileMedia, imageMedia, mediaPart } from "./media.ts";
import { mendContent } from "./mend-content.ts";
import { wholeMessage } from "./openai-chat.ts";

/**
 * Anthropic messages: text, tool_use, tool_result, thinking (kept byte for byte or left out), images, documents, and
 * the tools that the provider runs itself. Legal: the first message is the user's; the results of a message's calls
 * come first in the user message right after it.
 */
export const anthropicMessages: FormatAdapter = {
  format: "anthropic-messages",
  flat: false,
  roleOf: (message) => stringAt(message, "role") ?? "user",
  parts,
  rewrite,
  mend: (message) => mendContent(message, /^(redacted_)?thinking$/),
  arrange: anthropicOrder,
  plain: (role, text) => ({ role: role === "assistant" ? role : "user", content: text }),
};

/** Stands for reasoning that the provider encrypted: what it costs is not public. */
const redacted = "[redacted thinking]";

function parts(message: JsonRecord): readonly FoundPart[] {
  const { content } = message;
  if (typeof content === "string")
    return [{ path: ["content"], as: "text", unit: [["content"]], kind: "message", text: content }];
  if (!Array.isArray(content) || content.length === 0) return [wholeMessage(message)];
  return content.flatMap((block, at) => blockParts(block, ["content", at]));
}

function blockParts(block: Json, path: Path): FoundPart[] {
  const type = stringAt(block, "type") ?? "";
  if (!isRecord(block)) return [opaque(block, path)];
  if (type === "tool_result") return resultParts(block, path);
  if (type.endsWith("_tool_result")) return [hostedResult(block, path)];
  if (type.endsWith("tool_use")) return [toolUse(block, path, type !== "tool_use")];
  return [contentBlock(block, path)];
}

/** A block that a message or a tool's result may hold. */
function contentBlock(block: JsonRecord, path: Path, rest: Partial<FoundPart> = {}): FoundPart {
  const at = (key: string) => [...path, key];
  const text = stringAt(block, "text");
  const kind = rest.kind ?? "message";
  const unit = [path];
  switch (block.type) {
    case "text":
      if (text !== undefined) return { path: at("text"), as: "text", unit, kind, text, ...rest };
      break;
    case "thinking":
      return { path: at("thinking"), as: "signed", unit, kind, text: stringAt(block, "thinking") ?? "", ...rest };
    case "redacted_thinking":
      return { path: at("data"), as: "signed", unit, kind, text: redacted, placeholder: redacted, ...rest };
    case "image":
      return mediaPart(imageMedia(block.source ?? null), path, kind, rest);
    case "document":
      return documentBlock(block, path, rest);
    case "file":
      if (typeof block.content === "string") return fileText(block.content, path, rest);
      break;
  }
  return opaque(block, path, rest);
}

/** A document is text where its source is; else it is pages, which only the provider can count. */
function documentBlock(block: JsonRecord, path: Path, rest: Partial<FoundPart>): FoundPart {
  const source = isRecord(block.source) ? block.source : {};
  const kind = rest.kind ?? "document";
  if (source.type === "text" && typeof source.data === "string")
    return { path: [...path, "source", "data"], as: "text", unit: [path], kind, text: source.data, ...rest };
  if (source.type === "content") return { ...opaque(block, path, rest), kind };
  return mediaPart(fileMedia(stringAt(source, "media_type") ?? "application/pdf", source), path, kind, rest);
}

/** A file that the user attached, as agents that build on this format write it; it is read like a tool's result. */
function fileText(text: string, path: Path, rest: Partial<FoundPart>): FoundPart {
  return { path: [...path, "content"], as: "text", unit: [path], kind: "text", text, media: { type: "file" }, ...rest };
}

function toolUse(block: JsonRecord, path: Path, hosted: boolean): FoundPart {
  const name = stringAt(block, "name") ?? "";
  const call = stringAt(block, "id");
  const prefix = `${name}\n`;
  return {
    path: [...path, "input"],
    as: "json",
    unit: [path],
    kind: "tool_call",
    text: prefix + jsonText(block.input ?? null),
    prefix,
    tool: name,
    ...(call !== undefined && { call }),
    ...(hosted && { hosted: true }),
  };
}

function resultParts(block: JsonRecord, path: Path): FoundPart[] {
  const result = stringAt(block, "tool_use_id");
  const tool = stringAt(block, "name");
  const rest: Partial<FoundPart> = {
    kind: "tool_result",
    ...(result !== undefined && { result }),
    ...(tool !== undefined && { tool }),
  };
  const place = [...path, "content"];
  const content = block.content;
  if (typeof content === "string")
    return [{ path: place, as: "text", unit: [path], kind: "tool_result", text: content, ...rest }];
  const blocks = Array.isArray(content) ? content : [];
  const standard = blocks.length > 0 && blocks.every((each) => isRecord(each) && typeof each.type === "string");
  if (standard)
    return blocks.map((each, at) => ({
      ...contentBlock(each as JsonRecord, [...place, at], rest),
      container: path,
    }));
  if (blocks.length > 0)
    return [{ path: place, as: "json", unit: [path], kind: "tool_result", text: jsonText(blocks as Json[]), ...rest }];
  return [{ path, as: "opaque", unit: [path], kind: "tool_result", text: "", placeholder: "", ...rest }];
}

/** The answer of a tool that the provider ran: what is encrypted in it has to come back unchanged. */
function hostedResult(block: JsonRecord, path: Path): FoundPart {
  const result = stringAt(block, "tool_use_id");
  return { ...opaque(block, path), kind: "tool_result", hosted: true, ...(result !== undefined && { result }) };
}

function opaque(block: Json, path: Path, rest: Partial<FoundPart> = {}): FoundPart {
  const text = jsonText(block);
  return { path, as: "opaque", unit: [path], kind: "message", text, placeholder: text, ...rest };
}

function rewrite(message: JsonRecord, spec: PartSpec, text: string): void {
  const place = spec.unit[0] ?? [];
  if (spec.hosted) return;
  if (spec.kind === "tool_result" && spec.container === undefined) setAt(message, [...place, "content"], text);
  else if (place.length > 0) setAt(message, place, { type: "text", text });
  else message.content = text;
}
