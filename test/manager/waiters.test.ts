// Callers who wait, leave, borrow and are cleaned for, while cleanups end when and as they like: after each step nobody waits
// for what is there, nothing is booked that nobody was granted, floors are kept, and in the end nobody hangs.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createTokenBudgetManagerSync, type JournalEntry, replayJournal, type WantedMove } from "../../src/index.ts";
import type { Cleaner } from "../../src/manager/cleaner.ts";
import { settle } from "../support/gated-cleaner.ts";
import { runs } from "../support/runs.ts";
import { text } from "../support/small-manager.ts";

const names = ["x", "y", "z", "w"] as const;
const components = {
  x: { share: 0.25, floor: 0.2, target: [0.5, 0.8] },
  y: { share: 0.25, target: [0.5, 0.8] },
  z: { share: 0.25, floor: 0.1, ceiling: 0.3, target: [0.5, 0.8] },
  w: { share: 0.25, target: [0.5, 0.8] },
} as const;
const floors: Record<string, number> = { x: 80, y: 0, z: 40, w: 0 };
const endings = ["all", "all", "little", "nothing", "throws"] as const;
type Ending = (typeof endings)[number];

/** A cleaner whose runs wait for an ending. */
function endedCleaner() {
  const open: { component: string; end: (ending: Ending) => void }[] = [];
  const running = new Set<string>();
  const overlaps: string[] = [];
  const cleaner: Cleaner = {
    async clean({ component, goal, signal, deadline = Number.POSITIVE_INFINITY }, host) {
      if (running.has(component)) overlaps.push(component);
      running.add(component);
      let freed = 0;
      try {
        const ending = await new Promise<Ending>((end, reject) => {
          const run = { component, end };
          open.push(run);
          const leave = () => open.includes(run) && open.splice(open.indexOf(run), 1);
          signal?.addEventListener("abort", () => leave() && reject(new Error("aborted")));
        });
        if (ending === "throws") throw new Error("thrown");
        if (host.now() >= deadline) throw new Error("late");
        for (const { id, version, tokens } of ending === "nothing" ? [] : host.items(component)) {
          if (freed >= (ending === "all" ? goal : 1)) break;
          host.apply("oldest", [{ type: "remove", id, version }]);
          freed += tokens;
        }
      } finally {
        running.delete(component);
      }
      return { component, goal, freed, escalated: false, strategies: [], elapsedMs: 0 };
    },
    plan: () => Promise.reject(new Error("no plan")),
    original: async () => undefined,
    close: async () => {},
  };
  return { cleaner, open, overlaps };
}

function world(proactiveCleanup: boolean, maxPasses: number) {
  const clock = { now: 1000 };
  const journal: JournalEntry[] = [];
  const policy = { moves: [] as readonly WantedMove[] };
  const ended = endedCleaner();
  const manager = createTokenBudgetManagerSync({
    total: 400,
    components,
    cleaner: ended.cleaner,
    proactiveCleanup,
    maxPasses,
    minGain: 1,
    windowMs: 1000,
    now: () => clock.now,
    countTokens: (counted) => counted.length,
    policy: () => policy.moves,
    journal: (entry) => void journal.push(entry),
  });
  const plain: Record<string, number> = { x: 0, y: 0, z: 0, w: 0 };
  const waiting: Record<string, { tokens: number }[]> = { x: [], y: [], z: [], w: [] };
  const leave: AbortController[] = [];
  const pending: Promise<void>[] = [];
  return { ...ended, clock, journal, policy, manager, plain, waiting, leave, pending };
}

type World = ReturnType<typeof world>;
type Step = (world: World) => unknown;

const allowed = (error: { code?: string; message: string }) => {
  if (!["BUDGET_EXCEEDED", "ABORTED", "DEADLINE"].includes(error.code ?? "") && error.message !== "thrown") throw error;
};

function signalOf({ leave }: World, leaves: boolean): { signal?: AbortSignal } {
  if (!leaves) return {};
  leave.push(new AbortController());
  return { signal: leave.at(-1)!.signal };
}

