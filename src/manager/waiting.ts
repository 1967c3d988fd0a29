import { TokenBudgetError } from "../errors.ts";
import { runCleanup } from "./cleaning.ts";
import type { ComponentState } from "./component-state.ts";
import type { Core } from "./core.ts";
import { borrow } from "./lending.ts";
import { exceeded, refuse, tellDenied } from "./refusals.ts";
import { after, step } from "./steps.ts";
import { aborted, checkWait, type WaitOptions } from "./wait-options.ts";

/** What a waiter asks for. `need` may change while it waits (an item that is replaced may be shortened meanwhile). */
export interface Demand {
  need(): number;
  /** Runs in the step of the grant. What it throws undoes nothing: it must not throw. */
  granted?(tokens: number): void;
  /** Books the tokens instead of an allocation: the available tokens, or a status below zero. */
  book?(tokens: number, again: boolean): number;
  /** True where a part is of no use. */
  readonly whole?: boolean;
  /** Messages among what it puts. */
  arriving?(): number;
}

export interface Waiter {
  readonly demand: Demand;
  readonly options: WaitOptions;
  readonly resolve: (tokens: number) => void;
  readonly reject: (error: unknown) => void;
  rounds: number;
  freed: number;
  /** What a cleanup failed with, for the error of a refusal. */
  cause: unknown;
}

/**
 * Grants a demand at once, or after as many rounds of cleanup as free something and are allowed, in order of arrival.
 * @throws TokenBudgetError BUDGET_EXCEEDED, ABORTED, DEADLINE or CLOSED, with nothing booked
 */
export async function obtain(
  core: Core,
  state: ComponentState,
  demand: Demand,
  options: WaitOptions = {},
): Promise<number> {
  checkWait(core, options);
  const first = step(() => atOnce(core, state, demand) ?? { hopeless: isHopeless(core, state, demand) });
  if (typeof first === "number") return first;
  // Who heard of the refusal may have closed the manager, or called it off.
  core.open();
  if (options.signal?.aborted) throw aborted(options.signal);
  // What can never fit is refused before anything is cleaned. A part of it, or what is lacking beside a loan, is not taken
  // from those who wait already.
  const policy = policyOf(core, options);
  const takes = policy === "borrow" || (policy === "partial" && !demand.whole);
  if (first.hopeless && !(takes && (state.activity?.waiters.length ?? 0) > 0)) {
    return shortfall(core, state, demand, options, 0);
  }
  return wait(core, state, demand, options);
}

/** Grants what fits where nobody waits. Else it is an exhaustion if it would not fit without those before it either. */
function atOnce(core: Core, state: ComponentState, demand: Demand): number | undefined {
  const tokens = demand.need();
  // What needs nothing takes nothing from those before it: it may even make room.
  if (tokens === 0 || (state.activity?.waiters.length ?? 0) === 0) {
    return book(core, state, demand, tokens, false) >= 0 ? finish(demand, tokens) : undefined;
  }
  if (tokens > core.available(state)) refuse(core, state, tokens);
  return undefined;
}

/** No cleanup can make room for it. */
const isHopeless = (core: Core, state: ComponentState, demand: Demand): boolean =>
  core.settings.maxPasses === 0 || demand.need() > core.reach(state);

const policyOf = (core: Core, options: WaitOptions) => options.onShortfall ?? core.settings.onShortfall;

function book(core: Core, state: ComponentState, demand: Demand, tokens: number, again: boolean): number {
  if (demand.book !== undefined) return demand.book(tokens, again);
  return again ? core.retake(state, tokens) : core.take(state, tokens);
}

function finish(demand: Demand, tokens: number): number {
  demand.granted?.(tokens);
  return tokens;
}

