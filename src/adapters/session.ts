import { TokenBudgetError } from "../errors.ts";
import type { Conversation, ForeignMessage } from "./conversation.ts";
import { detectFormat, looksLikeMessage } from "./detect.ts";
import type { FormatName } from "./format.ts";
import { isRecord, type JsonRecord, stringAt } from "./json.ts";
import { jsonErrorAt } from "./json-error.ts";

/** A recorded agent session. */
export interface Session extends Conversation {
  /** What the file calls it, else the file's name, with a number where the file holds several. */
  readonly name: string;
  readonly format: FormatName;
  /** The model that the file names. */
  readonly model?: string;
}

/** How {@link readSessions} names what it reads and what it does about faults. */
export interface ReadSessionsOptions {
  /** Named in errors and in the sessions' names. */
  readonly file?: string;
  /** Skips lines and messages that are not what they should be, and tells of each. Default: they are errors. */
  readonly onSkip?: (problem: TokenBudgetError) => void;
}

/**
 * Reads sessions from the text of a file, of whatever kind its content shows: a list of messages, an object with
 * `messages` (or `history`, or `input`) and what a request holds beside them, a single message, or JSON lines of messages (one session) or
 * of such objects (several).
 *
 * @throws TokenBudgetError `BAD_FORMAT` with `file` and `line` (from 1) for text that is no JSON, or JSON that is no
 * session. The text is never quoted.
 * Cost: a parse of the text.
 * @example
 * const [session] = readSessions('{ "id": "a", "messages": [{ "role": "user", "content": "hi" }] }');
 * [session?.name, session?.format]; // => ["a", "openai-chat"]
 * readSessions("no JSON"); // throws BAD_FORMAT
 */
export function readSessions(text: string, options: ReadSessionsOptions = {}): Session[] {
  const reading: Reading = { file: options.file ?? "input", onSkip: options.onSkip };
  if (text.trim() === "") throw problem(reading, 1, "the file is empty");
  const whole = text.replace(/^\ufeff/, "");
  const lines = jsonLines(whole);
  if (lines !== undefined) return fromLines(reading, lines);
  return fromValue(reading, parsed(reading, whole, 1), 1);
}

interface Reading {
  readonly file: string;
  readonly onSkip: ReadSessionsOptions["onSkip"];
}

interface Line {
  readonly number: number;
  readonly text: string;
}

