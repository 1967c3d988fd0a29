import type { Item } from "../manager/item.ts";
import type { Weighed } from "../workers/batches.ts";
import type { EditUnit } from "./edit.ts";
import type { StrategyTools } from "./strategy.ts";
import type { Summary } from "./summarizer.ts";
import type { Shortened, ShortenInput, ShortenSettings } from "./tasks/shorten.ts";

/** An item to shorten and the tokens it may keep. */
export interface Shortening {
  readonly item: Item;
  readonly maxTokens: number;
}

export interface ShorteningOptions {
  readonly to: Exclude<ShortenSettings["to"], "request">;
  /** Units take the place of what this strategy proposed for the same items before. */
  readonly supersedes?: boolean;
}

/**
 * Shortens items in the workers and yields one unit an item, in order, in lists. Where a summary is asked for and the caller has a
 * summarizer, that one is asked, on this thread; where it does not serve, the built-in one does. Items that can't be made
 * shorter are remembered and not tried again until they change.
 */
export async function* shortenItems(
  shortenings: readonly Shortening[],
  { to, supersedes = false }: ShorteningOptions,
  tools: StrategyTools,
): AsyncGenerator<readonly EditUnit[], void, void> {
  const fresh: Shortening[] = [];
  for (const shortening of shortenings) if (tools.isNew(shortening.item, to)) fresh.push(shortening);
  const asks = to === "summary" && tools.summarizer !== undefined;
  for await (const results of asks ? run(fresh, "request", tools) : runOnce(fresh, to, tools)) {
    for (const chunk of chunksOf(results, asks ? tools.summarizer!.concurrency : results.length)) {
      const served = asks ? await summarized(chunk, tools) : undefined;
      const units: EditUnit[] = [];
      for (const [i, { shortening, shortened }] of chunk.entries()) {
        const { item } = shortening;
        const offer = served ? served[i] : shortened;
        const made = isUncounted(offer) ? await fitted(shortening, offer, to, tools) : offer;
        if (made === undefined || made.as === "request") {
          tools.markTried(item, to);
          continue;
        }
        units.push({
          edits: [{ type: "replace", id: item.id, text: made.text, as: made.as }],
          counted: new OneCount(item.id, made.tokens),
          step: to,
          supersedes,
        });
      }
      yield units;
    }
  }
}

/** The count of one text, where a map for each would be most of what a cleanup leaves to the collector. */
class OneCount {
  readonly #id: string;
  readonly #tokens: number | undefined;

  constructor(id: string, tokens: number | undefined) {
    this.#id = id;
    this.#tokens = tokens;
  }

  get(id: string): number | undefined {
    return id === this.#id ? this.#tokens : undefined;
  }
}

type Way = ShortenSettings["to"];

/**
 * What texts came to, in each way, that was not applied: a strategy stopped at its goal before them, or held back too small
 * a gain. Items are never changed but replaced, so it holds as long as the item, and the next cleanup need not make it again.
 */
const proposed = new WeakMap<Item, Map<Way, { readonly maxTokens: number; readonly shortened: Shortened }>>();
/** Longer texts are made anew: what is remembered must not take much room. */
const mostRememberedChars = 4096;

/** {@link run} without the texts of which it is known what they come to. */
async function* runOnce(
  shortenings: readonly Shortening[],
  to: Way,
  tools: StrategyTools,
): AsyncGenerator<readonly Result[], void, void> {
  const known = shortenings.map((shortening) => proposalOf(shortening, to));
  const open = run(
    shortenings.filter((_, i) => known[i] === undefined),
    to,
    tools,
  );
  let made: readonly Result[] = [];
  let next = 0;
  let results: Result[] = [];
  for (const [i, shortening] of shortenings.entries()) {
    if (known[i] === undefined && next === made.length) {
      if (results.length > 0) yield results;
      results = [];
      made = (await open.next()).value ?? [];
      next = 0;
      for (const result of made) remember(result, to);
    }
    results.push(known[i] === undefined ? made[next++]! : { shortening, shortened: known[i] });
  }
  if (results.length > 0) yield results;
}

