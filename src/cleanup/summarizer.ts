import { whenAborted } from "../workers/when-aborted.ts";

/**
 * Shortens a text to at most `maxTokens`; may call a model. It always runs on the calling thread. What it returns is
 * used only where it is a text, not empty, not an error message and not longer than asked; else the built-in extractive
 * summarizer serves.
 */
export type Summarizer = (text: string, maxTokens: number, signal: AbortSignal) => string | Promise<string>;

/** Limits of a caller's summarizer. */
export interface SummarizerOptions {
  /** Milliseconds that one call may take. Default 30,000. */
  readonly timeoutMs?: number;
  /** Calls under way at once. Default 4. */
  readonly concurrency?: number;
}

/** A summary that passed the checks, with its exact tokens. */
export interface Summary {
  readonly text: string;
  readonly tokens: number;
}

/** A caller's summarizer with a limit of time, checks of its results, and the built-in one behind it. */
export interface GuardedSummarizer {
  readonly concurrency: number;
  /** At most `maxTokens`, exactly counted. Resolves to undefined where the caller's summarizer did not serve; never rejects. */
  summarize(text: string, maxTokens: number, signal: AbortSignal): Promise<Summary | undefined>;
}

/** After so many failures in a row the built-in summarizer serves for the rest of the run. */
const maxFailures = 3;

/** Puts a caller's summarizer under guard; one guard is made for each run of a strategy. */
export function guardSummarizer(
  summarizer: Summarizer,
  count: (text: string) => number | Promise<number>,
  { timeoutMs = 30_000, concurrency = 4 }: SummarizerOptions = {},
): GuardedSummarizer {
  let failures = 0;
  return {
    concurrency: Math.max(1, concurrency),
    async summarize(text, maxTokens, signal) {
      if (failures >= maxFailures || signal.aborted) return undefined;
      const summary = await callWithin(summarizer, text, maxTokens, signal, timeoutMs)
        .then((result) => check(result, maxTokens, count))
        .catch(() => undefined);
      failures = summary ? 0 : failures + 1;
      return summary;
    },
  };
}

async function check(
  result: unknown,
  maxTokens: number,
  count: (text: string) => number | Promise<number>,
): Promise<Summary | undefined> {
  if (typeof result !== "string") return undefined;
  const text = result.trim();
  if (text === "" || isErrorText(text)) return undefined;
  const tokens = await count(text);
  return tokens <= maxTokens ? { text, tokens } : undefined;
}

/**
 * True for what summarizers return in place of a summary when their model call failed: a short line or a JSON object
 * that says so. A real summary that happens to begin that way is lost to the built-in one, which costs nothing.
 */
export function isErrorText(text: string): boolean {
  if (/^\{\s*"(error|errors)"\s*:/.test(text)) return true;
  const head = text.slice(0, 200);
  return (
    /^\W*(an? )?(\w+ ){0,2}(error|exception|failed|failure|unable|could not|cannot|can't|couldn't)\b.{0,60}\b(generat|summar|creat|request|response|api|model|complet|connect|process|fetch|timeout|timed out|rate limit)/i.test(
      head,
    ) ||
    /^\W*(\w*error|\w*exception)\s*[:(]/i.test(head) ||
    /^\W*(i'm sorry|sorry|i apologi[sz]e|as an ai)\b/i.test(head) ||
    /^\W*(undefined|null|nan|\[object \w+\]|traceback \(most recent call last\))/i.test(head)
  );
}

/** The call's result, or a rejection when the time is up or the signal fires; a late result is ignored. */
function callWithin(
  summarizer: Summarizer,
  text: string,
  maxTokens: number,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<unknown> {
  const own = new AbortController();
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      ignore();
      settle();
    };
    const giveUp = () =>
      end(() => {
        own.abort();
        reject(new Error("no answer"));
      });
    const timer = setTimeout(giveUp, timeoutMs);
    const ignore = whenAborted(signal, giveUp);
    Promise.resolve()
      .then(() => summarizer(text, maxTokens, own.signal))
      .then(
        (result) => end(() => resolve(result)),
        (error) => end(() => reject(error)),
      );
  });
}
