import { exhaustionsOf, sharesOf } from "./adjusting.ts";
import type { ComponentState } from "./component-state.ts";
import type { Core } from "./core.ts";
import type { BandStatus } from "./events.ts";
import { overallTarget } from "./profile.ts";
import { bandStatus } from "./watch.ts";

/** What is used of what is allocated. */
export interface Utilization {
  /** Tokens in use; where some are estimates, by their high edges. */
  readonly used: number;
  /** There: the bounds of what is in use; `used` is `high`. Absent where all counts are exact. */
  readonly estimate?: { readonly low: number; readonly high: number };
  /** Tokens that open reservations hold. */
  readonly reserved: number;
  /** The cap: what its share comes to, and what it has borrowed less what it has lent. */
  readonly allocated: number;
  /** allocated - used - reserved */
  readonly available: number;
  /** 100 * used / allocated; 0 where nothing is allocated. */
  readonly "utilization%": number;
  /** Low and high edge of the target band, in percent. */
  readonly target: readonly [low: number, high: number];
  /** Where used + reserved stands against the band. */
  readonly status: BandStatus;
}

/** A component in a {@link UtilizationReport}. */
export interface ComponentReport extends Utilization {
  /** Share of the total now, and without adjustments. */
  readonly share: number;
  readonly baseShare: number;
  readonly fixed: boolean;
  /** Mean of 100 * used / allocated over the last window, weighted by time. */
  readonly "meanUtilization%": number;
  /** The most that used + reserved has been. */
  readonly peak: number;
  readonly grants: number;
  /** Requests not larger than the cap that did not fit at the first check: ever, and in the last window. */
  readonly exhaustions: number;
  readonly recentExhaustions: number;
  /** Requests that were granted in part. */
  readonly partial: number;
  readonly cleanups: number;
  /** Tokens that came back during cleanups. */
  readonly freed: number;
  /** Cap borrowed from other components, and lent to them. */
  readonly borrowed: number;
  readonly lent: number;
  /** Items kept, and waiting callers. */
  readonly items: number;
  readonly waiting: number;
}

/** The whole budget at a moment of the manager's clock. */
export interface UtilizationReport {
  readonly at: number;
  readonly components: Readonly<Record<string, ComponentReport>>;
  readonly total: Utilization;
  /** Overall utilization, in percent, at which all components can be within their bands. */
  readonly feasibleOverall: readonly [low: number, high: number];
  /** The part of it that meets the overall target too; null where there is none. */
  readonly feasibleTarget: readonly [low: number, high: number] | null;
  readonly loans: readonly { readonly lender: string; readonly borrower: string; readonly tokens: number }[];
  /** Moves of cap in force or pending, with their reasons. */
  readonly adjustments: readonly {
    readonly rule: string;
    readonly from: string;
    readonly to: string;
    readonly tokens: number;
    readonly pending: number;
    readonly reason: string;
  }[];
}

export function reportOf(core: Core): UtilizationReport {
  core.open();
  const shares = sharesOf(core);
  const components = core.states.map((state) => [state.rule.id, componentReport(core, state, shares)] as const);
  const rows = components.map(([, row]) => row);
  const sum = (pick: (row: ComponentReport) => number) => rows.reduce((total, row) => total + pick(row), 0);
  const used = sum((row) => row.used);
  const slack = sum((row) => (row.estimate === undefined ? 0 : row.used - row.estimate.low));
  const reserved = sum((row) => row.reserved);
  const feasible = [0, 1].map((edge) =>
    core.total === 0 ? 0 : tidy(sum((row) => row.allocated * row.target[edge as 0 | 1]) / core.total),
  ) as [number, number];
  const both = [
    Math.max(feasible[0], percent(overallTarget[0])),
    Math.min(feasible[1], percent(overallTarget[1])),
  ] as const;
  return {
    at: core.now(),
    components: Object.fromEntries(components),
    total: utilization(core.total, used, reserved, slack, overallTarget),
    feasibleOverall: feasible,
    feasibleTarget: both[0] <= both[1] ? both : null,
    loans: (core.adjusting?.loans ?? []).map(({ lender, borrower, tokens }) => ({
      lender: lender.rule.id,
      borrower: borrower.rule.id,
      tokens,
    })),
    adjustments: [...(core.adjusting?.rules.values() ?? [])].map(({ rule, from, to, moved, wanted, reason }) => ({
      rule,
      from,
      to,
      tokens: moved,
      pending: wanted - moved,
      reason,
    })),
  };
}

function componentReport(core: Core, state: ComponentState, shares: readonly number[]): ComponentReport {
  const { rule, activity } = state;
  const account = core.read(state);
  return {
    ...utilization(account.cap, account.used, account.reserved, core.items?.slack(rule.index) ?? 0, rule.target),
    share: shares[rule.index]!,
    baseShare: rule.share,
    fixed: rule.fixed,
    "meanUtilization%": tidy(100 * account.meanUse),
    peak: account.peak,
    grants: account.grants,
    exhaustions: account.exhaustions,
    recentExhaustions: exhaustionsOf(core, state),
    partial: activity?.partial ?? 0,
    cleanups: activity?.cleanups ?? 0,
    freed: activity?.freed ?? 0,
    borrowed: core.adjusting?.borrowedBy(state) ?? 0,
    lent: core.adjusting?.lentBy(state) ?? 0,
    items: core.items?.count(rule.index) ?? 0,
    waiting: activity?.waiters.length ?? 0,
  };
}

function utilization(
  allocated: number,
  used: number,
  reserved: number,
  slack: number,
  target: readonly [low: number, high: number],
): Utilization {
  return {
    used,
    ...(slack === 0 ? undefined : { estimate: { low: used - slack, high: used } }),
    reserved,
    allocated,
    available: allocated - used - reserved,
    "utilization%": allocated === 0 ? 0 : (100 * used) / allocated,
    target: [percent(target[0]), percent(target[1])],
    status: bandStatus(allocated, used + reserved, target),
  };
}

const percent = (part: number) => tidy(100 * part);
/** Decimal fractions stay decimal: 100 * .55 is 55. */
const tidy = (number: number) => Math.round(number * 1e9) / 1e9;