function wait(core: Core, state: ComponentState, demand: Demand, options: WaitOptions): Promise<number> {
  const activity = state.active();
  return new Promise<number>((resolve, reject) => {
    const { signal } = options;
    const onAbort = () => leave(aborted(signal!));
    const settled = () => signal?.removeEventListener("abort", onAbort);
    const waiter: Waiter = {
      demand,
      options,
      rounds: 0,
      freed: 0,
      cause: undefined,
      resolve: (tokens) => {
        settled();
        resolve(tokens);
      },
      reject: (error) => {
        settled();
        reject(error);
      },
    };
    const leave = (error: unknown) => {
      const index = activity.waiters.indexOf(waiter);
      if (index < 0) return;
      activity.waiters.splice(index, 1);
      waiter.reject(error);
      if (activity.waiters.length === 0) activity.run?.nobodyWaits();
      else serve(core, state);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    activity.waiters.push(waiter);
    if (!activity.pumping) void pump(core, state);
  });
}

/**
 * Grants to waiters from the first on, up to the first that does not fit. Those past their deadline leave. Within a step it
 * comes after it.
 */
export function serve(core: Core, state: ComponentState): void {
  after(() => step(() => serveNow(core, state)));
}

function serveNow(core: Core, state: ComponentState): void {
  const waiters = state.activity?.waiters ?? [];
  for (let waiter = waiters[0]; waiter !== undefined; waiter = waiters[0]) {
    const { demand, options } = waiter;
    try {
      const { deadline } = options;
      if (deadline !== undefined && deadline <= core.now()) {
        throw late(deadline);
      }
      const tokens = demand.need();
      if (book(core, state, demand, tokens, true) < 0) return;
      waiter.resolve(finish(demand, tokens));
    } catch (error) {
      // What it asks for can't be any more (its reservation's id is taken): that is no one else's error.
      waiter.reject(error);
    }
    waiters.shift();
  }
}

/** Rounds of cleanup for the waiters of a component, until nobody waits. Only one runs at a time. */
async function pump(core: Core, state: ComponentState): Promise<void> {
  const activity = state.active();
  activity.pumping = true;
  try {
    // So that callers of one turn share the first round.
    await undefined;
    for (;;) {
      if (core.closed) return;
      dropLate(core, activity.waiters);
      serve(core, state);
      const present = [...activity.waiters];
      if (present.length === 0) return;
      if (isHopeless(core, state, present[0]!.demand)) {
        await fail(core, state, present[0]!, undefined);
        continue;
      }
      const { run } = activity;
      const asked = needOf(core, state, present);
      if (run !== undefined && !run.goesFor(asked.need, asked.deadline)) {
        // It does not go as far as these waiters ask: it ends first, then they have a round of their own.
        await run.promise.catch(() => undefined);
        if (core.closed) return;
        for (const waiter of present) waiter.freed += run.freed;
        continue;
      }
      const { freed, cause } = await round(core, state, asked);
      if (core.closed) return;
      for (const waiter of present) waiter.freed += freed;
      // Those behind have had no round of theirs yet, unless more was asked than they need, for as long as they have, and
      // nothing came of it.
      const covered = present.filter(
        (waiter, index) =>
          index < asked.waiters ||
          (freed === 0 && waiter.demand.need() <= asked.need && deadlineOf(waiter) <= asked.deadline),
      );
      for (const waiter of covered) {
        waiter.rounds += 1;
        waiter.cause = cause;
      }
      dropLate(core, activity.waiters);
      serve(core, state);
      for (const waiter of covered) {
        if (activity.waiters[0] !== waiter || (freed > 0 && waiter.rounds < core.settings.maxPasses)) continue;
        await fail(core, state, waiter, cause);
        serve(core, state);
      }
    }
  } catch (error) {
    for (const waiter of activity.waiters.splice(0)) waiter.reject(error);
  } finally {
    activity.pumping = false;
  }
}

/**
 * The first waiter leaves with what it has of its shortfall, or with the error of it. It may have left: a look at the component
 * ends what has expired, and who hears of that may call it off.
 */
async function fail(core: Core, state: ComponentState, waiter: Waiter, cause: unknown): Promise<void> {
  const { waiters } = state.active();
  if (waiters[0] !== waiter) return;
  waiters.shift();
  const { demand, options, freed } = waiter;
  await shortfall(core, state, demand, options, freed, cause).then(waiter.resolve, waiter.reject);
}

/** Before and after each round: who is past the deadline leaves, also from behind others. */
function dropLate(core: Core, waiters: Waiter[]): void {
  for (const waiter of waiters.filter(({ options }) => options.deadline !== undefined)) {
    const deadline = deadlineOf(waiter);
    if (deadline > core.now()) continue;
    waiters.splice(waiters.indexOf(waiter), 1);
    waiter.reject(late(deadline));
  }
}

const deadlineOf = ({ options }: Waiter): number => options.deadline ?? Number.POSITIVE_INFINITY;

const late = (deadline: number) => new TokenBudgetError("DEADLINE", "the deadline has passed", { deadline });

/** What the first waiters ask that fit together, the last of their deadlines, and how many these are. */
interface Asked {
  readonly need: number;
  readonly arriving: number;
  readonly deadline: number;
  readonly waiters: number;
}

function needOf(core: Core, state: ComponentState, waiters: readonly Waiter[]): Asked {
  const reach = core.reach(state);
  let [need, arriving, count, deadline] = [0, 0, 0, Number.NEGATIVE_INFINITY];
  for (const waiter of waiters) {
    const { demand } = waiter;
    const sum = need + demand.need();
    if (sum > reach) break;
    need = sum;
    arriving += demand.arriving?.() ?? 0;
    deadline = Math.max(deadline, deadlineOf(waiter));
    count += 1;
  }
  return { need, arriving, deadline, waiters: count };
}

/** One cleanup for all that fit together from the first waiter on. A failed one has freed what the ledger saw. */
async function round(core: Core, state: ComponentState, { need, arriving, deadline }: Asked) {
  return runCleanup(core, state, { need, arriving, ...(Number.isFinite(deadline) ? { deadline } : {}) });
}

/** A demand that can't be met in full. */
async function shortfall(
  core: Core,
  state: ComponentState,
  demand: Demand,
  options: WaitOptions,
  freed: number,
  cause?: unknown,
): Promise<number> {
  const policy = policyOf(core, options);
  const tokens = demand.need();
  const outcome = step(() => {
    if (policy === "borrow" && borrow(core, state, tokens) && book(core, state, demand, tokens, true) >= 0) {
      return finish(demand, tokens);
    }
    if (policy === "partial" && !demand.whole) {
      const part = Math.min(tokens, core.available(state));
      if (core.retake(state, part) >= 0) {
        state.active().partial += 1;
        return finish(demand, part);
      }
    }
    tellDenied(core, state, tokens, core.now(), true);
    return exceeded(core, state, tokens, freed, cause);
  });
  if (typeof outcome !== "number") throw outcome;
  return outcome;
}
