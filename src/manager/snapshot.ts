import { captureBudget } from "./budget-state.ts";
import type { Core } from "./core.ts";
import type { Item } from "./item.ts";
import type { BudgetState } from "./journal.ts";
import type { NotedUse } from "./mean-tokens.ts";
import type { ComponentOptions } from "./profile.ts";

/** Everything a manager holds, as JSON. Callers that wait and cleanups that run are not part of it. */
export interface ManagerSnapshot {
  readonly version: 1;
  /** When it was taken, on the manager's clock. */
  readonly at: number;
  readonly namespace: string;
  readonly total: number;
  readonly components: Readonly<Record<string, ComponentOptions>>;
  readonly budget: BudgetState;
  readonly items: readonly Item[];
  readonly nextSequence: number;
  readonly activity: Readonly<Record<string, ActivityRecord>>;
  readonly rules: readonly RuleRecord[];
  readonly loans: readonly { readonly lender: string; readonly borrower: string; readonly tokens: number }[];
  readonly children: readonly { readonly component: string; readonly snapshot: ManagerSnapshot }[];
}

/** A component's history in a {@link ManagerSnapshot}. */
export interface ActivityRecord {
  readonly exhaustedAt: readonly number[];
  readonly cleanups: number;
  readonly freed: number;
  readonly partial: number;
  /** Where its cap has changed: what was used under earlier caps. */
  readonly noted?: NotedUse;
}

/** An adjustment in force, in a {@link ManagerSnapshot}. */
export interface RuleRecord {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  readonly share: number;
  readonly wanted: number;
  readonly moved: number;
  readonly firedAt: number;
  readonly seenAt: number;
  readonly reason: string;
}

export function snapshotOf(core: Core): ManagerSnapshot {
  core.open();
  const at = core.now();
  const components = core.profile.rules.map(({ id, share, floor, ceiling, target, fixed }) => [
    id,
    { share, floor, ceiling, target, fixed },
  ]);
  const activity = core.states.flatMap((state) => {
    if (state.activity === undefined) return [];
    const { exhaustedAt, cleanups, freed, partial, noted } = state.activity;
    const record = { exhaustedAt: [...exhaustedAt], cleanups, freed, partial };
    return [[state.rule.id, noted === undefined ? record : { ...record, noted }] as const];
  });
  const children = [...core.children].map((child) => ({
    component: child.charge!.state.rule.id,
    snapshot: snapshotOf(child),
  }));
  return {
    version: 1,
    at,
    namespace: core.namespace,
    total: core.total,
    components: Object.fromEntries(components),
    budget: captureBudget(core),
    items: core.items?.all() ?? [],
    nextSequence: core.items?.sequence ?? 0,
    activity: Object.fromEntries(activity),
    rules: [...(core.adjusting?.rules.values() ?? [])].map((rule) => ({ ...rule })),
    loans: (core.adjusting?.loans ?? []).map(({ lender, borrower, tokens }) => ({
      lender: lender.rule.id,
      borrower: borrower.rule.id,
      tokens,
    })),
    children,
  };
}
