import { checkObject, TokenBudgetError } from "../errors.ts";
import type { ItemInput, ItemKind } from "./item.ts";
import type { ItemStore } from "./item-store.ts";

const kinds: ReadonlySet<ItemKind> = new Set([
  "message",
  "tool_call",
  "tool_result",
  "document",
  "skill",
  "agent_state",
  "task",
  "debug",
  "text",
]);

const wrong = (name: string, why: string) => new TokenBudgetError("INVALID_ARGUMENT", why, { name });

/** All of an item but its id. @throws TokenBudgetError INVALID_ARGUMENT or INVALID_TEXT */
export function checkFields(input: ItemInput): void {
  checkObject(input, "item");
  if (typeof input.text !== "string") {
    throw new TokenBudgetError(
      "INVALID_TEXT",
      "the text of an item must be a string; MessageReader makes items of messages",
      { type: typeof input.text },
    );
  }
  if (input.kind !== undefined && !kinds.has(input.kind)) throw wrong("kind", "no such kind of item");
  for (const name of ["createdAt", "lastUsedAt", "priority"] as const) {
    if (input[name] !== undefined && !Number.isFinite(input[name]))
      throw wrong(name, `${name} must be a finite number`);
  }
  for (const name of ["role", "group", "taskId", "agentId"] as const) {
    if (input[name] !== undefined && typeof input[name] !== "string") throw wrong(name, `${name} must be a string`);
  }
  const { taskState = "open", agentState = "running", pinned = false, metadata = {} } = input;
  if (taskState !== "open" && taskState !== "completed") throw wrong("taskState", "no such state of a task");
  if (agentState !== "running" && agentState !== "ended") throw wrong("agentState", "no such state of an agent");
  if (typeof pinned !== "boolean") throw wrong("pinned", "pinned must be true or false");
  checkObject(metadata, "metadata");
}

/**
 * What a caller brings, each field read once: it is counted and kept later, and may be another by then.
 * @throws TokenBudgetError INVALID_ARGUMENT or INVALID_TEXT
 */
export function readInput(store: ItemStore, component: string, given: ItemInput): ItemInput {
  const input = copyOf(given);
  checkFields(input);
  if (input.id === undefined) return input;
  if (typeof input.id !== "string" || input.id === "")
    throw wrong("id", "an item's id must be a string of some length");
  const known = store.get(input.id);
  if (known !== undefined && known.component !== component) {
    throw wrong("id", "an item with this id is in another component");
  }
  return input;
}

function copyOf(given: ItemInput): ItemInput {
  checkObject(given, "item");
  const { id, kind, text, role, createdAt, lastUsedAt, pinned, priority, group } = given;
  const { taskId, taskState, agentId, agentState, metadata } = given;
  // One literal: spreading objects costs microseconds, as much as the count of a short message.
  // biome-ignore format: the names only
  const input = { id, kind, text, role, createdAt, lastUsedAt, pinned, priority, group, taskId, taskState, agentId, agentState, metadata };
  return input as ItemInput;
}
