import {
  type AdjustmentPolicy,
  type ComponentUse,
  createTokenBudgetManager,
  createTokenizer,
  defaultComponents,
  type EncodingName,
  MemoryArchive,
  standardPolicy,
  type TokenBudgetManager,
  UsageCalibration,
  type WantedMove,
} from "token-budget";
import { shareWebWorkerCleanup } from "token-budget/web-workers";
import { movesBetween, rebalanced, type Shares } from "./share-moves.ts";

/** What a budget begins with. */
export interface BudgetStart {
  readonly total: number;
  readonly encoding: EncodingName;
  /** A model whose tokenizer is not public: its budget is kept on the high edge of estimates. */
  readonly estimatedModel: string | undefined;
}

export const componentIds: readonly string[] = Object.keys(defaultComponents);

/** What neither sliders nor rules move. */
export const fixedComponents: ReadonlySet<string> = new Set(
  Object.entries(defaultComponents).flatMap(([id, { fixed }]) => (fixed ? [id] : [])),
);

/** The budget of one session, on a clock that goes on only when the page says so, with an archive that can be listed. */
export class SessionBudget {
  readonly manager: TokenBudgetManager;
  readonly archive: MemoryArchive;
  readonly start: BudgetStart;
  readonly #clock: { now: number };
  readonly #own: { moves: WantedMove[]; onlyKnown: boolean };
  #changes = 0;

  private constructor(
    manager: TokenBudgetManager,
    archive: MemoryArchive,
    start: BudgetStart,
    clock: { now: number },
    own: { moves: WantedMove[]; onlyKnown: boolean },
  ) {
    this.manager = manager;
    this.archive = archive;
    this.start = start;
    this.#clock = clock;
    this.#own = own;
  }

  static async open(start: BudgetStart): Promise<SessionBudget> {
    const tokenizer = await createTokenizer(start.encoding);
    const archive = new MemoryArchive();
    const clock = { now: 0 };
    const own = { moves: [] as WantedMove[], onlyKnown: false };
    const calibration = start.estimatedModel === undefined ? undefined : new UsageCalibration(start.estimatedModel);
    let manager: TokenBudgetManager | undefined;
    const inForce = () => new Set(manager?.getUtilizationReport().adjustments.map(({ rule }) => rule));
    const policy: AdjustmentPolicy = (uses: ReadonlyMap<string, ComponentUse>) => {
      const known = own.onlyKnown ? inForce() : undefined;
      return [...standardPolicy(uses).filter(({ rule }) => known?.has(rule) ?? true), ...own.moves];
    };
    manager = await createTokenBudgetManager({
      total: start.total,
      tokenizer,
      ...(calibration && { countTokens: (text) => calibration.estimate({ baseTokens: tokenizer.count(text) }) }),
      now: () => clock.now,
      policy,
      cleanup: { archive, executor: shareWebWorkerCleanup },
    });
    return new SessionBudget(manager, archive, start, clock, own);
  }

  get now(): number {
    return this.#clock.now;
  }

  advance(milliseconds: number): void {
    this.#clock.now += milliseconds;
  }

  /** The shares that are wanted: those in force, and what waits for room. */
  wantedShares(): Shares {
    const { components, adjustments } = this.manager.getUtilizationReport();
    const shares: Record<string, number> = {};
    for (const [id, { baseShare }] of Object.entries(components)) shares[id] = baseShare;
    for (const { from, to, tokens, pending } of adjustments) {
      const share = (tokens + pending) / this.start.total;
      shares[from]! -= share;
      shares[to]! += share;
    }
    return shares;
  }

  /** Moves cap between components at once as far as it is idle; the rest follows when a cleanup has made room. */
  setShares(wanted: Shares): void {
    this.#changes += 1;
    this.#own.moves.push(...movesBetween(this.wantedShares(), wanted, `by hand ${this.#changes}`));
    this.#own.onlyKnown = true;
    try {
      this.manager.adjustAllocations();
    } finally {
      this.#own.onlyKnown = false;
    }
  }

  /** Gives a component the share that it lacks for so many tokens more, from all others in proportion. */
  widen(component: string, tokens: number): void {
    const { available, allocated } = this.manager.getUtilizationReport().components[component]!;
    const missing = Math.max(0, tokens - available, tokens - allocated);
    const shares = this.wantedShares();
    const wanted = shares[component]! + (missing + 1) / this.start.total;
    this.setShares(rebalanced(shares, component, wanted, fixedComponents));
  }

  async close(): Promise<void> {
    await this.manager.close();
    await this.archive.close();
  }
}
