import { checkObject, TokenBudgetError } from "../errors.ts";
import { Adjusting, type RuleState } from "./adjusting-state.ts";
import { runCleanup } from "./cleaning.ts";
import type { ComponentState } from "./component-state.ts";
import type { Core } from "./core.ts";
import { aboveFloor, repayIdle } from "./lending.ts";
import { meanTokens } from "./mean-tokens.ts";
import type { ComponentUse, WantedMove } from "./policies.ts";
import { capsOf } from "./profile.ts";
import { step } from "./steps.ts";

/**
 * The document's `usage_history`, for any component: `<component>_exhaustion` (a count) and `<component>_utilization`
 * (a fraction). What is given stands in for what the manager has measured.
 */
export type UsageHistory = Readonly<Record<string, number>>;

/** One move of cap, explained. */
export interface AdjustmentMove {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  /** The move that is wanted in force after this, from the base shares; 0 where the shares return to their base. */
  readonly share: number;
  /** Moved now. Negative: returned from `to` to `from`. */
  readonly tokens: number;
  /** Still to be moved, once there is room. */
  readonly pending: number;
  readonly reason: string;
}

/** The result of an adjustment. */
export interface Adjustment {
  /** Share of each component now. */
  readonly allocations: Readonly<Record<string, number>>;
  readonly moves: readonly AdjustmentMove[];
}

/** Shares now: the base, and what the rules have moved. */
export function sharesOf(core: Core): number[] {
  const shares = core.profile.rules.map((rule) => rule.share);
  for (const rule of core.adjusting?.rules.values() ?? []) {
    const share = rule.moved === rule.wanted ? rule.share : rule.moved / core.total;
    const [from, to] = [core.profile.chart.get(rule.from)!, core.profile.chart.get(rule.to)!];
    shares[from] = tidy(shares[from]! - share);
    shares[to] = tidy(shares[to]! + share);
  }
  return shares;
}

/** Decimal shares stay decimal: .20 - .05 is .15. */
const tidy = (share: number) => Math.round(share * 1e12) / 1e12;

export function allocationsOf(core: Core): Record<string, number> {
  const shares = sharesOf(core);
  return Object.fromEntries(core.profile.rules.map((rule) => [rule.id, shares[rule.index]!]));
}

/** Applies the policy: each rule fires once a window, and returns to base once its cause was absent for one. */
export function adjust(core: Core, history?: UsageHistory): Adjustment {
  core.open();
  const uses = usesOf(core, history);
  const wanted = core.settings.policy(uses);
  checkMoves(core, wanted);
  core.adjusting ??= new Adjusting();
  const now = core.now();
  repayIdle(core);
  const { rules } = core.adjusting;
  for (const move of wanted) want(core, move, now);
  for (const rule of rules.values()) {
    if (wanted.some((move) => move.rule === rule.rule)) continue;
    if (rule.wanted === 0 || now - rule.seenAt < core.settings.windowMs) continue;
    rule.share = 0;
    rule.wanted = 0;
    rule.reason = `its cause was absent for one window: ${rule.from} and ${rule.to} return to their base`;
  }
  const moves = applyRules(core);
  return { allocations: allocationsOf(core), moves };
}

/** @throws TokenBudgetError INVALID_ARGUMENT, UNKNOWN_COMPONENT, COMPONENT_FIXED; nothing has moved. */
function checkMoves(core: Core, wanted: readonly WantedMove[]): void {
  if (!Array.isArray(wanted)) {
    throw new TokenBudgetError("INVALID_ARGUMENT", "a policy must give an array of moves", { name: "policy" });
  }
  for (const move of wanted) checkMove(core, move);
  if (new Set(wanted.map(({ rule }) => rule)).size < wanted.length) {
    throw new TokenBudgetError("INVALID_ARGUMENT", "a policy gives a rule two moves", { name: "policy" });
  }
}

function checkMove(core: Core, move: WantedMove): void {
  checkObject(move, "a policy's move");
  for (const id of [move.from, move.to]) {
    const state = core.state(id);
    if (!state.rule.fixed) continue;
    throw new TokenBudgetError("COMPONENT_FIXED", "a fixed component is never adjusted", { component: id });
  }
  const { rule, from, to, share } = move;
  const known = core.adjusting?.rules.get(rule);
  const why =
    typeof rule !== "string" || typeof move.reason !== "string"
      ? "a policy must name the rule of each move and its reason"
      : !(Number.isFinite(share) && share > 0 && share < 1) || from === to
        ? "a policy must give moves of a share between 0 and 1"
        : known !== undefined && (known.from !== from || known.to !== to)
          ? "a rule's move in force is between other components"
          : undefined;
  if (why !== undefined) throw new TokenBudgetError("INVALID_ARGUMENT", why, { name: "policy", rule });
}

function want(core: Core, move: WantedMove, now: number): void {
  const { rules } = core.adjusting!;
  const { windowMs } = core.settings;
  const known = rules.get(move.rule);
  const rule = known ?? { ...move, share: 0, wanted: 0, moved: 0, firedAt: now - windowMs, seenAt: now };
  rules.set(move.rule, rule);
  rule.seenAt = now;
  if (rule.share === move.share || now - rule.firedAt < windowMs) return;
  rule.firedAt = now;
  rule.share = move.share;
  rule.wanted = Math.round(move.share * core.total);
  rule.reason = move.reason;
}

