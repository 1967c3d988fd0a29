/** What an item is to the agent; strategies decide by it. */
export type ItemKind =
  | "message"
  | "tool_call"
  | "tool_result"
  | "document"
  | "skill"
  | "agent_state"
  | "task"
  | "debug"
  | "text";

/** Kinds that are part of the conversation that a provider checks. */
export const spokenKinds: ReadonlySet<ItemKind> = new Set<ItemKind>(["message", "tool_call", "tool_result"]);

/** A value that survives JSON. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** What a caller may say of a new item; all but `text` has a default. */
export interface ItemInput {
  /** Unique within the manager; made up when absent. */
  readonly id?: string;
  /** Default `"text"`. */
  readonly kind?: ItemKind;
  readonly text: string;
  readonly role?: string;
  /** Milliseconds on the manager's clock; default now. */
  readonly createdAt?: number;
  /** Milliseconds on the manager's clock; default `createdAt`. */
  readonly lastUsedAt?: number;
  /** A pinned item is never edited. Default false. */
  readonly pinned?: boolean;
  /** Higher is kept longer among equals. Default 0. */
  readonly priority?: number;
  /** Items of one group live or leave together: a tool call and its results. May span components. */
  readonly group?: string;
  readonly taskId?: string;
  readonly taskState?: "open" | "completed";
  readonly agentId?: string;
  readonly agentState?: "running" | "ended";
  readonly metadata?: { readonly [key: string]: JsonValue };
}

/** An item as the manager keeps it. Records are replaced on change, never mutated: a reference is a consistent view. */
export interface Item {
  readonly id: string;
  readonly component: string;
  readonly kind: ItemKind;
  readonly text: string;
  /** What the ledger holds for it: the exact count, or the high edge of an estimate. */
  readonly tokens: number;
  /** Where the caller's own text was not counted exactly: the bounds; `tokens` is `high`. What a cleanup made has that alone. */
  readonly estimate?: { readonly low: number; readonly high: number };
  readonly role?: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly pinned: boolean;
  readonly priority: number;
  readonly group?: string;
  readonly taskId?: string;
  readonly taskState?: "open" | "completed";
  readonly agentId?: string;
  readonly agentState?: "running" | "ended";
  readonly metadata?: { readonly [key: string]: JsonValue };
  /** Where the original of a shortened item lies in the archive. */
  readonly ref?: string;
  /** How the text came to be: absent while it is the caller's own. */
  readonly edited?: "lossless" | "stub" | "excerpt" | "summary";
  /** Grows with each change of text; an edit made for an older version is dropped. */
  readonly version: number;
  /** Order of arrival over the whole manager. */
  readonly sequence: number;
}
