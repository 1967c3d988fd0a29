import { checkObject, TokenBudgetError } from "../errors.ts";
import { createTokenizer } from "../tokenizer/create.ts";
import { findModel } from "../tokenizer/models.ts";
import { resolveEncoding } from "../tokenizer/resolve-encoding.ts";
import type { EncodingName } from "../tokenizer/types.ts";
import { adapterFor } from "./adapter-for.ts";
import type { Conversation, ForeignMessage } from "./conversation.ts";
import { countTools, type ToolCount } from "./count-tools.ts";
import { detectFormat } from "./detect.ts";
import {
  type EstimatedTokens,
  type Measure,
  priced,
  profileOf,
  rounded,
  summed,
  type TokenProfile,
} from "./estimate.ts";
import type { FormatName, FoundPart } from "./format.ts";
import { jsonText } from "./format.ts";
import { isRecord, type JsonRecord, stringAt } from "./json.ts";
import { mediaTokens } from "./media-tokens.ts";

/** What is counted beside the messages, and by whose rules. */
export interface CountMessagesOptions {
  /** A model's name (or an encoding's). A model without a public encoding gives an estimate. */
  readonly model: string;
  readonly tools?: readonly ForeignMessage[];
  /** The system prompt, where the format has it outside of the messages. */
  readonly system?: Conversation["system"];
  /** Default: found by content. */
  readonly format?: FormatName;
  /** Instead of the model's own figures: what {@link UsageCalibration.profile} learned. */
  readonly profile?: TokenProfile;
}

/** One message of the request. */
export interface MessageTokens extends EstimatedTokens {
  readonly index: number;
  readonly role: string;
  /** Of these: images, files and sound, by the provider's rule. */
  readonly media: number;
}

/** What a request comes to. */
export interface MessageCount extends EstimatedTokens {
  /** Whether `tokens` follows published rules alone: then `low` and `high` are the same. */
  readonly exact: boolean;
  /** The encoding that was counted in: the model's own, or o200k_base as the base of an estimate. */
  readonly encoding: EncodingName;
  readonly messages: readonly MessageTokens[];
  readonly tools: readonly ToolCount[];
  /** What frames the tools together, the system prompt outside of the messages, and the start of the reply. */
  readonly toolsOverhead: number;
  readonly system: EstimatedTokens;
  readonly reply: number;
  /** What the request is made of: what {@link UsageCalibration.recordUsage} takes. */
  readonly measure: Measure;
}

/** Of OpenAI's cookbook, for all chat models since gpt-3.5-turbo-0613. */
const perMessage = 3;
const perName = 1;
const forReply = 3;
/** Not published: what frames a tool call in a message, at least and at most. */
const aroundCall = { low: 0, tokens: 4, high: 12 };

/**
 * Counts the tokens of a request: messages of any known format, with tools. For OpenAI's models the published rules: 3 a
 * message, the role, 1 for a name, 3 for the reply; tools by the cookbook's rule, which is an estimate, as is what
 * frames a tool call. For models whose tokenizer is not public (Claude, Gemini) everything is an estimate with bounds,
 * fitted on real usage. Images and files go by their provider's rule, never as base64.
 *
 * @returns the total, and its parts by message and tool.
 * @throws TokenBudgetError `UNKNOWN_MODEL` (with the nearest names) for a name that nothing is known of; `BAD_FORMAT`
 * (data.index) where a message is not an object; `INVALID_ARGUMENT` where `options` is not.
 * Source of the rules: OpenAI's cookbook, "How to count tokens with tiktoken".
 * Cost: the count of all texts; nothing is kept.
 * @example
 * const messages = [{ role: "user", content: "hello world" }];
 * (await countMessages(messages, { model: "gpt-4o" })).tokens; // => 9
 * const { exact, low, high } = await countMessages(messages, { model: "claude-opus-4-5" });
 * [exact, low < high]; // => [false, true]
 */
export async function countMessages(
  messages: readonly ForeignMessage[],
  options: CountMessagesOptions,
): Promise<MessageCount> {
  checkObject(options);
  const tokenizer = await createTokenizer(countingEncoding(options.model));
  return countMessagesWith((text) => tokenizer.count(text), messages, options);
}

/**
 * The encoding to count in for a model: its own, or o200k_base where it has none that is public. Cost: a look-up.
 * @throws TokenBudgetError `UNKNOWN_MODEL`, as {@link resolveEncoding}.
 * @example [countingEncoding("gpt-4"), countingEncoding("claude-opus-4-5")]; // => ["cl100k_base", "o200k_base"]
 */
export function countingEncoding(model: string): EncodingName {
  return findModel(model)?.encoding === null ? "o200k_base" : resolveEncoding(model);
}

/**
 * {@link countMessages} without waiting, with a count of {@link countingEncoding} that is already there. Cost: the same.
 * @throws TokenBudgetError as {@link countMessages}; nothing is kept.
 * @example
 * const tokenizer = createTokenizerSync("o200k_base");
 * const count = (text: string) => tokenizer.count(text);
 * countMessagesWith(count, [{ role: "user", content: "hello world" }], { model: "gpt-4o" }).tokens; // => 9
 */
