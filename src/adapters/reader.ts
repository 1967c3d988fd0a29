import { TokenBudgetError } from "../errors.ts";
import type { ItemInput, JsonValue } from "../manager/item.ts";
import { adapterFor } from "./adapter-for.ts";
import type { Conversation, ForeignMessage, Origin, Slot } from "./conversation.ts";
import type { FormatAdapter, FormatName, FoundPart, PartSpec } from "./format.ts";
import { jsonText } from "./format.ts";
import { cloneJson, getAt, isExactJson, isRecord, type Json, type JsonRecord, setAt } from "./json.ts";
import { defaultRouting, type Routing } from "./routing.ts";

/** An item together with the component that it is to be put into. */
export interface RoutedItem extends ItemInput {
  readonly component: string;
}

/** How a {@link MessageReader} routes and names what it reads; all of it has a default. */
export interface ReaderOptions {
  /** Chooses the component of each part. Default {@link defaultRouting}. */
  readonly routing?: Routing;
  /**
   * Goes before the ids of the items, so that several sessions can share a manager, and a restored session can go on with
   * another reader: the same ids would replace the items that are there. Default `"m"`.
   */
  readonly idPrefix?: string;
  /** Milliseconds on the manager's clock for a message; default: the manager's own now. */
  readonly createdAt?: (message: ForeignMessage, index: number) => number | undefined;
}

/**
 * Takes messages apart, one after the other, as a session goes on: each part (a text, a tool call, a tool result, an
 * image) becomes one item. A tool call and its results share a group; reasoning shares it too where the provider wants
 * it kept with its calls. What is not text stays in `metadata` (one object for all items of a message), so that
 * {@link fromItems} writes the message again as it was. Ids count the messages read, so each session has a reader of its own,
 * and one that goes on with a restored session has an `idPrefix` of its own.
 * Cost: proportional to the message; what is long is not copied.
 * @throws TokenBudgetError `INVALID_ARGUMENT` from the constructor for a name that is no format.
 * @example
 * const reader = new MessageReader("openai-chat");
 * reader.message({ role: "user", content: "hello" }).map(({ id, component }) => [id, component]);
 * // => [["m0.0", "interaction_buffer"]]
 */
export class MessageReader {
  readonly format: FormatName;
  readonly #adapter: FormatAdapter;
  readonly #routing: Routing;
  readonly #idPrefix: string;
  readonly #createdAt: ReaderOptions["createdAt"];
  readonly #groups = new Map<string, string>();
  /** Names of the tools that were called, by the call's id: most formats leave them out of the result. */
  readonly #tools = new Map<string, string>();
  readonly #next: Record<Slot, number> = { system: 0, tools: 0, messages: 0 };
  /** Open while the last message acted in plain text. */
  #actionGroup: string | undefined;
  #reasoningGroup: string | undefined;
  #reasoningIndex: number | undefined;

  constructor(format: FormatName, options: ReaderOptions = {}) {
    this.format = format;
    this.#adapter = adapterFor(format);
    this.#routing = options.routing ?? defaultRouting;
    this.#idPrefix = options.idPrefix ?? "m";
    this.#createdAt = options.createdAt;
  }

  /**
   * The items of the system prompt that stands outside of the messages.
   * @example new MessageReader("anthropic-messages").system("You help.").map(({ text }) => text); // => ["You help."]
   */
  system(system: NonNullable<Conversation["system"]>): RoutedItem[] {
    const content = { role: "system", content: system as Json };
    return this.#items("system", content, blockParts(content.content), "system");
  }

  /** One item for each tool definition. @example reader.tools([{ name: "now" }]).length; // => 1 */
  tools(tools: readonly ForeignMessage[]): RoutedItem[] {
    return tools.flatMap((tool) => {
      const shell = { definition: tool as JsonRecord };
      const part: FoundPart = {
        path: ["definition"],
        as: "json",
        unit: [["definition"]],
        kind: "text",
        text: jsonText(shell.definition),
      };
      return this.#items("tools", shell, [part], "system");
    });
  }

