import fc from "fast-check";
import { expect, test } from "vitest";
import { createTokenBudgetManager, proportionalPolicy } from "../../src/index.ts";
import { capsOf } from "../../src/manager/profile.ts";
import { runs } from "../support/runs.ts";
import { codeOf, smallManager } from "../support/small-manager.ts";

const hour = 3_600_000;

async function setUp(options = {}) {
  const clock = { now: 1_000_000 };
  const manager = await createTokenBudgetManager({ total: 200_000, now: () => clock.now, ...options });
  return { clock, manager };
}

const shares = {
  system_context: 0.1,
  working_memory: 0.3,
  knowledge_base: 0.2,
  agent_context: 0.15,
  interaction_buffer: 0.25,
};

test("the standard allocation of 200,000 tokens", async () => {
  const { manager } = await setUp();
  const { components } = manager.getUtilizationReport();
  expect(manager.totalBudget).toBe(200_000);
  expect(manager.allocations).toEqual(shares);
  expect(Object.fromEntries(Object.entries(components).map(([id, row]) => [id, row.allocated]))).toEqual({
    system_context: 20_000,
    working_memory: 60_000,
    knowledge_base: 40_000,
    agent_context: 30_000,
    interaction_buffer: 50_000,
  });
});

test("caps are whole tokens by largest remainder and sum to the total", async () => {
  const { manager } = await setUp({ total: 1_003 });
  const rows = Object.values(manager.getUtilizationReport().components).map((row) => row.allocated);
  expect(rows).toEqual([100, 301, 201, 150, 251]);
});

test("for any total and shares, caps sum to the total and are within one token of their share", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.nat(5000), fc.integer({ min: 0, max: 2 ** 31 - 1 })),
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 30 }),
      (total, weights) => {
        const sum = weights.reduce((before, weight) => before + weight, 0);
        const caps = capsOf(
          total,
          weights.map((weight) => weight / sum),
        );
        expect(caps.reduce((before, cap) => before + cap, 0)).toBe(total);
        for (const [index, cap] of caps.entries()) {
          expect(Math.abs(cap - (total * weights[index]!) / sum)).toBeLessThanOrEqual(1.000001);
        }
      },
    ),
    runs("caps", 500, 20_000),
  );
});

test("totals: a number, a window less the answer, a model's name", async () => {
  expect((await setUp({ total: { contextWindow: 128_000, reserveOutput: 8_000 } })).manager.totalBudget).toBe(120_000);
  expect((await setUp({ total: "gpt-4o" })).manager.totalBudget).toBe(128_000 - 16_384);
  expect((await setUp({ total: { model: "gpt-4o", reserveOutput: 8_000 } })).manager.totalBudget).toBe(120_000);
  await expect(setUp({ total: "no-such-model" })).rejects.toMatchObject({ code: "UNKNOWN_MODEL" });
});

async function exhaustAgent(manager: Awaited<ReturnType<typeof setUp>>["manager"], times: number) {
  manager.tryAllocate("agent_context", 29_000);
  for (let i = 0; i < times; i++) expect(manager.tryAllocate("agent_context", 2_000)).toBe(0);
}

test("rule 1: agent_context exhausted more than 3 times gains .05 from interaction_buffer", async () => {
  const { manager } = await setUp();
  manager.tryAllocate("knowledge_base", 30_000);
  await exhaustAgent(manager, 3);
  expect(manager.adjustAllocations().moves).toEqual([]);
  expect(manager.tryAllocate("agent_context", 2_000)).toBe(0);
  const { allocations, moves } = manager.adjustAllocations();
  expect(allocations).toEqual({ ...shares, agent_context: 0.2, interaction_buffer: 0.2 });
  expect(moves).toEqual([
    {
      rule: "agent_context exhausted",
      from: "interaction_buffer",
      to: "agent_context",
      share: 0.05,
      tokens: 10_000,
      pending: 0,
      reason: "agent_context was exhausted 4 times in the window (more than 3)",
    },
  ]);
  expect(manager.getUtilizationReport().components.agent_context?.allocated).toBe(40_000);
  expect(manager.tryAllocate("agent_context", 11_000)).toBe(11_000);
});

test("rule 2: knowledge_base used below .50 gives .05 to working_memory", async () => {
  const { manager, clock } = await setUp();
  manager.tryAllocate("knowledge_base", 30_000);
  clock.now += 0.6 * hour;
  manager.release("knowledge_base", 30_000);
  clock.now += 0.3 * hour;
  // 75 % for two thirds of the time: 50 %, which is not below 50 %.
  expect(manager.adjustAllocations().moves).toEqual([]);
  clock.now += 0.1 * hour - 1;
  const { allocations } = manager.adjustAllocations();
  expect(allocations).toEqual({ ...shares, knowledge_base: 0.15, working_memory: 0.35 });
});

test("both rules together, from the document's usage history", async () => {
  const { manager } = await setUp();
  const both = { agent_context_exhaustion: 4, knowledge_base_utilization: 0.49 };
  expect(manager.adjustAllocations({ agent_context_exhaustion: 3, knowledge_base_utilization: 0.5 }).moves).toEqual([]);
  expect(manager.adjustAllocations(both).allocations).toEqual({
    system_context: 0.1,
    working_memory: 0.35,
    knowledge_base: 0.15,
    agent_context: 0.2,
    interaction_buffer: 0.2,
  });
  expect(manager.adjustAllocations(both).moves).toEqual([]);
  expect(() => manager.adjustAllocations({ nothing_exhaustion: 1 })).toThrow(/usage history/);
});

