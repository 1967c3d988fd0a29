import { checkObject, TokenBudgetError } from "../errors.ts";
import { checkTokens } from "../ledger/status.ts";
import type { Cleaner, CleanReport, CleanRequest, OriginalHit, OriginalSearch } from "./cleaner.ts";
import type { ComponentState } from "./component-state.ts";
import type { Core } from "./core.ts";
import { ManagerHost } from "./host.ts";
import { revokeIdle } from "./lending.ts";
import { exceeded } from "./refusals.ts";
import { Run } from "./runs.ts";
import type { Settings } from "./settings.ts";
import { step } from "./steps.ts";
import { checkTypes } from "./wait-options.ts";

/** Options of a cleanup that a caller starts. */
export interface CleanupOptions {
  /** Tokens that the caller wants available afterwards. Default 0: to the low edge of the band. */
  readonly need?: number;
  /** Tokens to free, in place of the rule's. */
  readonly goal?: number;
  /** Default: the manager's. Without a need there is nothing to escalate for. */
  readonly escalate?: boolean;
  readonly signal?: AbortSignal;
  /** On the manager's clock, in milliseconds. */
  readonly deadline?: number;
}

/** What a waiter for room adds to that. */
type RoundOptions = CleanupOptions & Pick<CleanRequest, "arriving">;

/** A manager's cleaner, made when first needed, and its side of the port. */
export class Cleaning {
  readonly #core: Core;
  readonly #source: NonNullable<Settings["cleaner"]>;
  #cleaner: Cleaner | undefined;
  /** Made for sessions that were restored over. */
  readonly #retired: Cleaner[] = [];
  #host: ManagerHost | undefined;

  constructor(core: Core, source: NonNullable<Settings["cleaner"]>) {
    this.#core = core;
    this.#source = source;
  }

  get cleaner(): Cleaner {
    this.#cleaner ??= typeof this.#source === "function" ? this.#source(this.#core.manager!) : this.#source;
    return this.#cleaner;
  }

  get host(): ManagerHost {
    this.#host ??= new ManagerHost(this.#core);
    return this.#host;
  }