  /**
   * The items of the next message of the session, in the order of its parts.
   * @throws TokenBudgetError `BAD_FORMAT` (data.index) for what is no object; the reader stands where it stood.
   */
  message(message: ForeignMessage): RoutedItem[] {
    if (!isRecord(message)) {
      const index = this.#next.messages;
      throw new TokenBudgetError("BAD_FORMAT", `message ${index} is not an object`, { index });
    }
    const role = this.#adapter.roleOf(message);
    const observed = role === "user" ? this.#actionGroup : undefined;
    const found = this.#adapter.parts(message);
    const parts = observed === undefined ? found : found.map((part): FoundPart => ({ ...part, kind: "tool_result" }));
    const acts = this.#adapter.acts?.(message) === true;
    this.#actionGroup = acts ? `action:${this.#idPrefix}${this.#next.messages}` : undefined;
    return this.#items("messages", message, parts, role, message, observed ?? this.#actionGroup);
  }

  #items(
    slot: Slot,
    message: JsonRecord,
    found: readonly FoundPart[],
    role: string,
    foreign?: ForeignMessage,
    exchange?: string,
  ) {
    const parts = found.map((part) => restorable(message, part));
    const index = this.#next[slot]++;
    const after = this.#reasonedBy(index, parts, role);
    const origin = { ...originOf(this.format, slot, index, message, parts), ...(after !== undefined && { after }) };
    const groups = this.#groupsOf(parts, `${this.#idPrefix}${index}`);
    for (const { call, tool } of parts) if (call !== undefined && tool !== undefined) this.#tools.set(call, tool);
    const agent = foreign === undefined ? undefined : this.#adapter.agentOf?.(message);
    const createdAt = foreign === undefined ? undefined : this.#createdAt?.(foreign, index);
    return parts.map((part, at): RoutedItem => {
      const tool = part.tool ?? (part.result === undefined ? undefined : this.#tools.get(part.result));
      const { component, kind } = this.#routing({
        format: this.format,
        slot,
        role,
        kind: part.kind,
        ...(tool !== undefined && { tool }),
        ...(agent !== undefined && { agent }),
        ...(part.media !== undefined && { media: part.media }),
      });
      const group = groups[at] ?? exchange;
      return {
        component,
        id: `${this.#idPrefix}${slot === "messages" ? "" : `${slot}-`}${index}.${at}`,
        kind: kind ?? part.kind,
        text: part.text,
        role,
        ...(group !== undefined && { group }),
        ...(agent !== undefined && { agentId: agent }),
        ...(createdAt !== undefined && { createdAt }),
        metadata: {
          origin: origin as unknown as JsonValue,
          part: at,
          ...(part.tool !== undefined && { name: part.tool }),
        },
      };
    });
  }

  /** Reasoning of its own leads to all that the model says up to the next message that is not the model's. */
  #reasonedBy(index: number, parts: readonly FoundPart[], role: string): number | undefined {
    if (!this.#adapter.flat) return undefined;
    const isReasoning = parts.some((part) => part.as === "signed");
    const before = this.#reasoningIndex;
    if (role !== "assistant") this.#reasoningIndex = undefined;
    else if (isReasoning) this.#reasoningIndex = index;
    return role === "assistant" && !isReasoning ? before : undefined;
  }

  /**
   * A call opens a group; its results join it. Reasoning and calls in one message are one group. Where reasoning is a
   * message of its own (Responses), the calls that follow it directly join it.
   */
  #groupsOf(parts: readonly FoundPart[], unique: string): (string | undefined)[] {
    const calls = parts.some((part) => part.call !== undefined);
    const reasoning = parts.some((part) => part.as === "signed");
    let whole: string | undefined;
    if (this.#adapter.flat) {
      if (reasoning && !calls) this.#reasoningGroup = `reasoning:${unique}`;
      else if (!calls) this.#reasoningGroup = undefined;
      whole = this.#reasoningGroup;
    } else if (reasoning && calls) whole = `turn:${unique}`;
    return parts.map((part, at) => {
      if (part.call !== undefined) {
        const approved = part.approves === undefined ? undefined : this.#groups.get(part.approves);
        const group = whole ?? approved ?? `call:${unique}.${at}`;
        this.#groups.set(part.call, group);
        return group;
      }
      if (part.result !== undefined) return this.#groups.get(part.result);
      return part.as === "signed" ? whole : undefined;
    });
  }
}

