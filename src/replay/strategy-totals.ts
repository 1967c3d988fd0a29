import type { StrategyReport } from "../manager/cleaner.ts";
import type { CleanupRecord } from "./recording.ts";

/** What one strategy did over a session. */
export interface StrategyTotal {
  readonly component: string;
  readonly strategy: string;
  runs: number;
  items: number;
  /** Tokens, of all components: an edit of a group may free some in others than the one that was cleaned. */
  freed: number;
  elapsedMs: number;
  readonly loss: "none" | "recoverable";
}

/** Cleanups added up by component and strategy, in the order in which they first freed something. */
export function strategyTotals(cleanups: readonly CleanupRecord[]): StrategyTotal[] {
  const totals = new Map<string, StrategyTotal>();
  for (const { report } of cleanups)
    for (const done of report.strategies) {
      const { strategy, items, elapsedMs, loss } = done;
      if (items === 0) continue;
      const key = `${report.component} ${strategy}`;
      const sum = totals.get(key) ?? {
        component: report.component,
        strategy,
        runs: 0,
        items: 0,
        freed: 0,
        elapsedMs: 0,
        loss,
      };
      sum.runs += 1;
      sum.items += items;
      sum.freed += freedEverywhere(done);
      sum.elapsedMs += elapsedMs;
      totals.set(key, sum);
    }
  return [...totals.values()];
}

function freedEverywhere({ edits }: StrategyReport): number {
  return edits.reduce((sum, { tokensBefore, tokensAfter }) => sum + tokensBefore - tokensAfter, 0);
}

/** Tokens that all cleanups freed, in all components. */
export function freedTokens(cleanups: readonly CleanupRecord[]): number {
  return strategyTotals(cleanups).reduce((sum, { freed }) => sum + freed, 0);
}
