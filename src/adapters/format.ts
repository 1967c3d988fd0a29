import type { ItemKind } from "../manager/item.ts";
import type { Json, JsonRecord, Path } from "./json.ts";

/** The message formats that can be read and written. */
export type FormatName =
  | "openai-chat"
  | "openai-responses"
  | "anthropic-messages"
  | "ai-sdk"
  | "langchain"
  | "swe-agent";

/**
 * How an item's text goes back into its place:
 * `text` as a string; `arguments` as a string that holds JSON; `json` as the value whose JSON it is; `opaque` never (the
 * text only stands for it: an image, a file); `signed` never, and the part is dropped unless the text is unchanged.
 */
export type Filling = "text" | "arguments" | "json" | "opaque" | "signed";

/** One part of a message: what becomes one item. Survives JSON. */
export interface PartSpec {
  /** Where the text lies in the message. */
  readonly path: Path;
  readonly as: Filling;
  /** What leaves the message with the item: array elements, or keys; an empty path is the message itself. */
  readonly unit: readonly Path[];
  /** What leaves the message with the last of the items that name it: the block of a result with several parts. */
  readonly container?: Path;
  readonly kind: ItemKind;
  /** Said before the text so that it is counted with it: a tool's name. */
  readonly prefix?: string;
  /** The text that stands for an opaque part. */
  readonly placeholder?: string;
  /** Other places in the message that repeat the same text. */
  readonly mirrors?: readonly Mirror[];
  /** Id of the tool call that this part makes or answers. */
  readonly call?: string;
  readonly result?: string;
  readonly tool?: string;
  /** Id of the tool call for which this part asks approval: it is a call of its own that leaves with that one. */
  readonly approves?: string;
  /** True where the provider answers the call itself, inside the same message. */
  readonly hosted?: boolean;
  /** What an opaque part costs is told by this. */
  readonly media?: Media;
}

export interface Mirror {
  readonly path: Path;
  readonly as: Filling;
  /** Whether the text is taken out of this place too (it is where the text alone restores it exactly). */
  readonly emptied: boolean;
}

/** An image, file or sound inside a message, by what its token rules need. Never its bytes. */
export interface Media {
  readonly type: "image" | "pdf" | "file" | "audio";
  readonly detail?: string;
  readonly width?: number;
  readonly height?: number;
  /** Bytes of the file, where they are in the message. */
  readonly bytes?: number;
}

export type FoundPart = PartSpec & { readonly text: string };

/** A message that is being rebuilt. */
export interface Draft {
  readonly index: number;
  /** Index of the reasoning message that led to it. */
  readonly after?: number | undefined;
  message: JsonRecord;
  readonly calls: readonly string[];
  readonly results: readonly string[];
  /** Whether a part of it is gone or changed. */
  readonly touched: boolean;
}

/** One foreign format: how its messages come apart, and what makes a list of them legal. Knows no SDK. */
export interface FormatAdapter {
  readonly format: FormatName;
  /** Who speaks, in the words of {@link ItemInput.role}: `system`, `user`, `assistant`, `tool`. */
  roleOf(message: JsonRecord): string;
  /** The sub-agent that a message belongs to, where the format names one that is not the main agent. */
  agentOf?(message: JsonRecord): string | undefined;
  /** Whether the message acts in plain text, so that a user message right after it is what came of it. */
  acts?(message: JsonRecord): boolean;
  /** Every message has at least one part; their texts and the rest of the message hold all of it. */
  parts(message: JsonRecord): readonly FoundPart[];
  /** Puts an edited text where the filling does not fit any more (a summary in place of JSON, a stub for an image). */
  rewrite(message: JsonRecord, spec: PartSpec, text: string): void;
  /** Called after parts were removed: mends what is left of the message, or says that nothing is. */
  mend(message: JsonRecord): JsonRecord | undefined;
  /** The last step: an order of roles that the provider accepts. Called only where something was changed. */
  arrange(drafts: readonly Draft[]): readonly Draft[];
  /** A message for an item that came from no message. */
  plain(role: string, text: string): JsonRecord;
  /** Whether calls, results and reasoning are messages of their own, as in the Responses API. */
  readonly flat: boolean;
}

/** Text of a value that goes into an item as JSON; what JSON cannot say (a cycle, a BigInt) is only named. */
export function jsonText(value: Json): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch {
    return "[no JSON]";
  }
}
