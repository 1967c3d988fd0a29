import type { Item } from "../manager/item.ts";
import { isSpoken, type View } from "./view.ts";

/**
 * The exchanges of a component in order of arrival: a user's message with everything that was said until the next one. Items
 * that are not part of the conversation, and what was said before the first user's message, each stand alone.
 */
export function readExchanges(view: View): Item[][] {
  const exchanges: Item[][] = [];
  let open: Item[] | undefined;
  for (const item of view.items) {
    if (!isSpoken(item)) {
      exchanges.push([item]);
    } else if (isQuestion(item)) {
      open = [item];
      exchanges.push(open);
    } else if (open) {
      open.push(item);
    } else {
      exchanges.push([item]);
    }
  }
  return exchanges;
}

export const isQuestion = (item: Item): boolean => item.kind === "message" && item.role === "user";
