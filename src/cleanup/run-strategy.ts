import { TokenBudgetError } from "../errors.ts";
import type { CleanHost, StrategyReport } from "../manager/cleaner.ts";
import type { Item } from "../manager/item.ts";
import type { Pace } from "../manager/pace.ts";
import type { Executor } from "../workers/executor.ts";
import { mapOrdered } from "../workers/ordered-map.ts";
import { callerUnits } from "./caller-strategy.ts";
import type { StubText } from "./check.ts";
import { Collection } from "./collection.ts";
import type { CheckedEdit, CheckedUnit } from "./edit.ts";
import { type Applied, applyUnits, type Originals } from "./kernel.ts";
import type { Memory } from "./memory.ts";
import { endsRun, type Stop } from "./stop.ts";
import { type AnyStrategy, isBuiltIn, type StrategyTools } from "./strategy.ts";
import { guardSummarizer, type Summarizer, type SummarizerOptions } from "./summarizer.ts";
import type { View } from "./view.ts";

/** What a run of strategies works with; a plan has a host that only pretends and originals that keep nothing. */
export interface RunContext {
  readonly host: CleanHost;
  readonly originals: Originals;
  readonly executor: Executor;
  readonly memory: Memory;
  readonly stubText: StubText;
  readonly summarizer: Summarizer | undefined;
  readonly summarizerOptions: SummarizerOptions;
  readonly stop: Stop;
  readonly pace: Pace;
}

/** What a strategy must reach for its edits to be applied at all. */
export interface Worth {
  /** Tokens to free in the component at which reading of further units stops. */
  readonly goal: number;
  /** Fewer than this are not applied, unless `needed` is more than 0 and they fill it. */
  readonly minGain: number;
  readonly needed: number;
}

/** The report of one strategy, and whether it held back edits because they were too few. */
export interface StrategyOutcome {
  readonly report: StrategyReport;
  readonly heldBack: boolean;
}

/**
 * Runs one strategy on a view: collects checked units until the goal is reached, and applies all of them or none. An
 * error of the strategy, of a worker or of the archive is named in `skipped` and changes nothing; only an abort, a passed
 * deadline or a close is thrown on.
 */
export async function runStrategy(
  strategy: AnyStrategy,
  view: View,
  worth: Worth,
  context: RunContext,
): Promise<StrategyOutcome> {
  const started = performance.now();
  const usedBefore = context.host.component(view.component).used;
  let applied: Applied = { edits: [], refs: [], freed: {} };
  let skipped: string | undefined;
  let heldBack = false;
  let freedByCaller = 0;
  try {
    const units = await collectUnits(strategy, view, worth.goal, context);
    if (!isBuiltIn(strategy)) {
      freedByCaller = Math.max(0, usedBefore - context.host.component(view.component).used);
    }
    const gain = freedIn(view.component, units) + freedByCaller;
    heldBack = units.length > 0 && gain < worth.minGain && !(worth.needed > 0 && gain >= worth.needed);
    if (heldBack) skipped = "below minGain";
    else {
      applied = await applyUnits(strategy.name, units, {
        host: context.host,
        originals: context.originals,
        pace: context.pace,
        stop: context.stop.check,
      });
      remember(strategy.name, units, applied, context);
    }
  } catch (error) {
    context.stop.check();
    if (endsRun(error)) throw error;
    skipped = nameOf(error);
  }
  return {
    heldBack,
    report: {
      strategy: strategy.name,
      items: applied.edits.length,
      freed: (applied.freed[view.component] ?? 0) + freedByCaller,
      elapsedMs: performance.now() - started,
      loss: strategy.loss ?? "recoverable",
      refs: applied.refs,
      edits: applied.edits.map(reportEdit),
      ...(skipped === undefined ? {} : { skipped }),
    },
  };
}

async function collectUnits(
  strategy: AnyStrategy,
  view: View,
  goal: number,
  context: RunContext,
): Promise<CheckedUnit[]> {
  const { host, stop, pace, stubText } = context;
  const tools = toolsFor(strategy.name, context);
  const collection = new Collection({ host, view, stubText, taken: new Set(), seen: seenBy(view, host) });
  const proposed = isBuiltIn(strategy) ? strategy.units(view, tools) : callerUnits(strategy, view, tools);
  // What is there at once is read at once: the engine makes several promises for each step of an asynchronous loop.
  for await (const some of Symbol.asyncIterator in proposed ? proposed : [proposed]) {
    for (const unit of Symbol.iterator in some ? some : [some]) {
      stop.check();
      const adding = collection.add(unit);
      if (adding) await adding;
      if (collection.freed >= goal) break;
      if (pace.due()) await pace.rest();
    }
    if (collection.freed >= goal) break;
  }
  stop.check();
  return collection.units();
}

/**
 * Items of the component, and the members of their groups elsewhere, by id. Most of them still stand where they stood: then no
 * index of all is made for the few that a strategy names.
 */
function seenBy(view: View, host: CleanHost): (id: string) => Item | undefined {
  let own: Map<string, Item> | undefined;
  let others: Map<string, Item> | undefined;
  return (id) => {
    const now = host.item(id);
    if (now !== undefined && standsIn(view.items, now)) return now;
    own ??= new Map(view.items.map((item) => [item.id, item]));
    const item = own.get(id);
    if (item) return item;
    others ??= new Map(view.items.flatMap((each) => view.members(each)).map((member) => [member.id, member]));
    return others.get(id);
  };
}

/** Whether a list in order of arrival has this very item. */
function standsIn(items: readonly Item[], item: Item): boolean {
  let low = 0;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle]!.sequence < item.sequence) low = middle + 1;
    else high = middle;
  }
  return items[low] === item;
}

function toolsFor(strategy: string, context: RunContext): StrategyTools {
  const { host, executor, memory, stop, summarizer, summarizerOptions, pace } = context;
  const key = (step: string) => `${strategy}/${step}`;
  return {
    map: (task, inputs, settings, killAfterMs) =>
      mapOrdered(
        executor,
        { task, settings, ...(host.encoding === undefined ? {} : { encoding: host.encoding }) },
        inputs,
        { signal: stop.signal, ...(killAfterMs === undefined ? {} : { killAfterMs }) },
      ),
    count: (text) => host.countTokens(text),
    summarizer: summarizer && guardSummarizer(summarizer, (text) => host.countTokens(text), summarizerOptions),
    isNew: (item, step = "") => memory.isNew(key(step), item),
    markTried: (item, step = "") => memory.mark(key(step), item),
    signal: stop.signal,
    pace,
  };
}

/** Marks the new versions as this strategy's own work. */
function remember(
  strategy: string,
  units: readonly CheckedUnit[],
  applied: Applied,
  { host, memory }: RunContext,
): void {
  if (applied.edits.length === 0) return;
  for (const { edits, step } of units) {
    for (const { item, change } of edits) {
      const now = change && host.item(item.id);
      if (now) memory.mark(`${strategy}/${step}`, now);
    }
  }
}

const freedIn = (component: string, units: readonly CheckedUnit[]): number =>
  units.reduce((sum, { freed }) => sum + (freed.get(component) ?? 0), 0);

const reportEdit = ({ item, tokens, change }: CheckedEdit) => ({
  id: item.id,
  component: item.component,
  type: change?.edited ?? ("remove" as const),
  tokensBefore: item.tokens,
  tokensAfter: tokens,
});

/** A code or a class name; a message may quote text. */
const nameOf = (error: unknown): string =>
  error instanceof TokenBudgetError ? error.code : error instanceof Error ? error.name : "thrown";
