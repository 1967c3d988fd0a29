import type { FormatAdapter, FoundPart, Mirror, PartSpec } from "./format.ts";
import { arrayAt, type JsonRecord, stringAt } from "./json.ts";
import { answersFollowCalls } from "./legal-order.ts";
import { callPart, contentParts, mend, rewrite, wholeMessage } from "./openai-chat.ts";

/** Names that SWE-agent gives to the agent whose history it is; all others are sub-agents. */
const mainAgents = new Set(["main", "primary"]);

/**
 * The `history` of a SWE-agent trajectory: chat messages with `agent`, and `thought` and `action` as the parser found
 * them in `content`. In runs without function calling an observation is a user message after an action.
 */
export const sweAgent: FormatAdapter = {
  format: "swe-agent",
  flat: false,
  roleOf: (message) => stringAt(message, "role") ?? "user",
  agentOf(message) {
    const agent = stringAt(message, "agent");
    return agent === undefined || mainAgents.has(agent) ? undefined : agent;
  },
  acts: (message) => message.role === "assistant" && typeof message.action === "string" && !message.tool_calls,
  parts,
  rewrite: rewriteWithThought,
  mend,
  arrange: answersFollowCalls,
  plain: (role, text) => ({ role: role === "tool" ? "user" : role, content: text }),
};

function parts(message: JsonRecord): readonly FoundPart[] {
  const answered = arrayAt(message, "tool_call_ids")[0] ?? message.tool_call_id;
  const isAnswer = message.role === "tool" && typeof answered === "string";
  const isObservation = message.message_type === "observation" && message.role === "tool";
  const found: FoundPart[] = [
    ...contentParts(message, {
      ...(isAnswer && { result: answered }),
      ...((isAnswer || isObservation) && { kind: "tool_result" }),
      ...thought(message),
    }),
    ...arrayAt(message, "tool_calls").map((call, at) => callPart(call, ["tool_calls", at])),
  ];
  return found.length > 0 ? found : [wholeMessage(message)];
}

/** `thought` repeats the content where the model called a function; it changes with it. */
function thought(message: JsonRecord): { mirrors?: readonly Mirror[] } {
  if (typeof message.content !== "string" || typeof message.thought !== "string") return {};
  return { mirrors: [{ path: ["thought"], as: "text", emptied: message.thought === message.content }] };
}

function rewriteWithThought(message: JsonRecord, spec: PartSpec, text: string): void {
  rewrite(message, spec, text);
  if (typeof message.thought === "string") message.thought = text;
}
