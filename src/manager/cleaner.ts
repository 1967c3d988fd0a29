import type { Item } from "./item.ts";

/** What the manager asks of a cleaner. The cleanup room implements it; without one, a cleanup frees nothing. */
export interface Cleaner {
  /** Frees at least `goal` tokens of `component` if its strategies can, by edits applied through `host`. */
  clean(request: CleanRequest, host: CleanHost): Promise<CleanReport>;
  /** Says what {@link clean} would do, and changes nothing. */
  plan(request: CleanRequest, host: CleanHost): Promise<CleanReport>;
  /** The original text behind a reference, or undefined where the archive has none. */
  original(ref: string): Promise<ArchivedOriginal | undefined>;
  /** Finds originals of this session by plain text in any language, best first; none where there is no search. */
  search?(query: string, options?: OriginalSearch): Promise<readonly OriginalHit[]>;
  /** Releases what this manager holds of shared workers and of its archive. */
  close(): Promise<void>;
}

/** What an archive holds of an item. */
export interface ArchivedOriginal {
  readonly text: string;
  readonly tokens: number;
  /** The item as it was, without its text. */
  readonly item: Omit<Item, "text">;
}

/** Narrows a search for originals. */
export interface OriginalSearch {
  /** Default 10. */
  readonly limit?: number;
  readonly component?: string;
}

/** An original that a search found; `recall(ref)` brings it back. */
export interface OriginalHit {
  readonly ref: string;
  readonly tokens: number;
  readonly itemId: string;
  readonly component: string;
  readonly kind: string;
  /** Milliseconds on the manager's clock. */
  readonly createdAt: number;
  readonly archivedAt: number;
  /** A short excerpt around the best match. */
  readonly snippet: string;
  /** Higher is better; comparable within one result only. */
  readonly score: number;
}

/** What one cleanup is to do. */
export interface CleanRequest {
  readonly component: string;
  /** Tokens that a caller waits for: met once cap − used − reserved reaches it. 0 for a proactive or manual run. */
  readonly need: number;
  /** Messages that wait for this room: in an escalated round they are the newest of those that are kept as they are. */
  readonly arriving?: number;
  /** Tokens to free in this component: max(used + need − low edge × cap, need − available, minGain). */
  readonly goal: number;
  /** Edits of a strategy that free less are not worth a broken prompt cache, unless the need asks for them. Default 0. */
  readonly minGain?: number;
  /** Where the need is still unmet, run again with the age gates ignored. */
  readonly escalate: boolean;
  readonly signal?: AbortSignal;
  /** On the manager's clock, in milliseconds. */
  readonly deadline?: number;
}

/** The manager's side of a cleanup: what a cleaner may read, and the one step by which it changes anything. */
export interface CleanHost {
  readonly namespace: string;
  /** Milliseconds on the manager's clock. */
  now(): number;
  /** How a component stands now. */
  component(id: string): HostComponent;
  /** Live items of a component, in order of arrival. */
  items(component: string): readonly Item[];
  /** The item as it is now; undefined once it has left. */
  item(id: string): Item | undefined;
  /** All items of a group, over all components, in order of arrival. */
  group(group: string): readonly Item[];
  /** Tokens as the budget counts them (the high edge of an estimate). */
  countTokens(text: string): number | Promise<number>;
  /** The encoding whose exact count `countTokens` gives, so that a worker may recount for us; undefined where it is none. */
  readonly encoding?: string;
  /** Runs `work` while nothing else runs so in any of `components`; locks are taken in a fixed order. */
  exclusive<T>(components: readonly string[], work: () => Promise<T>): Promise<T>;
  /**
   * Applies all edits in one synchronous step, or none. An edit whose item is gone, pinned, fixed or of another version
   * is refused with the whole batch (`applied: false`, the ids in `stale`). Tokens return to each item's own component.
   */
  apply(strategy: string, edits: readonly AppliedEdit[]): ApplyResult;
}

/** A component as a cleaner sees it; all figures are tokens. */
export interface HostComponent {
  readonly id: string;
  readonly cap: number;
  readonly used: number;
  readonly reserved: number;
  readonly fixed: boolean;
  /** Low and high edge of the target band, as fractions of the cap. */
  readonly target: readonly [low: number, high: number];
}

/** An edit that the kernel has checked: text counted, original archived. */
export type AppliedEdit =
  | { readonly type: "remove"; readonly id: string; readonly version: number; readonly ref?: string }
  | {
      readonly type: "replace";
      readonly id: string;
      readonly version: number;
      readonly text: string;
      readonly tokens: number;
      readonly edited: "lossless" | "stub" | "excerpt" | "summary";
      readonly ref?: string;
    };

/** What came of {@link CleanHost.apply}. */
export interface ApplyResult {
  readonly applied: boolean;
  readonly stale: readonly string[];
  /** Tokens returned, by component. */
  readonly freed: Readonly<Record<string, number>>;
}

/** What a cleanup did (or, for a plan, would do). */
export interface CleanReport {
  readonly component: string;
  readonly goal: number;
  /** Tokens returned to `component`. */
  readonly freed: number;
  readonly escalated: boolean;
  readonly strategies: readonly StrategyReport[];
  readonly elapsedMs: number;
  /** Where the goal was not reached: tokens that stay, by the reason why no strategy could take them. */
  readonly left?: Readonly<Record<"fixed" | "pinned" | "recent" | "unmatched", number>>;
}

/** One edit of a report. */
export interface EditReport {
  readonly id: string;
  readonly component: string;
  readonly type: "remove" | "lossless" | "stub" | "excerpt" | "summary";
  readonly tokensBefore: number;
  readonly tokensAfter: number;
}

/** What one strategy did in a cleanup. */
export interface StrategyReport {
  readonly strategy: string;
  /** Items edited or removed. */
  readonly items: number;
  readonly freed: number;
  readonly elapsedMs: number;
  readonly loss: "none" | "recoverable";
  readonly refs: readonly string[];
  readonly edits: readonly EditReport[];
  /** Why nothing was applied, where an edit set was refused or a strategy failed. */
  readonly skipped?: string;
}