function proposalOf({ item, maxTokens }: Shortening, to: Way): Shortened {
  const proposal = proposed.get(item)?.get(to);
  return proposal?.maxTokens === maxTokens ? proposal.shortened : undefined;
}

function remember({ shortening: { item, maxTokens }, shortened }: Result, to: Way): void {
  if (shortened === undefined || item.text.length > mostRememberedChars) return;
  const ways = proposed.get(item) ?? new Map();
  proposed.set(item, ways.set(to, { maxTokens, shortened }));
}

interface Result {
  readonly shortening: Shortening;
  readonly shortened: Shortened;
}

async function* run(
  shortenings: readonly Shortening[],
  to: Way,
  tools: StrategyTools,
): AsyncGenerator<readonly Result[], void, void> {
  const inputs = shortenings.map(weighed);
  let next = 0;
  for await (const mapped of tools.map("shorten", inputs, { to } satisfies ShortenSettings)) {
    const results: Result[] = [];
    for (const { outcome } of mapped) {
      const shortened = "value" in outcome ? (outcome.value as Shortened) : undefined;
      results.push({ shortening: shortenings[next++]!, shortened });
    }
    yield results;
  }
}

const weighed = ({ item: { text, tokens }, maxTokens }: Shortening): Weighed<ShortenInput> => ({
  input: { text, tokens, maxTokens },
  chars: text.length,
});

/** What the caller's summarizer made of each request, and for the rest what the workers made. */
async function summarized(results: readonly Result[], tools: StrategyTools): Promise<readonly Shortened[]> {
  return serveRest(results, await Promise.all(results.map((result) => askSummarizer(result, tools))), tools);
}

async function askSummarizer({ shortening, shortened }: Result, tools: StrategyTools): Promise<Summary | undefined> {
  if (shortened?.as !== "request") return undefined;
  return tools.summarizer?.summarize(shortened.text, shortening.maxTokens, tools.signal);
}

/** What became of each result: as it is, the caller's summary, or the built-in one where the caller's did not serve. */
async function serveRest(
  results: readonly Result[],
  summaries: readonly (Summary | undefined)[],
  tools: StrategyTools,
): Promise<readonly Shortened[]> {
  const served = results.map(({ shortened }, i): Shortened => {
    const summary = summaries[i];
    return summary ? { as: "summary", ...summary } : shortened;
  });
  const open = served.flatMap((made, i) => (made?.as === "request" ? [i] : []));
  if (open.length === 0) return served;
  let next = 0;
  const rest = open.map((i) => results[i]!.shortening);
  for await (const made of run(rest, "summary", tools)) {
    for (const { shortened } of made) served[open[next++]!] = shortened;
  }
  return served;
}

/**
 * Where only the budget itself can count, the worker went by the length of the text: what came out too long for what was
 * asked is made once more, shorter by as much.
 */
async function fitted(
  { item, maxTokens }: Shortening,
  made: Uncounted,
  to: Way,
  tools: StrategyTools,
): Promise<Shortened> {
  const tokens = await tools.count(made.text);
  const counted = { ...made, tokens };
  if ((made.as !== "summary" && made.as !== "excerpt") || tokens <= maxTokens) return counted;
  const shorter = Math.max(1, Math.floor(((maxTokens * maxTokens) / tokens) * 0.9));
  for await (const [result] of run([{ item, maxTokens: shorter }], to, tools)) {
    const again = result?.shortened;
    if (again === undefined || again.as === "request") continue;
    const tokensAgain = await tools.count(again.text);
    if (tokensAgain < tokens) return { ...again, tokens: tokensAgain };
  }
  return counted;
}

type Uncounted = Exclude<Shortened, undefined | { as: "request" }>;

const isUncounted = (made: Shortened): made is Uncounted =>
  made !== undefined && made.as !== "request" && made.tokens === undefined;

function* chunksOf<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size);
}