/** The lines that are not empty, where the text is JSON lines: several, and most of the first ones are JSON by themselves. */
function jsonLines(text: string): Line[] | undefined {
  const lines = text
    .split("\n")
    .map((line, at) => ({ number: at + 1, text: line }))
    .filter((line) => line.text.trim() !== "");
  if (lines.length < 2) return undefined;
  const first = lines.slice(0, 8);
  const good = first.filter((line) => /^\s*[{[]/.test(line.text) && isJson(line.text)).length;
  return good * 2 >= first.length ? lines : undefined;
}

function fromLines(reading: Reading, lines: readonly Line[]): Session[] {
  const sessions: Session[] = [];
  const messages: ForeignMessage[] = [];
  for (const { number, text } of lines) {
    skipping(reading, () => {
      const value = parsed(reading, text, number);
      if (looksLikeMessage(value)) messages.push(value);
      else sessions.push(...fromValue(reading, value, number));
    });
  }
  if (messages.length > 0) sessions.unshift(session(reading, messages, {}));
  if (sessions.length === 0) throw problem(reading, 1, "no line is a message or a session");
  return named(sessions);
}

function fromValue(reading: Reading, value: unknown, line: number): Session[] {
  if (Array.isArray(value)) {
    if (value.length === 0) throw problem(reading, line, "the list of messages is empty");
    const isMessages = value.some(looksLikeMessage);
    if (!isMessages && value.some((each) => isRecord(each) && messagesOf(each) !== undefined))
      return named(value.flatMap((each) => fromValue(reading, each, line)));
    return [session(reading, checked(reading, value, line), {})];
  }
  const record = isRecord(value) ? value : {};
  const messages = messagesOf(record) ?? (looksLikeMessage(value) ? [value] : undefined);
  if (messages === undefined)
    throw problem(reading, line, "neither a message nor a session: no list of messages in it");
  return [session(reading, checked(reading, messages, line), record)];
}

/** Under the names that agents and APIs give to the messages of a session. */
function messagesOf(record: JsonRecord): readonly unknown[] | undefined {
  const found = [record.messages, record.history, record.input, record.items, record.traj].find(Array.isArray);
  return found as readonly unknown[] | undefined;
}

function checked(reading: Reading, list: readonly unknown[], line: number): ForeignMessage[] {
  const good = list.filter((message, at) => {
    if (looksLikeMessage(message)) return true;
    skipping(reading, () => {
      const hint = isRecord(message) && "name" in message ? " (tool definitions are not messages)" : "";
      throw problem(reading, line, `message ${at} has neither a role nor a type of a known format${hint}`);
    });
    return false;
  }) as ForeignMessage[];
  if (good.length === 0) throw problem(reading, line, "no messages");
  return good;
}

function session(reading: Reading, messages: readonly ForeignMessage[], record: JsonRecord): Session {
  const system = [record.system, record.system_prompt, record.instructions].find(
    (each) => typeof each === "string" || (Array.isArray(each) && each.every(isRecord)),
  );
  const tools = Array.isArray(record.tools) && record.tools.every(isRecord) ? record.tools : undefined;
  const model = stringAt(record, "model");
  return {
    name: stringAt(record, "id") ?? stringAt(record, "sessionId") ?? reading.file,
    format: formatOf(messages, record),
    messages,
    ...(system !== undefined && { system: system as NonNullable<Conversation["system"]> }),
    ...(tools !== undefined && tools.length > 0 && { tools: tools as readonly ForeignMessage[] }),
    ...(model !== undefined && { model }),
  };
}

/** Plain texts with a system prompt outside of them are Anthropic's: OpenAI chat has it among the messages. */
function formatOf(messages: readonly ForeignMessage[], record: JsonRecord): FormatName {
  const format = detectFormat(messages);
  const isPlain = messages.every(
    ({ role, tool_calls }) => (role === "user" || role === "assistant") && tool_calls === undefined,
  );
  const outside = record.system ?? record.system_prompt;
  return format === "openai-chat" && outside !== undefined && isPlain ? "anthropic-messages" : format;
}

function named(sessions: Session[]): Session[] {
  const names = new Set(sessions.map((each) => each.name));
  if (names.size === sessions.length) return sessions;
  return sessions.map((each, at) => ({ ...each, name: `${each.name}#${at + 1}` }));
}

function skipping(reading: Reading, step: () => void): void {
  try {
    step();
  } catch (error) {
    if (reading.onSkip === undefined || !(error instanceof TokenBudgetError)) throw error;
    reading.onSkip(error);
  }
}

function parsed(reading: Reading, text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const before = text.slice(0, jsonErrorAt(text));
    const lastBreak = before.lastIndexOf("\n");
    const at = line + before.split("\n").length - 1;
    throw problem(reading, at, `not JSON at column ${before.length - lastBreak}`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function problem(reading: Reading, line: number, what: string): TokenBudgetError {
  return new TokenBudgetError("BAD_FORMAT", `${reading.file}:${line}: ${what}`, { file: reading.file, line });
}

/**
 * One long session made of several, as a long-lived agent would have it: their messages one after the other. A system
 * prompt or a system message that was there before is not repeated.
 *
 * @throws TokenBudgetError `BAD_FORMAT` where they are of several formats.
 * Cost: a list of their messages.
 * @example
 * const [one] = readSessions('[{ "role": "user", "content": "hi" }]');
 * chainSessions([one!, one!], "long").messages.length; // => 2
 */
export function chainSessions(sessions: readonly Session[], name: string): Session {
  const first = sessions[0];
  if (first === undefined || sessions.some((each) => each.format !== first.format))
    throw new TokenBudgetError("BAD_FORMAT", "sessions can be chained only if there are some, all of one format");
  const known = new Set<string>();
  const messages = sessions.flatMap((each) =>
    each.messages.filter((message) => {
      if (message.role !== "system") return true;
      const text = JSON.stringify(message.content);
      const isNew = !known.has(text);
      known.add(text);
      return isNew;
    }),
  );
  return { ...first, name: sessions.length === 1 ? first.name : name, messages };
}