  /** The manager holds another session now, of another name in the archive: what was made for the one before is put aside. */
  renew(): void {
    if (typeof this.#source !== "function" || this.#cleaner === undefined) return;
    this.#retired.push(this.#cleaner);
    this.#cleaner = undefined;
  }

  /** A component holds more than the high edge of its band: brings it to the low edge in the background. */
  passedHighEdge(core: Core, state: ComponentState): void {
    if (!core.settings.proactiveCleanup || state.rule.fixed || state.activity?.run !== undefined) return;
    // Nothing more is started until this run has ended, and then only once the component has grown further.
    state.wakeBelow = 0;
    queueMicrotask(() => {
      if (core.closed) return;
      void runCleanup(core, state, { need: 0, escalate: false }, true)
        .then(() => {
          if (core.closed) return;
          const available = core.available(state);
          const quiet = Math.max(0, available - minGainOf(core, core.read(state).cap));
          state.wakeBelow = available >= state.highRoom ? state.highRoom : quiet;
        })
        .catch(() => {
          // A clock that throws: the next allocation looks again.
          state.wakeBelow = state.highRoom;
        });
    });
  }

  async close(): Promise<void> {
    // A cleaner that was given is its giver's to close; what a factory holds is closed with the manager that it was given to.
    if (typeof this.#source !== "function") return;
    const { charge } = this.#core;
    const inherited = charge !== undefined && charge.core.settings.cleaner === this.#source;
    for (const cleaner of this.#retired) await cleaner.close();
    if (this.#cleaner !== undefined) await this.#cleaner.close();
    else if (!inherited) await this.#source.close?.();
  }
}

/** The least that a cleanup should free: so that a prompt cache is not broken for a few tokens. */
export function minGainOf(core: Core, cap: number): number {
  return core.settings.minGain ?? Math.min(1024, Math.ceil(cap / 20));
}

/** max(held + need - low edge * cap, need - available, minGain), where held is used + reserved, and at most what is held. */
export function goalOf(cap: number, held: number, need: number, lowEdge: number, minGain: number): number {
  const goal = Math.max(Math.ceil(held + need - lowEdge * cap - 1e-6), need - (cap - held), minGain);
  return Math.min(goal, held);
}

export function requestFor(core: Core, state: ComponentState, options: RoundOptions): CleanRequest {
  const { cap, used, reserved } = core.read(state);
  const need = options.need ?? 0;
  const minGain = minGainOf(core, cap);
  return {
    component: state.rule.id,
    need,
    goal: options.goal ?? goalOf(cap, used + reserved, need, state.rule.target[0], minGain),
    minGain,
    escalate: need > 0 && (options.escalate ?? core.settings.escalate),
    ...(options.arriving === undefined ? {} : { arriving: options.arriving }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.deadline === undefined ? {} : { deadline: options.deadline }),
  };
}

/** What a round of cleanup came to: what the ledger saw come back, and what the cleaner threw, if anything. */
export interface CleanupOutcome {
  readonly freed: number;
  readonly report?: CleanReport;
  readonly cause?: unknown;
}

/** One cleanup of a component; a run in flight is shared. Never rejects. */
export async function runCleanup(
  core: Core,
  state: ComponentState,
  options: RoundOptions,
  wanted = false,
): Promise<CleanupOutcome> {
  if (core.cleaning === undefined || state.rule.fixed) return { freed: 0, report: nothing(core, state, options) };
  // One that was aborted, or whose deadline is sooner, may free nothing for others: it ends first.
  for (let { run } = state.active(); run?.lasts(options.deadline) === false; { run } = state.active()) {
    await run.promise.catch(() => undefined);
  }
  if (options.signal?.aborted) return { freed: 0 };
  if (core.closed) return { freed: 0, cause: new TokenBudgetError("CLOSED", "the manager is closed") };
  const run = state.active().run ?? start(core, state, options);
  if (wanted) run.wanted();
  const left = () => run.unwanted();
  if (wanted) options.signal?.addEventListener("abort", left, { once: true });
  try {
    const report = await run.promise;
    return { freed: run.freed, report };
  } catch (cause) {
    return { freed: run.freed, cause };
  } finally {
    options.signal?.removeEventListener("abort", left);
  }
}

function start(core: Core, state: ComponentState, options: RoundOptions, by?: Run): Run {
  const activity = state.active();
  const need = options.escalate === false || options.goal !== undefined ? 0 : (options.need ?? 0);
  const run = new Run(need, options.deadline, () => activity.waiters.length);
  by?.waitFor(run);
  activity.run = run;
  activity.cleanups += 1;
  const { signal: _, ...rest } = options;
  run.promise = clean(core, state, run, rest).finally(() => {
    activity.run = undefined;
  });
  return run;
}

async function clean(core: Core, state: ComponentState, run: Run, options: RoundOptions): Promise<CleanReport> {
  const { cleaner, host } = core.cleaning!;
  const need = options.need ?? 0;
  if (need > 0 && core.adjusting !== undefined) {
    await revokeUsed(core, state, need, run, options);
    // The loans that came back may have served all who waited: nothing is cleaned for nobody.
    if (run.isForNobody) return nothing(core, state, options);
  }
  const request = requestFor(core, state, { ...options, signal: run.controller.signal });
  const report = await cleaner.clean(request, host);
  core.watch?.emit("cleanup", { at: core.now(), component: state.rule.id, freed: run.freed, report });
  return report;
}

/** What the component has lent and now needs: the idle part comes back at once, the used part after its borrower's cleanup. */
async function revokeUsed(
  core: Core,
  state: ComponentState,
  need: number,
  run: Run,
  { escalate, deadline }: RoundOptions,
): Promise<void> {
  // The borrower's cleanup goes no further than its lender's may.
  const limits = { ...(escalate === undefined ? {} : { escalate }), ...(deadline === undefined ? {} : { deadline }) };
  step(() => revokeIdle(core, state, need));
  for (const loan of core.adjusting!.loansOf(state)) {
    const { borrower } = loan;
    if (core.cleaning === undefined || borrower.rule.fixed) continue;
    for (let isEnough = false; !isEnough; ) {
      const missing = need - core.available(state);
      if (missing <= 0) return;
      const part = Math.min(missing, loan.tokens);
      const other = borrower.activity?.run;
      // Loans may go in a circle: a run that waits for this one is not waited for.
      if (part === 0 || other?.isHeldUpBy(run)) break;
      // One that does not go as far as this asks ends first.
      isEnough = other?.goesFor(part, deadline) ?? true;
      if (other !== undefined) run.waitFor(other);
      await (other ?? start(core, borrower, { need: part, ...limits }, run)).promise.catch(() => undefined);
      run.waitsNoMore();
      if (core.closed || run.isForNobody) return;
      step(() => revokeIdle(core, state, need));
    }
  }
}

/** What `options` would do, by the cleaner's own plan. Changes nothing. */
export async function planCleanup(core: Core, state: ComponentState, options: CleanupOptions): Promise<CleanReport> {
  checkOptions(core, state, options);
  if (core.cleaning === undefined) return nothing(core, state, options);
  return core.cleaning.cleaner.plan(requestFor(core, state, options), core.cleaning.host);
}

/** Resolves once no run is in flight, and no waiter is between two. Cost where there is none: a look at each component. */
export async function idle(core: Core): Promise<void> {
  // What was started in the background a moment ago begins by now.
  await undefined;
  for (;;) {
    const busy = core.states.find(({ activity }) => activity?.run !== undefined || activity?.pumping)?.activity;
    if (busy === undefined) return;
    await busy.run?.promise.catch(() => undefined);
  }
}

/** What the cleaner's archive finds. */
export async function searchOriginals(
  core: Core,
  query: string,
  options: OriginalSearch = {},
): Promise<readonly OriginalHit[]> {
  core.open();
  checkObject(options);
  return (await core.cleaning?.cleaner.search?.(query, options)) ?? [];
}

/** A cleanup that a caller asked for. */
export async function cleanup(core: Core, state: ComponentState, options: CleanupOptions): Promise<CleanReport> {
  if (state.rule.fixed) {
    throw new TokenBudgetError("COMPONENT_FIXED", "a fixed component is never cleaned", { component: state.rule.id });
  }
  checkOptions(core, state, options);
  const { signal } = options;
  const aborted = () => new TokenBudgetError("ABORTED", "the cleanup was aborted", {}, signal?.reason);
  if (signal?.aborted) throw aborted();
  const outcome = runCleanup(core, state, options, true);
  const { report, cause } = await (signal === undefined
    ? outcome
    : Promise.race([outcome, untilAborted(signal, outcome)]));
  if (signal?.aborted) throw aborted();
  if (report === undefined) throw cause;
  return report;
}

/**
 * @throws BudgetExceededError where more is needed than the component can ever have: nothing is cleaned for nothing;
 * INVALID_TOKENS, INVALID_ARGUMENT
 */
function checkOptions(core: Core, state: ComponentState, options: CleanupOptions): void {
  checkTypes(options);
  const { need = 0, goal = 0, escalate = true } = options;
  checkTokens(need, "need");
  checkTokens(goal, "goal");
  if (typeof escalate !== "boolean") {
    throw new TokenBudgetError("INVALID_ARGUMENT", "escalate must be true or false", { name: "escalate" });
  }
  if (need > core.reach(state)) throw exceeded(core, state, need, 0);
}

/** Ends with an abort, or with the outcome: a run that others want goes on without this caller. */
function untilAborted(signal: AbortSignal, outcome: Promise<CleanupOutcome>): Promise<CleanupOutcome> {
  return new Promise((resolve) => {
    const onAbort = () => resolve({ freed: 0 });
    signal.addEventListener("abort", onAbort, { once: true });
    void outcome.then(() => signal.removeEventListener("abort", onAbort));
  });
}

function nothing(core: Core, state: ComponentState, options: CleanupOptions): CleanReport {
  const { goal } = requestFor(core, state, options);
  return { component: state.rule.id, goal, freed: 0, escalated: false, strategies: [], elapsedMs: 0 };
}