test("a policy that gives no moves, or other moves for a rule in force, is refused and moves nothing", async () => {
  let moves: unknown;
  const { manager } = smallManager({ policy: () => moves as never });
  const move = { rule: "r", from: "a", to: "b", share: 0.05, reason: "why" };
  for (moves of [undefined, 5, [null], [{}], [{ ...move, rule: 5 }], [{ ...move, share: "1" }], [move, move]]) {
    expect(await codeOf(() => manager.adjustAllocations())).toMatch(/INVALID_ARGUMENT|UNKNOWN_COMPONENT/);
  }
  moves = [move];
  manager.adjustAllocations();
  moves = [{ ...move, to: "a", from: "b" }];
  expect(await codeOf(() => manager.adjustAllocations())).toBe("INVALID_ARGUMENT");
  expect(manager.allocations).toEqual({ a: 0.35, b: 0.45, pinned: 0.2 });
});

test("a model's name that is misspelt gets the nearest ones", async () => {
  for (const total of ["gpt-40", { model: "gpt-40" }]) {
    await expect(createTokenBudgetManager({ total })).rejects.toMatchObject({
      code: "UNKNOWN_MODEL",
      data: { known: false, nearest: expect.arrayContaining(["gpt-4o"]) },
    });
  }
});

test("a share returns to its base when the cause was absent for one window", async () => {
  const { manager, clock } = await setUp();
  const cause = { agent_context_exhaustion: 9, knowledge_base_utilization: 0.9 };
  const none = { agent_context_exhaustion: 0, knowledge_base_utilization: 0.9 };
  manager.adjustAllocations(cause);
  clock.now += hour - 1;
  expect(manager.adjustAllocations(none).allocations.agent_context).toBe(0.2);
  clock.now += 1;
  expect(manager.adjustAllocations(none)).toMatchObject({
    allocations: shares,
    moves: [{ tokens: -10_000, pending: 0, share: 0 }],
  });
});

test("the part of a move that is in use waits until there is room", async () => {
  const { manager } = await setUp();
  manager.tryAllocate("interaction_buffer", 46_000);
  const cause = { agent_context_exhaustion: 4, knowledge_base_utilization: 0.6 };
  expect(manager.adjustAllocations(cause).moves).toMatchObject([{ tokens: 4_000, pending: 6_000 }]);
  manager.release("interaction_buffer", 16_000);
  expect(manager.adjustAllocations(cause).moves).toMatchObject([{ tokens: 6_000, pending: 0 }]);
  expect(manager.allocations.interaction_buffer).toBe(0.2);
});

test("the proportional policy moves shares from bands missed below to bands missed above", async () => {
  const { manager, clock } = await setUp({ policy: proportionalPolicy });
  manager.tryAllocate("working_memory", 58_000);
  manager.tryAllocate("knowledge_base", 4_000);
  manager.tryAllocate("agent_context", 24_000);
  manager.tryAllocate("interaction_buffer", 33_000);
  clock.now += hour;
  const { allocations, moves } = manager.adjustAllocations();
  // 58,000 of 60,000 is 96.7 %: mid-band (75 %) would be a share of .3867, and .05 is the most that moves.
  expect(moves).toMatchObject([{ from: "knowledge_base", to: "working_memory", tokens: 10_000 }]);
  expect(allocations).toEqual({ ...shares, working_memory: 0.35, knowledge_base: 0.15 });
});

test("the report's percentages, bands and feasible overall range", async () => {
  const { manager } = await setUp();
  manager.tryAllocate("system_context", 19_400);
  manager.tryAllocate("working_memory", 45_000);
  manager.tryAllocate("knowledge_base", 20_000);
  manager.tryAllocate("interaction_buffer", 37_500);
  const hold = manager.reserve("interaction_buffer", 1);
  const report = manager.getUtilizationReport();
  const row = (id: string) => {
    const { used, reserved, target, status } = report.components[id]!;
    return [used, reserved, report.components[id]!["utilization%"], target, status];
  };
  expect(row("system_context")).toEqual([19_400, 0, 97, [95, 99], "within"]);
  expect(row("working_memory")).toEqual([45_000, 0, 75, [70, 80], "within"]);
  expect(row("knowledge_base")).toEqual([20_000, 0, 50, [60, 75], "under"]);
  expect(row("agent_context")).toEqual([0, 0, 0, [70, 85], "under"]);
  // 75 % in use is the high edge; the reserved token is above it.
  expect(row("interaction_buffer")).toEqual([37_500, 1, 75, [60, 75], "over"]);
  expect(report.total).toMatchObject({ used: 121_900, reserved: 1, allocated: 200_000, "utilization%": 60.95 });
  expect(report.total.target).toEqual([75, 85]);
  expect(report.feasibleOverall).toEqual([68, 80.4]);
  expect(report.feasibleTarget).toEqual([75, 80.4]);
  hold.release();
});

test("an empty share is 0 % used", async () => {
  const { manager } = await setUp({ total: 0 });
  const report = manager.getUtilizationReport();
  expect(report.components.working_memory!["utilization%"]).toBe(0);
  expect(report.total["utilization%"]).toBe(0);
});
