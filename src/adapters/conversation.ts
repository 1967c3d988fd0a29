import type { JsonValue } from "../manager/item.ts";
import type { FormatName } from "./format.ts";

/** A message of a foreign format, as its SDK types it. */
export type ForeignMessage = { readonly [key: string]: unknown };

/** What one request to a provider holds: the messages, and what some formats keep beside them. */
export interface Conversation {
  readonly messages: readonly ForeignMessage[];
  /** The system prompt where the format has it outside of the messages: a text, or blocks. */
  readonly system?: string | readonly ForeignMessage[];
  /** Tool definitions, in whatever form the provider takes. */
  readonly tools?: readonly ForeignMessage[];
}

/** Which list of a {@link Conversation} an item comes from. */
export type Slot = "system" | "tools" | "messages";

/** Where an item comes from: kept in its `metadata`, and all that is needed to write the message again. */
export interface Origin {
  readonly format: FormatName;
  readonly slot: Slot;
  /** Position in the slot, counted over the whole session. */
  readonly index: number;
  /** Index of the reasoning message that led to this one, where reasoning is a message of its own. */
  readonly after?: number;
  /** The message without the texts of its items; one object for all items of a message. */
  readonly shell: JsonValue;
  readonly parts: readonly JsonValue[];
}