/** A part whose text alone would not restore its place (it is missing, or no JSON) stays in the message as it is. */
function restorable(message: JsonRecord, part: FoundPart): FoundPart {
  if (part.as === "opaque" || part.as === "signed") return part;
  const value = getAt(message, part.path);
  if (part.as === "json" ? isExactJson(value) : typeof value === "string") return part;
  const { mirrors: _, ...rest } = part;
  return { ...rest, as: "opaque", placeholder: part.text };
}

function originOf(
  format: FormatName,
  slot: Slot,
  index: number,
  message: JsonRecord,
  parts: readonly FoundPart[],
): Origin {
  let shell: Json = cloneJson(message);
  const specs = parts.map(({ text: _, ...spec }) => spec);
  for (const part of parts) {
    shell = emptied(shell, part.path, part);
    for (const mirror of part.mirrors ?? []) if (mirror.emptied) shell = emptied(shell, mirror.path, mirror);
  }
  return { format, slot, index, shell: shell as JsonValue, parts: specs as unknown as readonly JsonValue[] };
}

function emptied(shell: Json, path: PartSpec["path"], { as }: Pick<PartSpec, "as">): Json {
  if (as === "opaque" || as === "signed") return shell;
  return setAt(shell, path, as === "json" ? null : "");
}

/** A system prompt outside of the messages is a text or a list of text blocks. */
function blockParts(content: Json): readonly FoundPart[] {
  if (typeof content === "string")
    return [{ path: ["content"], as: "text", unit: [["content"]], kind: "message", text: content }];
  const blocks = Array.isArray(content) ? content : [];
  return blocks.map((block, at): FoundPart => {
    const text = isRecord(block) && typeof block.text === "string" ? block.text : undefined;
    const unit = [["content", at]];
    if (text === undefined) return { path: ["content", at], as: "json", unit, kind: "text", text: jsonText(block) };
    return { path: ["content", at, "text"], as: "text", unit, kind: "message", text };
  });
}

/**
 * Takes a whole conversation (or a list of messages) apart: the system prompt, the tool definitions, then the messages.
 * {@link fromItems} gives the same messages back.
 *
 * @throws TokenBudgetError `BAD_FORMAT` where a message is not an object, `INVALID_ARGUMENT` for a name that is no format.
 * Cost: as {@link MessageReader}.
 * @example
 * const items = toItems("openai-chat", [{ role: "system", content: "You help." }, { role: "user", content: "hi" }]);
 * items.map(({ component, text }) => [component, text]);
 * // => [["system_context", "You help."], ["interaction_buffer", "hi"]]
 */
export function toItems(
  format: FormatName,
  conversation: Conversation | readonly ForeignMessage[],
  options?: ReaderOptions,
): RoutedItem[] {
  const reader = new MessageReader(format, options);
  const whole: Conversation = isList(conversation) ? { messages: conversation } : conversation;
  return [
    ...(whole.system === undefined ? [] : reader.system(whole.system)),
    ...(whole.tools === undefined ? [] : reader.tools(whole.tools)),
    ...whole.messages.flatMap((message) => reader.message(message)),
  ];
}

function isList(value: Conversation | readonly ForeignMessage[]): value is readonly ForeignMessage[] {
  return Array.isArray(value);
}
