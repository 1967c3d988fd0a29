/** What a policy sees of a component. */
export interface ComponentUse {
  readonly id: string;
  readonly baseShare: number;
  readonly share: number;
  readonly floor: number;
  readonly ceiling: number;
  readonly fixed: boolean;
  readonly target: readonly [low: number, high: number];
  /** Requests of the last window, not larger than the cap, that did not fit at the first check. */
  readonly exhaustions: number;
  /** Mean of used / allocated over the last window, weighted by time. */
  readonly utilization: number;
  /** The same use against the base share: a move that was made does not hide its own cause. */
  readonly utilizationOfBase: number;
}

/** A move that a rule wants to be in force: `share` of the total, counted from the base shares, from one to another. */
export interface WantedMove {
  /** Names the rule: one rule has one move, between the same components for as long as that is in force. */
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  readonly share: number;
  readonly reason: string;
}

/** Says which moves have a cause now. A pure function: the manager sees to windows, floors, and what is in use. */
export type AdjustmentPolicy = (components: ReadonlyMap<string, ComponentUse>) => readonly WantedMove[];

/** The document's step. */
const step = 0.05;

/**
 * The document's two rules. `agent_context` exhausted more than 3 times in a window gains .05 from `interaction_buffer`;
 * `knowledge_base` used below .50 gives .05 to `working_memory`. A rule whose components are not there does nothing.
 * Cost: two look-ups.
 * @example standardPolicy(new Map()); // => []
 */
export const standardPolicy: AdjustmentPolicy = (components) => {
  const moves: WantedMove[] = [];
  const movable = (...ids: string[]) => ids.every((id) => components.get(id)?.fixed === false);
  const agent = components.get("agent_context");
  if (agent !== undefined && movable("agent_context", "interaction_buffer") && agent.exhaustions > 3) {
    moves.push({
      rule: "agent_context exhausted",
      from: "interaction_buffer",
      to: "agent_context",
      share: step,
      reason: `agent_context was exhausted ${agent.exhaustions} times in the window (more than 3)`,
    });
  }
  const knowledge = components.get("knowledge_base");
  if (knowledge !== undefined && movable("knowledge_base", "working_memory") && knowledge.utilizationOfBase < 0.5) {
    moves.push({
      rule: "knowledge_base underused",
      from: "knowledge_base",
      to: "working_memory",
      share: step,
      reason: `knowledge_base was used ${percent(knowledge.utilizationOfBase)} in the window (below 50 %)`,
    });
  }
  return moves;
};

/**
 * Moves shares toward where the bands are missed. A component whose mean use of its base share lies outside its band
 * wants the share at which that use would be mid-band, at most .05 from its base and within floor and ceiling; those above
 * their band take, those below give, the largest first. Moves of before stay for a window after their cause has gone, so that
 * one component may be further from its base meanwhile, each move being at most .05. Cost: a sort of the components.
 * @example
 * const manager = await createTokenBudgetManager({ total: 10_000, policy: proportionalPolicy });
 * const { moves } = manager.adjustAllocations({ working_memory_utilization: 0.9 });
 * moves.map(({ from, to, share }) => [from, to, share]); // => [["agent_context", "working_memory", 0.05]]
 */
export const proportionalPolicy: AdjustmentPolicy = (components) => {
  const wishes = [...components.values()]
    .filter((component) => !component.fixed)
    .map((component) => ({ component, wish: wishOf(component) }));
  const givers = wishes.filter(({ wish }) => wish < 0).sort((a, b) => a.wish - b.wish);
  const takers = wishes.filter(({ wish }) => wish > 0).sort((a, b) => b.wish - a.wish);
  const moves: WantedMove[] = [];
  for (const taker of takers) {
    for (const giver of givers) {
      const share = Math.round(Math.min(taker.wish, -giver.wish) * 1e6) / 1e6;
      if (share <= 0) continue;
      taker.wish -= share;
      giver.wish += share;
      const [from, to] = [giver.component, taker.component];
      moves.push({
        rule: `${from.id} to ${to.id}`,
        from: from.id,
        to: to.id,
        share,
        reason: `${to.id} was used ${percent(to.utilizationOfBase)} of its base share (band ${band(to)}), ${from.id} ${percent(from.utilizationOfBase)} (band ${band(from)})`,
      });
    }
  }
  return moves;
};

function wishOf({ baseShare, floor, ceiling, target, utilizationOfBase, exhaustions }: ComponentUse): number {
  const [low, high] = target;
  const middle = (low + high) / 2;
  const exhausted = exhaustions > 3 && utilizationOfBase >= low;
  if (utilizationOfBase >= low && utilizationOfBase <= high && !exhausted) return 0;
  const wanted = exhausted ? baseShare + step : middle > 0 ? (baseShare * utilizationOfBase) / middle : baseShare;
  const least = Math.max(floor, baseShare - step);
  const most = Math.min(ceiling, baseShare + step);
  return Math.min(most, Math.max(least, wanted)) - baseShare;
}

const percent = (part: number) => `${Math.round(part * 1000) / 10} %`;
const band = ({ target }: ComponentUse) => `${percent(target[0])} to ${percent(target[1])}`;
