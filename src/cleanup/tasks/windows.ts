import type { TaskCounter } from "../../workers/executor.ts";
import type { CountTokens } from "../text/fit.ts";
import { joinLines } from "../text/lines.ts";

/** Shortens one text to at most so many tokens, in steps. */
export type ShorteningSteps = (text: string, maxTokens: number, count: CountTokens) => Generator<void, string>;

/** Longer texts are shortened window by window, so that no step and no list of sentences grows with the text. */
const longChars = 32 * 1024;
const windowChars = 24 * 1024;
/** A window has its say with at least so many tokens; what is too long together is shortened once more. */
const minWindowTokens = 96;

/**
 * `shorten` for texts of any length: a long one is cut at lines into windows, each gets its share of the tokens, and where
 * the parts together are still too long they are shortened again. The result counts at most `maxTokens`.
 */
export function* inWindows(
  shorten: ShorteningSteps,
  text: string,
  maxTokens: number,
  counter: TaskCounter,
): Generator<void, string> {
  const { count } = counter;
  if (text.length <= longChars) return yield* shorten(text, maxTokens, count);
  const windows = cutAtLines(text);
  const parts: string[] = [];
  for (const window of windows) {
    // One token less each, for the line break that joins them.
    const share = Math.floor((maxTokens * window.length) / text.length) - 1;
    const part = yield* shorten(window, Math.max(minWindowTokens, share), count);
    if (part.trim() !== "") parts.push(part.replace(/\n+$/, ""));
    yield;
  }
  const joined = yield* joinLines(parts);
  if ((yield* counter.countSteps(joined)) <= maxTokens) return joined;
  // Windows of a few tokens each, such as blanks: their beginning stands for them.
  if (joined.length >= text.length) return yield* shorten(windows[0]!, maxTokens, count);
  return yield* inWindows(shorten, joined, maxTokens, counter);
}

/** Windows of about the same size that end after a line where there is one, else after a space, and never in a character. */
export function cutAtLines(text: string, size: number = windowChars): string[] {
  const windows: string[] = [];
  let start = 0;
  while (text.length - start > size) {
    const end = cutBefore(text, start + size / 2, start + size);
    windows.push(text.slice(start, end));
    start = end;
  }
  windows.push(text.slice(start));
  return windows;
}

function cutBefore(text: string, least: number, most: number): number {
  const end = text.slice(Math.ceil(least), most);
  for (const border of ["\n", " "]) {
    const at = end.lastIndexOf(border);
    if (at >= 0) return most - end.length + at + 1;
  }
  const unit = text.charCodeAt(most - 1);
  return unit >= 0xd800 && unit < 0xdc00 ? most - 1 : most;
}