export function countMessagesWith(
  count: (text: string) => number,
  messages: readonly ForeignMessage[],
  options: CountMessagesOptions,
): MessageCount {
  checkObject(options);
  const encoding = countingEncoding(options.model);
  messages.forEach((message, index) => {
    if (!isRecord(message)) throw new TokenBudgetError("BAD_FORMAT", `message ${index} is not an object`, { index });
  });
  const isPublic = options.profile === undefined && findModel(options.model)?.encoding !== null;
  const profile = isPublic ? undefined : (options.profile ?? profileOf(options.model));
  const format = options.format ?? detectFormat(messages);
  const measure = { baseTokens: 0, messages: 0, calls: 0, results: 0, tools: 0 };
  const counting: Counting = { count, model: options.model, format, profile, measure };
  const counted = messages.map((message, index) => messageTokens(counting, message as JsonRecord, index));
  const system = systemTokens(counting, options.system);
  const tools = toolTokens(counting, options.tools ?? []);
  const reply = isPublic ? forReply : 0;
  const total = summed([...counted, ...tools.tools, system]);
  const fixed = tools.end + reply;
  const whole = { tokens: total.tokens + fixed, low: total.low + fixed, high: total.high + fixed };
  return {
    ...whole,
    exact: whole.low === whole.high,
    encoding,
    messages: counted,
    tools: tools.tools,
    toolsOverhead: tools.end,
    system,
    reply,
    measure: counting.measure,
  };
}

interface Counting {
  readonly count: (text: string) => number;
  readonly model: string;
  readonly format: FormatName;
  readonly profile: TokenProfile | undefined;
  /** Grows with each part that is counted. */
  readonly measure: { -readonly [key in keyof Required<Measure>]: number };
}

function messageTokens(counting: Counting, message: JsonRecord, index: number): MessageTokens {
  const adapter = adapterFor(counting.format);
  const parts = adapter.parts(message);
  const role = adapter.roleOf(message);
  const media = summed(parts.filter(isMedia).map((part) => mediaTokens(part.media!, counting.model)));
  const text = parts.filter((part) => !isMedia(part));
  const measure = measured(counting, text);
  const own =
    counting.profile === undefined
      ? published(counting, message, role, text)
      : rounded(priced(counting.profile, measure));
  return { index, role, ...summed([own, media]), media: media.tokens };
}

const isMedia = (part: FoundPart) => part.as === "opaque" && part.media !== undefined;

/** OpenAI's rule; a format that is not OpenAI's own is what an SDK makes such messages from. */
function published(
  counting: Counting,
  message: JsonRecord,
  role: string,
  parts: readonly FoundPart[],
): EstimatedTokens {
  const { count } = counting;
  const name = role === "tool" ? undefined : stringAt(message, "name");
  let tokens = perMessage + count(stringAt(message, "role") ?? role) + (name === undefined ? 0 : perName + count(name));
  const calls = parts.filter((part) => part.kind === "tool_call").length;
  for (const part of parts) tokens += count(partText(part));
  return {
    tokens: tokens + calls * aroundCall.tokens,
    low: tokens + calls * aroundCall.low,
    high: tokens + calls * aroundCall.high,
  };
}

/** A call's text has its name on a line of its own: the line break is ours. */
function partText(part: FoundPart): string {
  return part.prefix === undefined ? part.text : part.prefix.trimEnd() + part.text.slice(part.prefix.length);
}

function measured({ count, measure }: Counting, parts: readonly FoundPart[]): Measure {
  const own = {
    baseTokens: parts.reduce((sum, part) => sum + count(part.text), 0),
    messages: 1,
    calls: parts.filter((part) => part.kind === "tool_call").length,
    results: new Set(parts.flatMap((part) => part.result ?? [])).size,
  };
  measure.baseTokens += own.baseTokens;
  measure.messages += 1;
  measure.calls += own.calls;
  measure.results += own.results;
  return own;
}

function systemTokens(counting: Counting, system: Conversation["system"]): EstimatedTokens {
  if (system === undefined) return { tokens: 0, low: 0, high: 0 };
  const blocks = typeof system === "string" ? [system] : system;
  const texts = blocks.map((block) =>
    typeof block === "string" ? block : (stringAt(block as JsonRecord, "text") ?? ""),
  );
  const baseTokens = texts.reduce((sum, text) => sum + counting.count(text), 0);
  counting.measure.baseTokens += baseTokens;
  counting.measure.messages += 1;
  if (counting.profile !== undefined) return rounded(priced(counting.profile, { baseTokens, messages: 1 }));
  const tokens = perMessage + counting.count("system") + baseTokens;
  return { tokens, low: tokens, high: tokens };
}

function toolTokens(counting: Counting, tools: readonly ForeignMessage[]) {
  const { count, model, profile, measure } = counting;
  const definitions = tools.map((tool) =>
    isRecord(tool) && isRecord(tool.function) ? tool.function : (tool as JsonRecord),
  );
  const bases = definitions.map((definition) => count(jsonText(definition)));
  measure.tools += tools.length;
  measure.baseTokens += bases.reduce((sum, tokens) => sum + tokens, 0);
  if (profile === undefined) return countTools(count, tools, model);
  const counted = definitions.map((definition, at): ToolCount => {
    const baseTokens = bases[at]!;
    return { name: stringAt(definition, "name") ?? "", ...rounded(priced(profile, { baseTokens, tools: 1 })) };
  });
  return { tools: counted, end: 0 };
}
