import { checkObject, TokenBudgetError } from "../errors.ts";

/** What a caller says of a component. All but `share` has a default. */
export interface ComponentOptions {
  /** Part of the total, above 0; all shares sum to 1. */
  readonly share: number;
  /** The least share that adjusting and lending leave it. Default 0. */
  readonly floor?: number;
  /** The largest share that adjusting gives it. Default 1. */
  readonly ceiling?: number;
  /** Low and high edge of its target band, as fractions of its cap. Default 0.75 and 0.85. */
  readonly target?: readonly [low: number, high: number];
  /** Never cleaned, lent or adjusted. Default false. */
  readonly fixed?: boolean;
}

/**
 * The standard allocation and targets: shares .10, .30, .20, .15 and .25 of the total.
 * @example Object.keys(defaultComponents).length; // => 5
 */
export const defaultComponents: Readonly<Record<string, ComponentOptions>> = Object.freeze({
  system_context: { share: 0.1, target: [0.95, 0.99], fixed: true },
  working_memory: { share: 0.3, target: [0.7, 0.8] },
  knowledge_base: { share: 0.2, target: [0.6, 0.75] },
  agent_context: { share: 0.15, target: [0.7, 0.85] },
  interaction_buffer: { share: 0.25, target: [0.6, 0.75] },
});

/** The document's target for the whole. */
export const overallTarget: readonly [low: number, high: number] = [0.75, 0.85];

/** A component as checked, with its defaults filled in; `index` is its place in the profile. */
export interface ComponentRule {
  readonly id: string;
  readonly index: number;
  readonly share: number;
  readonly floor: number;
  readonly ceiling: number;
  readonly target: readonly [low: number, high: number];
  readonly fixed: boolean;
}

/**
 * Checked components in their order; managers may share one. Cost: a few hundred bytes, once for all who share it.
 * @example
 * const profile = new Profile({ prompt: { share: 0.2, fixed: true }, chat: { share: 0.8 } });
 * const manager = await createTokenBudgetManager({ total: 1_000, components: profile });
 * manager.allocations; // => { prompt: 0.2, chat: 0.8 }
 */
export class Profile {
  readonly rules: readonly ComponentRule[];
  readonly chart: ReadonlyMap<string, number>;

  /** @throws TokenBudgetError INVALID_ARGUMENT */
  constructor(components: Readonly<Record<string, ComponentOptions>>) {
    checkObject(components, "components");
    const entries = Object.entries(components);
    if (entries.length === 0 || entries.length > 255) {
      throw new TokenBudgetError("INVALID_ARGUMENT", "a budget has 1 to 255 components", {
        components: entries.length,
      });
    }
    this.rules = entries.map(([id, options], index) => readRule(id, index, options));
    const sum = this.rules.reduce((total, rule) => total + rule.share, 0);
    if (Math.abs(sum - 1) > 1e-9) {
      throw new TokenBudgetError("INVALID_ARGUMENT", "the shares of all components must sum to 1", { sum });
    }
    this.chart = new Map(this.rules.map((rule) => [rule.id, rule.index]));
  }
}

function readRule(id: string, index: number, options: ComponentOptions): ComponentRule {
  checkObject(options, `component ${JSON.stringify(id)}`);
  const { share, floor = 0, ceiling = 1, target = overallTarget, fixed = false } = options;
  const wrong = (name: string) =>
    new TokenBudgetError("INVALID_ARGUMENT", `${name} of component ${JSON.stringify(id)} is out of range`, {
      component: id,
      name,
    });
  const from = (least: number, part: number, most: number) => Number.isFinite(part) && part >= least && part <= most;
  if (!from(0, share, 1) || share === 0) throw wrong("share");
  if (!from(0, floor, share)) throw wrong("floor");
  if (!from(share, ceiling, 1)) throw wrong("ceiling");
  if (!from(0, target?.[0], target?.[1]) || !from(0, target[1], 1)) throw wrong("target");
  if (typeof fixed !== "boolean") throw wrong("fixed");
  return { id, index, share, floor, ceiling, target: [target[0], target[1]], fixed };
}

let standard: Profile | undefined;

/** @returns the profile of these components, or the document's. */
export function profileOf(components: Readonly<Record<string, ComponentOptions>> | Profile | undefined): Profile {
  if (components instanceof Profile) return components;
  if (components !== undefined) return new Profile(components);
  standard ??= new Profile(defaultComponents);
  return standard;
}

/** Whole tokens by largest remainder: they sum to the total exactly, and each is within one of its share. */
export function capsOf(total: number, shares: readonly number[]): number[] {
  const sum = shares.reduce((before, share) => before + share, 0);
  const exact = shares.map((share) => (total * share) / sum);
  const caps = exact.map(Math.floor);
  const byRemainder = exact
    .map((tokens, index) => ({ index, remainder: tokens - caps[index]! }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index);
  let rest = total - caps.reduce((before, tokens) => before + tokens, 0);
  for (let i = 0; rest > 0; i++, rest--) caps[byRemainder[i % caps.length]!.index]! += 1;
  // A quotient that was rounded up to a whole number can leave one too many.
  for (let i = caps.length - 1; rest < 0; i = i === 0 ? caps.length - 1 : i - 1) {
    const { index } = byRemainder[i]!;
    if (caps[index]! === 0) continue;
    caps[index]! -= 1;
    rest += 1;
  }
  return caps;
}
