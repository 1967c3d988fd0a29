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
  const offers: Offers = { input, counter, isExact: tools.counter !== undefined, best: undefined, fits: false };
  if (to === "debug") {
    yield* offer(offers, yield* debugInfoSteps(input.text), "stub");
    return offers.best;
  }
  if (to === "excerpt") {
    yield* offer(offers, yield* inWindows(excerptSteps, input.text, input.maxTokens, counter), "excerpt");
    return offers.best;
  }
  const compact = yield* compactSteps(input.text);
  yield* offer(offers, compact, "lossless");
  if (offers.fits || to === "lossless") return offers.best;
  yield;
  const bare = yield* stubSteps(compact);
  if (bare !== compact) yield* offer(offers, bare, "stub");
  if (offers.fits) return offers.best;
  if (to === "request") return { as: "request", text: bare };
  yield;
  yield* offer(offers, yield* inWindows(summarizeSteps, bare, input.maxTokens, counter), "summary");
  return offers.best;
} satisfies Task;

/** The shortest text so far, and whether it is short enough. */
interface Offers {
  readonly input: ShortenInput;
  readonly counter: TaskCounter;
  readonly isExact: boolean;
  best: Shortened;
  fits: boolean;
}

function* offer(offers: Offers, text: string, as: EditKind): Steps<void> {
  const { input, counter, isExact } = offers;
  if (text === input.text || text.trim() === "") return;
  const tokens = yield* counter.countSteps(text);
  if (tokens >= input.tokens) return;
  offers.best = isExact ? { as, text, tokens } : { as, text };
  offers.fits = tokens <= input.maxTokens;
}

/** Where the budget counts in a way that this thread does not know: the text's own tokens a character. */
const scaledCounter = ({ text, tokens }: ShortenInput): TaskCounter => {
  const tokensPerChar = tokens / Math.max(1, text.length);
  return wholeCounter((other) => Math.ceil(other.length * tokensPerChar));
};
