export { formatNames } from "./adapter-for.ts";
export type { Conversation, ForeignMessage } from "./conversation.ts";
export type { FormatName, Media } from "./format.ts";
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
