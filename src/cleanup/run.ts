import type { CleanHost, CleanReport, CleanRequest, StrategyReport } from "../manager/cleaner.ts";
import type { Item } from "../manager/item.ts";
import { type RunContext, runStrategy } from "./run-strategy.ts";
import type { AnyStrategy } from "./strategy.ts";
import { createReader, type View } from "./view.ts";

export interface RunOptions {
  readonly keepRecent: number;
}

/** One way through the list of strategies. */
interface Round {
  readonly escalated: boolean;
  readonly minGain: number;
  readonly strategies: readonly AnyStrategy[];
  /** Tokens that are still to be freed. */
  goal(): number;
}

/**
 * Runs the strategies in their order until the goal is reached. Where a need is still unmet then, first those that held
 * back too small edits run again, then (if the request allows) all of them with the age gates ignored, least recently
 * used first, until the need is met and no further.
 */
export async function runStrategies(
  strategies: readonly AnyStrategy[],
  request: CleanRequest,
  context: RunContext,
  options: RunOptions,
): Promise<CleanReport> {
  const started = performance.now();
  const { component, need } = request;
  const reports: StrategyReport[] = [];
  const heldBack = new Set<AnyStrategy>();
  const readView = createReader(context.host, request, options.keepRecent);
  const freed = () => reports.reduce((sum, report) => sum + report.freed, 0);
  const missing = () => (need > 0 ? need - available(context.host, component) : 0);

  const walk = async (round: Round) => {
    for (const strategy of round.strategies) {
      const goal = round.goal();
      if (goal <= 0) return;
      context.stop.check();
      const view = readView({ escalated: round.escalated, goal });
      const worth = { goal, minGain: round.minGain, needed: missing() };
      const outcome = await runStrategy(strategy, view, worth, context);
      if (outcome.heldBack) heldBack.add(strategy);
      if (outcome.report.items > 0 || outcome.report.freed > 0 || outcome.report.skipped !== undefined) {
        reports.push(outcome.report);
      }
      if (context.pace.due()) await context.pace.rest();
    }
  };

  const minGain = request.minGain ?? 0;
  await walk({ escalated: false, minGain, strategies, goal: () => request.goal - freed() });
  if (missing() > 0 && heldBack.size > 0) {
    await walk({ escalated: false, minGain: 0, strategies: [...heldBack], goal: missing });
  }
  const escalated = request.escalate && missing() > 0;
  if (escalated) await walk({ escalated: true, minGain: 0, strategies, goal: missing });
  const reached = freed() >= request.goal;
  return {
    component,
    goal: request.goal,
    freed: freed(),
    escalated,
    strategies: reports,
    elapsedMs: performance.now() - started,
    ...(reached ? {} : { left: tokensLeft(readView({ escalated, goal: 0 }), context.host) }),
  };
}

const available = (host: CleanHost, id: string): number => {
  const { cap, used, reserved } = host.component(id);
  return cap - used - reserved;
};

/** Tokens that stayed, by the first reason that holds for each item. */
function tokensLeft(view: View, host: CleanHost): NonNullable<CleanReport["left"]> {
  const left = { fixed: 0, pinned: 0, recent: 0, unmatched: 0 };
  const { fixed } = host.component(view.component);
  const reason = (item: Item): keyof typeof left =>
    fixed ? "fixed" : item.pinned ? "pinned" : view.mayEdit(item) ? "unmatched" : "recent";
  for (const item of view.items) left[reason(item)] += item.tokens;
  return left;
}
