import { adapterFor } from "./adapter-for.ts";
import type { Conversation, ForeignMessage } from "./conversation.ts";
import type { Draft, Filling, FormatAdapter, FormatName, PartSpec } from "./format.ts";
import { cloneJson, deleteAll, getAt, isRecord, type Json, type JsonRecord, type Path, setAt } from "./json.ts";
import { withoutOrphans } from "./orphans.ts";
import {
  collectRemains,
  isUntouched,
  isWhole,
  type RemainingPart,
  type Remains,
  specsOf,
  type WritableItem,
} from "./remains.ts";

/**
 * The messages that the items stand for, valid for their provider. Items of one message come together again; messages
 * are in the order in which they were read, wherever their items lie, one reader's after those of the reader before.
 * Without a cleanup the result of one reader is identical to what was read, broken input included. After any cleanup no
 * call is without its result and no result without its call (calls at the very end, still to be answered, stay), roles
 * are in a legal order, and signed reasoning is byte-identical or absent. An item that came from no message becomes one,
 * after the messages before it.
 *
 * @param items of one session, in order of arrival. Readers are told apart by their `idPrefix`.
 * @param format needed only where no item came from a message; default: the format of the first that did.
 * @throws TokenBudgetError `BAD_FORMAT` where the items come from several formats.
 * Cost: proportional to the items.
 * @example
 * const messages = [{ role: "user", content: "hi" }];
 * fromItems(toItems("openai-chat", { messages })); // => [{ role: "user", content: "hi" }]
 */
export function fromItems(items: readonly WritableItem[], format?: FormatName): ForeignMessage[] {
  return [...conversationFromItems(items, format).messages];
}

/**
 * As {@link fromItems}, with the system prompt and the tool definitions that stood beside the messages. Cost: the same.
 * @example
 * const conversation = { system: "You help.", messages: [{ role: "user", content: "hi" }] };
 * conversationFromItems(toItems("anthropic-messages", conversation)).system; // => "You help."
 */
export function conversationFromItems(items: readonly WritableItem[], format?: FormatName): Conversation {
  const slots = collectRemains(items, format);
  const adapter = adapterFor(slots.format);
  const system = slots.system[0] === undefined ? undefined : rebuild(adapter, slots.system[0])?.content;
  const tools = slots.tools.map((remains) => rebuild(adapter, remains)?.definition).filter(isRecord);
  const messages = isUntouched(slots.messages)
    ? slots.messages.map((remains) => rebuild(adapter, remains)!)
    : arranged(adapter, slots.messages);
  return {
    messages,
    ...(system !== undefined && { system: system as NonNullable<Conversation["system"]> }),
    ...(tools.length > 0 && { tools }),
  };
}

function arranged(adapter: FormatAdapter, messages: readonly Remains[]): JsonRecord[] {
  const drafts: Draft[] = [];
  for (const remains of withoutOrphans(messages, adapter.flat)) {
    const message = rebuild(adapter, remains);
    if (message === undefined) continue;
    const specs = specsOf(remains).filter((_, at) => remains.parts.has(at));
    drafts.push({
      index: placeOf(remains, remains.origin?.index) ?? -1,
      after: placeOf(remains, remains.origin?.after),
      message,
      calls: specs.flatMap((spec) => spec.call ?? []),
      results: specs.flatMap((spec) => (spec.hosted ? [] : (spec.result ?? []))),
      touched: !isWhole(remains),
    });
  }
  return adapter.arrange(drafts).map((draft) => draft.message);
}

function placeOf({ offset }: Remains, index: number | undefined): number | undefined {
  return index === undefined ? undefined : offset + index;
}

function rebuild(adapter: FormatAdapter, remains: Remains): JsonRecord | undefined {
  if (remains.origin === undefined) return adapter.plain(remains.role, remains.parts.get(0)?.text ?? "");
  const message = cloneJson(remains.origin.shell) as JsonRecord;
  const removed: Path[] = [];
  const containers = new Map<string, { readonly path: Path; kept: boolean }>();
  specsOf(remains).forEach((spec, at) => {
    const part = remains.parts.get(at);
    const kept = part !== undefined && fill(adapter, message, spec, part);
    if (!kept) removed.push(...spec.unit);
    if (spec.container === undefined) return;
    const key = spec.container.join("/");
    const container = containers.get(key) ?? { path: spec.container, kept: false };
    container.kept ||= kept;
    containers.set(key, container);
  });
  if (removed.length === 0) return message;
  for (const container of containers.values()) if (!container.kept) removed.push(container.path);
  if (removed.some((path) => path.length === 0)) return undefined;
  deleteAll(message, removed);
  return adapter.mend(message);
}

/** Puts the text into its place; false where the part has to leave the message. */
function fill(adapter: FormatAdapter, message: JsonRecord, spec: PartSpec, part: RemainingPart): boolean {
  const { text, edited } = part;
  if (spec.as === "signed") return !edited && text === (spec.placeholder ?? textAt(message, spec.path));
  if (spec.as === "opaque") {
    if (text !== spec.placeholder && spec.kind !== "tool_call") adapter.rewrite(message, spec, text);
    return true;
  }
  const bare = spec.prefix !== undefined && text.startsWith(spec.prefix) ? text.slice(spec.prefix.length) : text;
  const isCall = spec.kind === "tool_call";
  const value = edited ? editedValue(spec.as, bare, isCall) : valueIn(spec.as, bare);
  if (value === undefined) {
    adapter.rewrite(message, spec, bare);
    return true;
  }
  setAt(message, spec.path, value);
  for (const mirror of spec.mirrors ?? [])
    if (edited) setAt(message, mirror.path, editedValue(mirror.as, bare, isCall) ?? bare);
    else if (mirror.emptied) setAt(message, mirror.path, valueIn(mirror.as, bare));
  return true;
}

/** What a reader makes of a signed text: none where it is no text. */
function textAt(message: JsonRecord, path: Path): string {
  const value = getAt(message, path);
  return typeof value === "string" ? value : "";
}

function valueIn(as: Filling, text: string): Json {
  return as === "json" ? parsedOrUndefined(text) : text;
}

/**
 * What an edited text becomes. The arguments of a call stay an object whatever a cleanup made of them: a text that is
 * none any more is wrapped as `{ "archived": text }`. Other JSON that does not parse any more has no value.
 */
function editedValue(as: Filling, text: string, isCall: boolean): Json {
  if (as === "text") return text;
  const parsed = parsedOrUndefined(text);
  if (!isCall) return as === "json" ? parsed : text;
  const value = isRecord(parsed) ? parsed : { archived: text };
  return as === "json" ? value : value === parsed ? text : JSON.stringify(value);
}

function parsedOrUndefined(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
