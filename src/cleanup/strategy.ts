import type { Item } from "../manager/item.ts";
import type { Pace } from "../manager/pace.ts";
import type { Weighed } from "../workers/batches.ts";
import type { Mapped } from "../workers/ordered-map.ts";
import type { Edit, EditUnit } from "./edit.ts";
import type { GuardedSummarizer } from "./summarizer.ts";
import type { View } from "./view.ts";

/** What the edits of a strategy lose: nothing, or what {@link TokenBudgetManager.recall} brings back. */
export type LossClass = "none" | "recoverable";

/**
 * A built-in strategy: reads a view and proposes units of edits, those to apply first first. It changes nothing itself;
 * heavy work goes to the workers through `tools.map`. Reading stops as soon as the goal is reached.
 */
export interface Strategy {
  readonly name: string;
  readonly loss: LossClass;
  /** Units, one by one or in lists, in the order in which to apply them; not read further once the goal is reached. */
  units(view: View, tools: StrategyTools): Iterable<EditUnit> | AsyncIterable<EditUnit | readonly EditUnit[]>;
}

/**
 * A strategy of the caller's that runs on the calling thread. A bare edit stands alone (edits of one group are taken
 * together); a unit is applied whole or not at all.
 */
export interface FunctionStrategy {
  readonly name: string;
  /** What the edits lose; default `"recoverable"`. */
  readonly loss?: LossClass;
  readonly run: (view: View, signal: AbortSignal) => EditList | Promise<EditList>;
}

/**
 * A strategy of the caller's that runs in worker threads: `export` of `module` is called with batches of whole groups,
 * `(items, context) => edits`, where `items` are the editable ones in the order in which to free them.
 */
export interface ModuleStrategy {
  readonly name: string;
  readonly loss?: LossClass;
  /** An absolute `file:` URL or path, or a package that the worker can import. */
  readonly module: string | URL;
  /** Default `"default"`. */
  readonly export?: string;
  /** A plain value that is handed on to the function as `context.settings`. */
  readonly settings?: unknown;
  /** The worker is ended where a batch takes longer. Default 30,000. */
  readonly timeoutMs?: number;
}

/** What a strategy of the caller's proposes: edits one by one, or units that are applied whole. */
export type EditList = readonly (Edit | Pick<EditUnit, "edits">)[];
/** A built-in strategy, or one of the caller's: a function here, or a module in worker threads. */
export type AnyStrategy = Strategy | FunctionStrategy | ModuleStrategy;

/** What a module strategy's function is told besides its items. */
export interface ModuleContext {
  readonly component: string;
  readonly now: number;
  readonly escalated: boolean;
  readonly goal: number;
  readonly settings: unknown;
}

/** What the module of a {@link ModuleStrategy} exports. It must not change the items. */
export type ModuleFunction = (items: readonly Item[], context: ModuleContext) => EditList | Promise<EditList>;

/** What a built-in strategy may use besides its view. */
export interface StrategyTools {
  /** Runs a pure task over inputs in the workers; results come in their order. A batch ends after `killAfterMs` milliseconds. */
  map<I>(
    task: string,
    inputs: readonly Weighed<I>[],
    settings: unknown,
    killAfterMs?: number,
  ): AsyncIterable<readonly Mapped<I>[]>;
  /** Tokens as the budget counts them. */
  count(text: string): number | Promise<number>;
  /** The caller's summarizer under guard; undefined where there is none (or in a plan, which never calls it). */
  readonly summarizer: GuardedSummarizer | undefined;
  /** False where this strategy already worked on this version of the item in this way, so that nothing is done twice. */
  isNew(item: Item, step?: string): boolean;
  /** Remembers that this strategy has nothing to propose for the item as it is now. */
  markTried(item: Item, step?: string): void;
  readonly signal: AbortSignal;
  readonly pace: Pace;
}

export const isBuiltIn = (strategy: AnyStrategy): strategy is Strategy => "units" in strategy;
