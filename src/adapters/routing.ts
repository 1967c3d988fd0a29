import type { ItemKind } from "../manager/item.ts";
import type { Slot } from "./conversation.ts";
import type { FormatName, Media } from "./format.ts";

/** What is known of a part of a message when its component is chosen. */
export interface RoutedPart {
  readonly format: FormatName;
  readonly slot: Slot;
  readonly role: string;
  readonly kind: ItemKind;
  /** The tool that is called, or whose result this is. */
  readonly tool?: string;
  /** The sub-agent that says it, where the format names one. */
  readonly agent?: string;
  readonly media?: Media;
}

/** Where a part goes; `kind` overrides what the adapter found. */
export interface Route {
  readonly component: string;
  readonly kind?: ItemKind;
}

/** Chooses the component of each part of each message. */
export type Routing = (part: RoutedPart) => Route;

/**
 * The default: system prompts and tool definitions → `system_context`; sub-agents' messages → `agent_context`; documents
 * and skills → `knowledge_base`; tool results and files → `working_memory`; everything else → `interaction_buffer`.
 * Cost: none.
 * @example
 * const part = { format: "openai-chat", slot: "messages", role: "tool", kind: "tool_result" } as const;
 * defaultRouting(part); // => { component: "working_memory" }
 */
export function defaultRouting(part: RoutedPart): Route {
  if (part.slot !== "messages" || part.role === "system") return { component: "system_context" };
  if (part.agent !== undefined || part.kind === "agent_state") return { component: "agent_context" };
  if (part.kind === "document" || part.kind === "skill") return { component: "knowledge_base" };
  if (part.kind === "tool_result" || part.media !== undefined) return { component: "working_memory" };
  return { component: "interaction_buffer" };
}

/** Exceptions to {@link defaultRouting}, by name. */
export interface RoutingRules {
  /** Component for the results of a tool: `{ search_docs: "knowledge_base", spawn_agent: "agent_context" }`. */
  readonly toolResults?: Readonly<Record<string, string>>;
  /** Component for a kind of item. */
  readonly kinds?: Readonly<Partial<Record<ItemKind, string>>>;
  /** Component for a role. */
  readonly roles?: Readonly<Record<string, string>>;
  /** Another name for a component of the default, where the budget has names of its own. */
  readonly components?: Readonly<Record<string, string>>;
}

/**
 * {@link defaultRouting} with exceptions: a tool's own rule first, then the kind's, then the role's, then the default.
 * Cost: a few look-ups a part.
 * @example
 * const routing = createRouting({ toolResults: { search_docs: "knowledge_base" } });
 * const part = { format: "openai-chat", slot: "messages", role: "tool", kind: "tool_result", tool: "search_docs" } as const;
 * routing(part); // => { component: "knowledge_base" }
 */
export function createRouting(rules: RoutingRules): Routing {
  return (part) => {
    const byTool = part.kind === "tool_result" ? own(rules.toolResults, part.tool) : undefined;
    const chosen = byTool ?? own(rules.kinds, part.kind) ?? own(rules.roles, part.role);
    if (chosen !== undefined && part.slot === "messages") return { component: chosen };
    const route = defaultRouting(part);
    return { ...route, component: own(rules.components, route.component) ?? route.component };
  };
}

/** Tool names come from a model: never looked up along a prototype. */
function own(record: Readonly<Record<string, string>> | undefined, key: string | undefined): string | undefined {
  return record !== undefined && key !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
