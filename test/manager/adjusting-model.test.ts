// The document's two rules over many windows, against a plain model of them that knows no caps: only who used how much when.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createTokenBudgetManagerSync, type TokenBudgetManager } from "../../src/index.ts";
import { runs } from "../support/runs.ts";

const windowMs = 1_000;
const ids = ["system_context", "working_memory", "knowledge_base", "agent_context", "interaction_buffer"] as const;

/** A rule is in force from where its cause is there until that was not for a window. */
class RuleModel {
  inForce = false;
  #firedAt = Number.NEGATIVE_INFINITY;
  #seenAt = Number.NEGATIVE_INFINITY;

  look(now: number, cause: boolean): void {
    if (cause) {
      this.#seenAt = now;
      if (!this.inForce && now - this.#firedAt >= windowMs) [this.inForce, this.#firedAt] = [true, now];
    } else if (now - this.#seenAt >= windowMs) this.inForce = false;
  }
}

/** Mean over the last window's length; of the window before the current one its mean stands for each part. */
function meanOf(history: readonly { at: number; used: number }[], now: number): number {
  const sum = (from: number, to: number) =>
    history.reduce((total, { at, used }, index) => {
      const end = history[index + 1]?.at ?? Number.POSITIVE_INFINITY;
      return total + used * Math.max(0, Math.min(end, to) - Math.max(at, from));
    }, 0);
  const start = Math.floor(now / windowMs) * windowMs;
  if (start === 0) return now === 0 ? history.at(-1)!.used : sum(0, now) / now;
  const before = sum(start - windowMs, start) / windowMs;
  return (sum(start, now) + before * (windowMs - (now - start))) / windowMs;
}

/** A manager on a clock, the model of its rules, and what that must know. */
class Session {
  now = 0;
  manager: TokenBudgetManager;
  readonly total: number;
  readonly base: readonly number[];
  readonly #used = [{ at: 0, used: 0 }];
  readonly #exhaustedAt: number[] = [];
  readonly #agent = new RuleModel();
  readonly #knowledge = new RuleModel();

  constructor(total: number) {
    this.total = total;
    this.manager = createTokenBudgetManagerSync({ total, windowMs, cleanup: false, now: () => this.now });
    this.base = ids.map((id) => this.row(id).allocated);
  }

  row(id: string) {
    return this.manager.getUtilizationReport().components[id]!;
  }

  /** Brings the use of a component to a part of its base, where there is room. */
  async hold(index: number, part: number, onShortfall: "throw" | "borrow"): Promise<void> {
    const id = ids[index]!;
    const { used, allocated, available } = this.row(id);
    const tokens = Math.round(part * this.base[index]!) - used;
    if (tokens < 0) this.manager.release(id, -tokens);
    else {
      if (index === 3 && tokens <= allocated && tokens > available) this.#exhaustedAt.push(this.now);
      await this.manager.allocateTokens(id, tokens, { onShortfall }).catch(() => 0);
    }
    if (index === 2) this.#used.push({ at: this.now, used: this.row(id).used });
  }

  exhaust(times: number): void {
    for (let i = 0; i < times; i++) {
      const { allocated, available } = this.row("agent_context");
      if (available === allocated) return;
      // What it has lent may come back for it: an exhaustion all the same.
      const granted = this.manager.tryAllocate("agent_context", allocated);
      this.manager.release("agent_context", granted);
      this.#exhaustedAt.push(this.now);
    }
  }

  /** @returns false where the mean is so close to the rule's bound that the rounding of it would decide. */
  adjust(given?: { exhaustion: number; utilization: number }): boolean {
    const utilization = given?.utilization ?? meanOf(this.#used, this.now) / this.base[2]!;
    if (given === undefined && Math.abs(utilization - 0.5) < 2e-6) return false;
    const recent = this.#exhaustedAt.filter((at) => at > this.now - windowMs).length;
    this.#agent.look(this.now, (given?.exhaustion ?? recent) > 3);
    this.#knowledge.look(this.now, utilization < 0.5);
    this.manager.adjustAllocations(
      given && { agent_context_exhaustion: given.exhaustion, knowledge_base_utilization: given.utilization },
    );
    this.#check(this.#agent, "agent_context exhausted", 4, 3);
    this.#check(this.#knowledge, "knowledge_base underused", 2, 1);
    return true;
  }

  #check(model: RuleModel, rule: string, from: number, to: number): void {
    const { adjustments, components } = this.manager.getUtilizationReport();
    const { tokens, pending } = adjustments.find((move) => move.rule === rule) ?? { tokens: 0, pending: 0 };
    expect(tokens + pending, `${rule} at ${this.now}`).toBe(model.inForce ? Math.round(0.05 * this.total) : 0);
    // Only what is in use holds up a move.
    if (pending !== 0) expect(components[ids[pending > 0 ? from : to]!]!.available).toBe(0);
    for (const [index, moved] of [
      [from, -tokens],
      [to, tokens],
    ] as const) {
      const { allocated, borrowed, lent, share, baseShare } = components[ids[index]!]!;
      expect(allocated + lent - borrowed).toBe(this.base[index]! + moved);
      expect(Math.abs((share - baseShare) * this.total - moved)).toBeLessThanOrEqual(0.5 + 1e-6);
    }
    expect(Object.values(this.manager.allocations).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  }
}

type Step = (session: Session) => unknown;
function step<Value>(
  weight: number,
  name: string,
  values: fc.Arbitrary<Value>,
  run: (session: Session, value: Value) => unknown,
) {
  const arbitrary = values.map((value): Step => {
    const toldOf = { [fc.toStringMethod]: () => `${name} ${JSON.stringify(value)}` };
    return Object.assign((session: Session) => run(session, value), toldOf);
  });
  return { weight, arbitrary };
}
const part = (least: number, most: number) => fc.integer({ min: least * 1000, max: most * 1000 }).map((n) => n / 1000);
const how = fc.constantFrom("throw" as const, "borrow" as const);
const stepsOf = fc.oneof(
  step(5, "use knowledge_base", fc.tuple(part(0.3, 0.7), how), (session, [use, onShortfall]) =>
    session.hold(2, use, onShortfall),
  ),
  step(5, "use", fc.tuple(fc.nat(4), part(0.5, 1.5), how), (session, [index, use, onShortfall]) =>
    session.hold(index, use, onShortfall),
  ),
  step(2, "exhaust", fc.integer({ min: 1, max: 5 }), (session, times) => session.exhaust(times)),
  step(6, "wait", fc.oneof(fc.integer({ min: 50, max: 400 }), fc.nat(2_500)), (session, ms) => {
    session.now += ms;
  }),
  step(5, "adjust", fc.constant(undefined), (session) => session.adjust()),
  step(1, "adjust by", fc.record({ exhaustion: fc.nat(6), utilization: part(0, 1) }), (session, given) =>
    session.adjust(given),
  ),
  step(1, "restore", fc.constant(undefined), ({ manager }) =>
    manager.restore(JSON.parse(JSON.stringify(manager.snapshot()))),
  ),
);

test("the two rules are in force when a model of them says so, whatever was moved, lent and restored", async () => {
  const property = fc.asyncProperty(
    fc.integer({ min: 100, max: 300_000 }),
    fc.array(stepsOf, { minLength: 5, maxLength: 60, size: "max" }),
    async (total, steps) => {
      const session = new Session(total);
      for (const run of steps) if ((await run(session)) === false) return;
      await session.manager.close();
    },
  );
  await fc.assert(property, runs("adjusting", 300, 4_000));
});
