import type { Task, TaskCounter, TaskTools } from "../../workers/executor.ts";
import type { EditKind } from "../edit.ts";
import { compactSteps } from "../text/compact.ts";
import { debugInfoSteps } from "../text/debug-info.ts";
import { excerptSteps } from "../text/excerpt.ts";
import type { Steps } from "../text/steps.ts";
import { stubSteps } from "../text/stub.ts";
import { summarizeSteps } from "../text/summarize.ts";
import { wholeCounter } from "./counters.ts";
import { inWindows } from "./windows.ts";

/** A text to shorten; `maxTokens` is where shortening may stop, or what a summary must not exceed. */
export interface ShortenInput {
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
  const counter = tools.counter ?? scaledCounter(input);
  let best: Shortened;
  let fits = false;
  function* offer(text: string, as: EditKind): Steps<void> {
    if (text === input.text || text.trim() === "") return;
    const tokens = yield* counter.countSteps(text);
    if (tokens >= input.tokens) return;
    best = tools.counter ? { as, text, tokens } : { as, text };
    fits = tokens <= input.maxTokens;
  }
  if (to === "debug") {
    yield* offer(yield* debugInfoSteps(input.text), "stub");
    return best;
  }
  if (to === "excerpt") {
    yield* offer(yield* inWindows(excerptSteps, input.text, input.maxTokens, counter), "excerpt");
    return best;
  }
  const compact = yield* compactSteps(input.text);
  yield* offer(compact, "lossless");
  if (fits || to === "lossless") return best;
  yield;
  const bare = yield* stubSteps(compact);
  if (bare !== compact) yield* offer(bare, "stub");
  if (fits) return best;
  if (to === "request") return { as: "request", text: bare };
  yield;
  yield* offer(yield* inWindows(summarizeSteps, bare, input.maxTokens, counter), "summary");
  return best;
} satisfies Task;

/** Where the budget counts in a way that this thread does not know: the text's own tokens a character. */
const scaledCounter = ({ text, tokens }: ShortenInput): TaskCounter => {
  const tokensPerChar = tokens / Math.max(1, text.length);
  return wholeCounter((other) => Math.ceil(other.length * tokensPerChar));
};