const name = fc.constantFrom(...names);
const tokens = fc.integer({ min: 1, max: 130 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(name, tokens, fc.constantFrom("throw", "partial", "borrow"), fc.constantFrom(0, 0, 5, 20), fc.boolean())
      .map(
        ([c, n, onShortfall, late, leaves]): Step =>
          (world) => {
            const { manager, clock, plain, waiting } = world;
            const deadline = late === 0 ? {} : { deadline: clock.now + late };
            const caller = { tokens: n };
            waiting[c]!.push(caller);
            const gone = () => waiting[c]!.splice(waiting[c]!.indexOf(caller), 1);
            const granted = manager.allocateTokens(c, n, { onShortfall, ...deadline, ...signalOf(world, leaves) });
            const booked = granted.then((got) => {
              if (onShortfall !== "partial") expect(got).toBe(n);
              plain[c]! += got;
            });
            const refused = (error: Error) => {
              // Nobody is refused by the end of a cleanup that had less time than this caller.
              if (late === 0) expect(error.cause).not.toEqual(new Error("late"));
              allowed(error);
            };
            world.pending.push(booked.catch(refused).finally(gone));
          },
      ),
  },
  {
    weight: 3,
    arbitrary: fc.nat(8).map(
      (n): Step =>
        ({ leave }) =>
          leave[n]?.abort(),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(name, tokens).map(
      ([c, n]): Step =>
        ({ manager, plain }) => {
          const released = Math.min(n, plain[c]!);
          manager.release(c, released);
          plain[c]! -= released;
        },
    ),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(name, fc.integer({ min: 1, max: 40 })).map(
      ([c, n]): Step =>
        ({ manager }) =>
          manager.tryPut(c, { text: text(n) }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(name, fc.nat(80), fc.constantFrom({}, { goal: 5 }), fc.boolean()).map(
      ([c, need, goal, leaves]): Step =>
        (world) => {
          const cleaned = world.manager.cleanupComponent(c, { need, ...goal, ...signalOf(world, leaves) });
          world.pending.push(cleaned.then(() => {}).catch(allowed));
        },
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .uniqueArray(fc.tuple(name, name, fc.constantFrom(0.02, 0.05, 0.1)), { maxLength: 3, selector: String })
      .map(
        (list): Step =>
          ({ manager, policy }) => {
            const moves = list.filter(([from, to]) => from !== to);
            const byRule = new Map(
              moves.map(([from, to, share]) => [`${from} to ${to}`, { from, to, share, reason: "" }]),
            );
            policy.moves = [...byRule].map(([rule, move]) => ({ rule, ...move }));
            manager.adjustAllocations();
          },
      ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(1, 6, 30, 1200).map(
      (ms): Step =>
        ({ clock }) => {
          clock.now += ms;
        },
    ),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(3), fc.constantFrom(...endings)).map(
      ([n, ending]): Step =>
        ({ open }) =>
          open.splice(n, 1)[0]?.end(ending),
    ),
  },
);

async function check({ manager, plain, waiting, open, overlaps }: World): Promise<void> {
  await settle();
  const { components: rows, loans } = manager.getUtilizationReport();
  expect(overlaps).toEqual([]);
  expect(names.reduce((sum, c) => sum + rows[c]!.allocated, 0)).toBe(400);
  for (const c of names) {
    const { used, available, allocated } = rows[c]!;
    const kept = manager.items(c).reduce((sum, item) => sum + item.tokens, 0);
    expect([used, rows[c]!.waiting]).toEqual([plain[c]! + kept, waiting[c]!.length]);
    expect([available >= 0, allocated >= floors[c]!]).toEqual([true, true]);
    const first = waiting[c]![0];
    if (first === undefined) continue;
    const idle = loans.filter(({ lender }) => lender === c).map(({ borrower }) => rows[borrower]!.available);
    // Nobody waits for what is there, or for what borrowers do not use; and for who waits there is a cleanup.
    expect([first.tokens > available, Math.max(0, ...idle), open.length > 0]).toEqual([true, 0, true]);
  }
}

test("whatever callers and cleanups do, nobody waits for what is there, and nobody hangs", async () => {
  const steps = fc.array(step, { maxLength: 60, size: "max" });
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.constantFrom(1, 3), steps, async (proactive, maxPasses, list) => {
      const made = world(proactive, maxPasses);
      const { manager, open, pending, journal, clock, waiting } = made;
      for (const act of list) {
        act(made);
        await check(made);
      }
      for (let round = 0; open.length > 0; round++) {
        expect(round).toBeLessThan(500);
        open.shift()!.end("all");
        await check(made);
      }
      expect(Object.values(waiting).flat()).toEqual([]);
      await Promise.all(pending);
      await manager.idle();
      const replayed = replayJournal(journal, clock.now)[0]!;
      for (const [c, { allocated, used, exhaustions }] of Object.entries(manager.getUtilizationReport().components)) {
        expect(replayed.accounts[c]).toMatchObject({ cap: allocated, used, exhaustions });
      }
      await manager.close();
    }),
    runs("waiters", 150, 5000),
  );
}, 900_000);
