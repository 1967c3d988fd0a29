import type { CleanupRecord } from "./recording.ts";

/** What one strategy did over a session. */
export interface StrategyTotal {
  readonly component: string;
  readonly strategy: string;
  runs: number;
  items: number;
  freed: number;
  elapsedMs: number;
  readonly loss: "none" | "recoverable";
}

/** Cleanups added up by component and strategy, in the order in which they first freed something. */
export function strategyTotals(cleanups: readonly CleanupRecord[]): StrategyTotal[] {
  const totals = new Map<string, StrategyTotal>();
  for (const { report } of cleanups)
    for (const { strategy, items, freed, elapsedMs, loss } of report.strategies) {
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
      sum.freed += freed;
      sum.elapsedMs += elapsedMs;
      totals.set(key, sum);
    }
  return [...totals.values()];
}
