import { byId, setText } from "./dom.ts";

/** Rest after which something that changes with each key is said, in milliseconds. */
const restMs = 1_200;

let timer: ReturnType<typeof setTimeout> | undefined;

/** Tells screen readers once what has changed has come to rest: a count that is read at each key would drown the keys. */
export function announce(text: string): void {
  clearTimeout(timer);
  timer = setTimeout(() => setText(byId("announcer"), text), restMs);
}
