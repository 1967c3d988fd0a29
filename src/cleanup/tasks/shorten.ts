import type { Task, TaskTools } from "../../workers/executor.ts";
import type { EditKind } from "../edit.ts";
import { compactLossless } from "../text/compact.ts";
import { removeDebugInfo } from "../text/debug-info.ts";
import { excerptSteps } from "../text/excerpt.ts";
import { stubBulky } from "../text/stub.ts";
import { summarizeSteps } from "../text/summarize.ts";
import { inWindows } from "./windows.ts";

/** A text to shorten; `maxTokens` is where shortening may stop, or what a summary must not exceed. */
export interface ShortenInput {
  readonly id: string;
  readonly text: string;
  readonly tokens: number;
  readonly maxTokens: number;
}

/**
 * How far to go: only without loss; down to a summary made here; the same, but a text that still needs a summary comes back
 * as a request; without debug information; or to an excerpt.
 */
export interface ShortenSettings {
  readonly to: "lossless" | "summary" | "request" | "debug" | "excerpt";
}

/** A shorter text, counted where the budget's own count was at hand; undefined where there is none. */
export type Shortened =
  | { readonly as: EditKind; readonly text: string; readonly tokens?: number }
  | { readonly as: "request"; readonly text: string }
  | undefined;

/** Shortens one text step by step, the least loss first, and stops once it fits. */
export const shorten = function* (
  input: ShortenInput,
  { to }: ShortenSettings,
  tools: TaskTools,
): Generator<void, Shortened> {
  const count = tools.count ?? scaledCount(input);
  let best: Shortened;
  let fits = false;
  const offer = (text: string, as: EditKind) => {
    if (text === input.text || text.trim() === "") return;
    const tokens = count(text);
    if (tokens >= input.tokens) return;
    best = tools.count ? { as, text, tokens } : { as, text };
    fits = tokens <= input.maxTokens;
  };
  if (to === "debug") {
    offer(removeDebugInfo(input.text).text, "stub");
    return best;
  }
  if (to === "excerpt") {
    offer(yield* inWindows(excerptSteps, input.text, input.maxTokens, count), "excerpt");
    return best;
  }
  const compact = compactLossless(input.text);
  offer(compact, "lossless");
  if (fits || to === "lossless") return best;
  yield;
  const bare = stubBulky(compact).text;
  if (bare !== compact) offer(bare, "stub");
  if (fits) return best;
  if (to === "request") return { as: "request", text: bare };
  yield;
  offer(yield* inWindows(summarizeSteps, bare, input.maxTokens, count), "summary");
  return best;
} satisfies Task;

/** Where the budget counts in a way that this thread does not know: the text's own tokens a character. */
const scaledCount = ({ text, tokens }: ShortenInput): ((text: string) => number) => {
  const tokensPerChar = tokens / Math.max(1, text.length);
  return (other) => Math.ceil(other.length * tokensPerChar);
};
