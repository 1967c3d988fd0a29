export { formatNames } from "./adapter-for.ts";
export type { Conversation, ForeignMessage, Slot } from "./conversation.ts";
export {
  type CountMessagesOptions,
  countingEncoding,
  countMessages,
  countMessagesWith,
  type MessageCount,
  type MessageTokens,
} from "./count-messages.ts";
export { countTools, type ToolCount } from "./count-tools.ts";
export { detectFormat } from "./detect.ts";
export { type EstimatedTokens, type Measure, profileOf, type Range, type TokenProfile } from "./estimate.ts";
export type { FormatName, Media } from "./format.ts";
export { messageProblems } from "./legality.ts";
export { mediaOf } from "./media.ts";
export { mediaTokens } from "./media-tokens.ts";
export { MessageReader, type ReaderOptions, type RoutedItem, toItems } from "./reader.ts";
export { conversationFromItems, fromItems } from "./rebuild.ts";
export type { WritableItem } from "./remains.ts";
export {
  createRouting,
  defaultRouting,
  type Route,
  type RoutedPart,
  type Routing,
  type RoutingRules,
} from "./routing.ts";
export { chainSessions, type ReadSessionsOptions, readSessions, type Session } from "./session.ts";
export { inputTokensOf, UsageCalibration } from "./usage-calibration.ts";
