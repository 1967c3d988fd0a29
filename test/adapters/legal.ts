import type { ForeignMessage, FormatName } from "../../src/adapters/index.ts";

// The providers' rules written down a second time, straight from what their APIs answer with 400. Nothing of src is used.
// Each returns what is wrong, in words. The end of the messages must not wait for an answer.

// biome-ignore lint/suspicious/noExplicitAny: foreign messages, read as the provider reads them
type Any = any;
const list = (value: Any): Any[] => (Array.isArray(value) ? value : []);

/** "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'." */
function chat(messages: Any[], callsOf: (m: Any) => string[], answersOf: (m: Any) => string[]): string[] {
  const wrong: string[] = [];
  let open = new Set<string>();
  messages.forEach((message, at) => {
    const answers = answersOf(message);
    for (const id of answers) if (!open.delete(id)) wrong.push(`${at}: answers ${id}, which nobody asked`);
    if (answers.length === 0 && open.size > 0) wrong.push(`${at}: ${[...open]} not answered before it`);
    if (answers.length === 0) open = new Set(callsOf(message));
  });
  if (open.size > 0) wrong.push(`end: ${[...open]} not answered`);
  return wrong;
}

function openaiChat(messages: Any[]): string[] {
  const wrong = chat(
    messages,
    (m) => [...list(m.tool_calls).map((call) => call.id), ...(m.function_call ? [`f:${m.function_call.name}`] : [])],
    (m) => (m.role === "tool" ? [m.tool_call_id] : m.role === "function" ? [`f:${m.name}`] : []),
  );
  messages.forEach((m, at) => {
    if (m.tool_calls !== undefined && m.tool_calls.length === 0) wrong.push(`${at}: empty tool_calls`);
    if (Array.isArray(m.content) && m.content.length === 0) wrong.push(`${at}: empty content`);
    const says = m.content !== null && m.content !== undefined;
    if (!says && !(m.role === "assistant" && (m.tool_calls || m.function_call || m.refusal)))
      wrong.push(`${at}: no content`);
    if (m.role === "tool" && !says) wrong.push(`${at}: a tool message needs content`);
  });
  return wrong;
}

/** "`tool_use` ids were found without `tool_result` blocks immediately after", "unexpected `tool_use_id`", "first message must use the user role". */
function anthropic(messages: Any[]): string[] {
  const wrong: string[] = [];
  if (messages.length > 0 && messages[0].role !== "user") wrong.push("0: the assistant opens");
  const blocks = (m: Any) => (m === undefined || typeof m.content === "string" ? [] : list(m.content));
  messages.forEach((m, at) => {
    if (m.content === undefined || m.content === null) wrong.push(`${at}: no content`);
    if (Array.isArray(m.content) && m.content.length === 0) wrong.push(`${at}: empty content`);
    const calls = blocks(m).filter((b) => b.type === "tool_use");
    const answers = blocks(messages[at + 1]).filter((b) => b.type === "tool_result");
    for (const call of calls) {
      if (typeof call.input !== "object" || call.input === null || Array.isArray(call.input))
        wrong.push(`${at}: input is no object`);
      if (m.role !== "assistant") wrong.push(`${at}: a user calls`);
      if (!answers.some((a) => a.tool_use_id === call.id))
        wrong.push(`${at}: ${call.id} not answered in the next message`);
    }
    const before = blocks(messages[at - 1]).filter((b) => b.type === "tool_use");
    blocks(m).forEach((block, b) => {
      if (block.type === "text" && block.text === "") wrong.push(`${at}: empty text`);
      if (block.type === "web_search_tool_result") {
        if (
          !blocks(m)
            .slice(0, b)
            .some((x) => x.type === "server_tool_use" && x.id === block.tool_use_id)
        )
          wrong.push(`${at}: search result without search`);
      }
      if (block.type !== "tool_result") return;
      if (!before.some((call) => call.id === block.tool_use_id))
        wrong.push(`${at}: ${block.tool_use_id} without a call`);
      if (
        blocks(m)
          .slice(0, b)
          .some((x) => x.type !== "tool_result")
      )
        wrong.push(`${at}: results are not first`);
    });
  });
  return wrong;
}

/** "No tool output found for function call", "No tool call found for function call output", "reasoning … without its required following item". */
function responses(items: Any[]): string[] {
  const wrong: string[] = [];
  const isCall = (i: Any) => i.call_id !== undefined && String(i.type).endsWith("_call");
  const isOutput = (i: Any) => String(i.type).endsWith("_output");
  items.forEach((item, at) => {
    if (isCall(item) && !items.slice(at).some((o) => isOutput(o) && o.call_id === item.call_id))
      wrong.push(`${at}: ${item.call_id} not answered`);
    if (isOutput(item) && !items.slice(0, at).some((c) => isCall(c) && c.call_id === item.call_id))
      wrong.push(`${at}: ${item.call_id} without a call`);
    if (item.type === "reasoning") {
      const next = items[at + 1];
      const follows = next && (next.role === "assistant" || isCall(next) || String(next.type).endsWith("_call"));
      if (!follows) wrong.push(`${at}: reasoning leads nowhere`);
    }
    for (const key of ["content", "output"])
      if (Array.isArray(item[key]) && item[key].length === 0) wrong.push(`${at}: empty ${key}`);
  });
  return wrong;
}

function aiSdk(messages: Any[]): string[] {
  const parts = (m: Any, type: string) => list(m.content).filter((p) => p.type === type);
  return [
    ...chat(
      messages,
      (m) => (m.role === "assistant" ? parts(m, "tool-call").map((p) => p.toolCallId) : []),
      (m) => (m.role === "tool" ? parts(m, "tool-result").map((p) => p.toolCallId) : []),
    ),
    ...messages.flatMap((m, at) => (m.content === undefined || m.content.length === 0 ? [`${at}: empty content`] : [])),
  ];
}

function langchain(messages: Any[]): string[] {
  const body = (m: Any) => m.data ?? m.kwargs;
  const wrong = chat(
    messages,
    (m) => list(body(m).tool_calls).map((call) => call.id),
    (m) => (body(m).tool_call_id === undefined ? [] : [body(m).tool_call_id]),
  );
  messages.forEach((m, at) => {
    const { content, tool_calls, additional_kwargs } = body(m);
    if (content === undefined) wrong.push(`${at}: no content`);
    const ids = (calls: Any) => JSON.stringify(list(calls).map((c) => c.id));
    if (additional_kwargs?.tool_calls && ids(additional_kwargs.tool_calls) !== ids(tool_calls))
      wrong.push(`${at}: the calls differ from their copies`);
    for (const block of list(content).filter((b) => b.type === "tool_use"))
      if (!list(tool_calls).some((c) => c.id === block.id && JSON.stringify(c.args) === JSON.stringify(block.input)))
        wrong.push(`${at}: block ${block.id} is no call`);
  });
  return wrong;
}

const sweAgent = (messages: Any[]) =>
  chat(
    messages,
    (m) => list(m.tool_calls).map((call) => call.id),
    (m) => (m.role === "tool" ? list(m.tool_call_ids) : []),
  );

const rules: Record<FormatName, (messages: Any[]) => string[]> = {
  "openai-chat": openaiChat,
  "openai-responses": responses,
  "anthropic-messages": anthropic,
  "ai-sdk": aiSdk,
  langchain,
  "swe-agent": sweAgent,
};

/** What the provider would refuse in these messages; an empty list where nothing. */
export function illegal(format: FormatName, messages: readonly ForeignMessage[]): string[] {
  return rules[format]([...messages]);
}