/** Moves what rules want and room, floors and ceilings allow. The rest is tried again after a cleanup. */
export function applyRules(core: Core): AdjustmentMove[] {
  const moves: AdjustmentMove[] = [];
  for (const rule of core.adjusting?.rules.values() ?? []) {
    const before = rule.moved;
    moveRule(core, rule);
    const { from, to, share, reason } = rule;
    const [tokens, pending] = [rule.moved - before, rule.wanted - rule.moved];
    if (tokens !== 0 || pending !== 0) moves.push({ rule: rule.rule, from, to, share, tokens, pending, reason });
    if (rule.wanted === 0 && rule.moved === 0) core.adjusting!.rules.delete(rule.rule);
    if (pending !== 0) makeRoom(core, rule, Math.abs(pending));
  }
  if (moves.some((move) => move.tokens !== 0)) core.watch?.emit("adjusted", { at: core.now(), moves });
  return moves;
}

function moveRule(core: Core, rule: RuleState): void {
  const forth = rule.wanted > rule.moved;
  const giver = core.state(forth ? rule.from : rule.to);
  const taker = core.state(forth ? rule.to : rule.from);
  const room = Math.min(core.available(giver), allowed(core, giver, taker));
  const tokens = Math.max(0, Math.min(Math.abs(rule.wanted - rule.moved), room));
  if (tokens === 0 || !core.move(giver, taker, tokens)) return;
  rule.moved += forth ? tokens : -tokens;
}

/** What floor and ceiling let one component give to another. */
function allowed(core: Core, giver: ComponentState, taker: ComponentState): number {
  const ceiling = Math.ceil(core.total * taker.rule.ceiling - 1e-6);
  return Math.min(ownCap(core, giver), aboveFloor(core, giver), ceiling - ownCap(core, taker));
}

/** The cap without loans. */
export function ownCap(core: Core, state: ComponentState): number {
  const { adjusting } = core;
  return core.read(state).cap + (adjusting?.lentBy(state) ?? 0) - (adjusting?.borrowedBy(state) ?? 0);
}

/** Where a move waits for tokens in use, the giver is cleaned in the background; after that the move is tried again. */
function makeRoom(core: Core, rule: RuleState, tokens: number): void {
  const forth = rule.wanted > rule.moved;
  const giver = core.state(forth ? rule.from : rule.to);
  // What floor or ceiling forbid is not cleaned for.
  const need = Math.min(tokens, allowed(core, giver, core.state(forth ? rule.to : rule.from)));
  const { cleanedFor } = core.adjusting!;
  if (core.cleaning === undefined || core.available(giver) >= need) return;
  if (!core.settings.proactiveCleanup || core.read(giver).used === 0 || cleanedFor.has(rule)) return;
  cleanedFor.add(rule);
  const pendingBefore = rule.wanted - rule.moved;
  const isPending = () =>
    !core.closed && core.adjusting?.rules.get(rule.rule) === rule && rule.wanted - rule.moved === pendingBefore;
  queueMicrotask(() => {
    const run = isPending() ? runCleanup(core, giver, { need, escalate: false }, true) : undefined;
    void Promise.resolve(run)
      .then((outcome) => {
        cleanedFor.delete(rule);
        if (outcome !== undefined && outcome.freed > 0 && isPending()) step(() => applyRules(core));
      })
      // A clock that throws: the move stays pending.
      .catch(() => undefined);
  });
}

function usesOf(core: Core, history: UsageHistory | undefined): Map<string, ComponentUse> {
  if (history !== undefined) checkHistory(core, history);
  const shares = sharesOf(core);
  const bases = basesOf(core);
  const given = (id: string, what: string) =>
    history !== undefined && Object.hasOwn(history, `${id}_${what}`) ? history[`${id}_${what}`] : undefined;
  const uses = new Map<string, ComponentUse>();
  for (const state of core.states) {
    const { id, share: baseShare, floor, ceiling, fixed, target, index } = state.rule;
    const { meanUse } = core.read(state);
    const givenUse = given(id, "utilization");
    const utilization = givenUse ?? meanUse;
    const utilizationOfBase =
      givenUse ?? (bases[index] === 0 ? 0 : millionths(meanTokens(core, state) / bases[index]!));
    const exhaustions = given(id, "exhaustion") ?? exhaustionsOf(core, state);
    const share = shares[index]!;
    uses.set(id, {
      id,
      baseShare,
      share,
      floor,
      ceiling,
      fixed,
      target,
      exhaustions,
      utilization,
      utilizationOfBase,
    });
  }
  return uses;
}

/** The ledger keeps the mean of the window before to 24 bits: a use of one half is one half there too. */
const millionths = (part: number) => Math.round(part * 1e6) / 1e6;

/** The caps of the base shares by the last total that a profile was asked for: most managers of a profile are of one size. */
const knownBases = new WeakMap<object, { readonly total: number; readonly caps: readonly number[] }>();

function basesOf({ profile, total }: Core): readonly number[] {
  const known = knownBases.get(profile);
  if (known?.total === total) return known.caps;
  const shares = profile.rules.map((rule) => rule.share);
  const caps = capsOf(total, shares);
  knownBases.set(profile, { total, caps });
  return caps;
}

/** Exhaustions of the last window. */
export function exhaustionsOf(core: Core, state: ComponentState): number {
  const times = state.activity?.exhaustedAt;
  if (times === undefined || times.length === 0) return 0;
  const since = core.now() - core.settings.windowMs;
  return times.filter((time) => time > since).length;
}

function checkHistory(core: Core, history: UsageHistory): void {
  checkObject(history, "history");
  for (const [key, value] of Object.entries(history)) {
    const id = key.replace(/_(?:exhaustion|utilization)$/, "");
    if (id === key || !core.profile.chart.has(id) || !(Number.isFinite(value) && value >= 0)) {
      throw new TokenBudgetError(
        "INVALID_ARGUMENT",
        "a usage history has numbers by <component>_exhaustion and _utilization",
        {
          key,
        },
      );
    }
  }
}
