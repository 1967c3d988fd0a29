// Managers with all they can do at once: loans, children, expiries, waiters, cleanups that fail, listeners that act, a clock that goes
// back, restores. Whatever the order: books balance, nothing hangs, the journal and the snapshot are the state.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ComponentReport,
  createTokenBudgetManagerSync,
  jsonLines,
  type ManagerSnapshot,
  replayJournal,
  type TokenBudgetManager,
} from "../../src/index.ts";
import { createLedgerSync } from "../../src/ledger/index.ts";
import { expectReplayed } from "../support/expect-replayed.ts";
import { runs } from "../support/runs.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { text } from "../support/small-manager.ts";

const total = 300;
const components = {
  a: { share: 0.4, floor: 0.1, target: [0.5, 0.8] as const },
  b: { share: 0.3, floor: 0.05, ceiling: 0.6, target: [0.5, 0.8] as const },
  c: { share: 0.2, target: [0.5, 0.8] as const },
  fixed: { share: 0.1, fixed: true },
};
const names = Object.keys(components);

function setUp(proactiveCleanup: boolean, listens: boolean, ticks: boolean) {
  const clock = { now: 1000, tick: ticks ? 1 : 0 };
  const cleaner = new ScriptedCleaner();
  let cleanups = 0;
  cleaner.before = async ({ signal }) => {
    cleanups += 1;
    if (cleanups % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    if (cleanups % 7 === 0) throw new Error("a cleaner that fails now and then");
  };
  const make = (journal?: string[]) =>
    createTokenBudgetManagerSync({
      ...{
        total,
        components,
        cleaner,
        proactiveCleanup,
        ledger: createLedgerSync(),
        now: () => (clock.now += clock.tick),
      },
      ...{ minGain: 1, windowMs: 1000, onShortfall: "borrow", countTokens: (counted) => counted.length },
      policy: (uses) => [
        ...(uses.get("a")!.exhaustions > 1 ? [{ rule: "1", from: "b", to: "a", share: 0.1, reason: "test" }] : []),
        ...(uses.get("c")!.utilizationOfBase < 0.3
          ? [{ rule: "2", from: "c", to: "b", share: 0.1, reason: "test" }]
          : []),
      ],
      ...(journal === undefined ? {} : { journal: jsonLines((line) => journal.push(line)) }),
    });
  const lines: string[] = [];
  const manager = make(lines);
  if (listens) {
    const safely = (act: () => unknown) => {
      try {
        act();
      } catch (error) {
        expect(error).toHaveProperty("code");
      }
    };
    let told = 0;
    manager.on("allocated", ({ component }) => ++told % 3 === 0 && safely(() => manager.release(component, 1)));
    manager.on("expired", ({ component }) => safely(() => manager.tryAllocate(component, 3)));
    manager.on("denied", () => ++told % 5 === 0 && safely(() => manager.tryPut("b", { text: "xyz" })));
  }
  return { manager, clock, lines, make, snapshots: [] as ManagerSnapshot[], pending: [] as Promise<unknown>[] };
}

type World = ReturnType<typeof setUp>;
type Step = (world: World, manager: TokenBudgetManager) => unknown;

const component = fc.constantFrom(...names);
const tokens = fc.oneof(fc.constantFrom(0, 1, 5), fc.nat(60), fc.nat(200));
const id = fc.constantFrom("i", "j", "k", "l");
const key = fc.constantFrom("p", "q", "r");
const later = (world: World, promise: Promise<unknown>, wait: boolean) => {
  const settled = promise.catch((error) => expect(error).toHaveProperty("code"));
  world.pending.push(settled);
  return wait ? settled : undefined;
};

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(component, tokens).map(
    ([c, n]): Step =>
      (_, manager) =>
        manager.tryAllocate(c, n),
  ),
  fc.tuple(component, tokens).map(
    ([c, n]): Step =>
      (_, manager) =>
        manager.release(c, n),
  ),
  fc.tuple(component, tokens, key, fc.constantFrom(1, 20, 300, Infinity)).map(
    ([c, n, k, ttlMs]): Step =>
      (_, manager) =>
        manager.reserve(c, n, { id: k, ttlMs }),
  ),
  fc.tuple(key, tokens).map(
    ([k, n]): Step =>
      (_, manager) =>
        manager.reservation(k)?.settle(n),
  ),
  fc.tuple(key, fc.constantFrom(1, 50)).map(
    ([k, ms]): Step =>
      (_, manager) =>
        manager.reservation(k)?.extend(ms),
  ),
  key.map(
    (k): Step =>
      (_, manager) =>
        manager.reservation(k)?.release(),
  ),
  fc.tuple(component, fc.nat(40)).map(
    ([c, n]): Step =>
      (_, manager) =>
        manager.child(c, { tokens: n, components }),
  ),
  fc.constant<Step>((_, manager) => manager.children[0]?.close()),
  fc.constantFrom(-40, 1, 10, 30, 400, 1200).map(
    (ms): Step =>
      ({ clock }) => {
        clock.now += ms;
      },
  ),
  fc.constant<Step>((_, manager) => manager.adjustAllocations()),
  fc.tuple(component, id, fc.nat(70)).map(
    ([c, i, n]): Step =>
      (_, manager) =>
        manager.tryPut(c, { id: i, text: text(n) }),
  ),
  id.map(
    (i): Step =>
      (_, manager) =>
        manager.remove(i),
  ),
  fc.tuple(id, fc.boolean()).map(
    ([i, pinned]): Step =>
      (_, manager) =>
        manager.pin(i, pinned),
  ),
  id.map(
    (i): Step =>
      (_, manager) =>
        manager.touch(i),
  ),
  fc.tuple(component, tokens, fc.constantFrom("throw", "partial", "borrow"), fc.boolean()).map(
    ([c, n, onShortfall, wait]): Step =>
      (world, manager) =>
        later(world, manager.allocateTokens(c, n, { onShortfall }), wait),
  ),
  fc.tuple(component, fc.nat(90), fc.boolean()).map(
    ([c, n, wait]): Step =>
      (world, manager) =>
        later(world, manager.put(c, { text: text(n) }), wait),
  ),
  fc.tuple(component, tokens, fc.boolean()).map(
    ([c, n, wait]): Step =>
      (world, manager) =>
        later(world, manager.reserveTokens(c, n, { ttlMs: 50 }), wait),
  ),
  // Of a child too; it is refused while callers wait.
  fc.constant<Step>((_, manager) => manager.restore(JSON.parse(JSON.stringify(manager.snapshot())))),
  fc.constant<Step>(({ manager, snapshots }) => snapshots.push(JSON.parse(JSON.stringify(manager.snapshot())))),
  fc.nat(3).map(
    (n): Step =>
      ({ manager, snapshots }) =>
        snapshots[n] !== undefined && manager.restore(snapshots[n]),
  ),
);

const family = (manager: TokenBudgetManager): TokenBudgetManager[] => [manager, ...manager.children.flatMap(family)];

function check(root: TokenBudgetManager): void {
  for (const manager of family(root)) {
    const report = manager.getUtilizationReport();
    const rows = Object.entries(report.components);
    expect(rows.reduce((sum, [, { allocated }]) => sum + allocated, 0)).toBe(manager.totalBudget);
    for (const [, { used, reserved, allocated, available }] of rows) {
      expect(Math.min(used, reserved, available)).toBeGreaterThanOrEqual(0);
      expect(used + reserved + available).toBe(allocated);
    }
    const { budget, items } = manager.snapshot();
    for (const { id, used } of budget.accounts) {
      const kept = items.filter(({ component }) => component === id).reduce((sum, item) => sum + item.tokens, 0);
      expect(used - kept).toBeGreaterThanOrEqual(0);
    }
  }
  const { a, b, fixed } = root.getUtilizationReport().components;
  expect([a!.allocated >= 30, b!.allocated >= 15, fixed!.allocated]).toEqual([true, true, 30]);
}

type Figures = Pick<ComponentReport, "used" | "reserved" | "peak" | "exhaustions" | "grants">;

const figuresOf = (rows: Readonly<Record<string, Figures>>): string =>
  JSON.stringify(Object.values(rows).map((row) => [row.used, row.reserved, row.peak, row.exhaustions, row.grants]));

const inTime = <Value>(promise: Promise<Value>): Promise<Value> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("it hangs")), 5000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

test("whatever is done, the books balance, nothing hangs, and journal and snapshot are the state", async () => {
  const steps = fc.array(fc.tuple(step, fc.nat(7)), { maxLength: 40, size: "max" });
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.boolean(), fc.boolean(), steps, async (proactive, listens, ticks, list) => {
      const world = setUp(proactive, listens, ticks);
      const { manager, clock, lines, make, pending } = world;
      for (const [act, whom] of list) {
        const all = family(manager);
        try {
          await act(world, whom < 5 ? manager : all[whom % all.length]!);
        } catch (error) {
          expect(["BAD_SNAPSHOT", undefined]).not.toContain((error as { code?: string }).code);
        }
        check(manager);
      }
      await inTime(Promise.all(pending));
      await inTime(manager.idle());
      check(manager);
      clock.tick = 0;
      // The manager's time did not go back with the clock; another manager begins where the clock is.
      clock.now = Math.max(clock.now, manager.snapshot().at);
      const replayed = replayJournal(lines, clock.now);
      const reports = family(manager).map((each) => each.getUtilizationReport());
      expectReplayed(replayed[0]!, reports[0]!, 3);
      expect(replayed.map(({ accounts }) => figuresOf(accounts)).sort()).toEqual(
        reports.map((report) => figuresOf(report.components)).sort(),
      );
      const snapshot = JSON.parse(JSON.stringify(manager.snapshot()));
      const other = make();
      other.restore(snapshot);
      expect(JSON.parse(JSON.stringify(other.snapshot()))).toEqual(snapshot);
      await inTime(manager.close());
    }),
    runs("everything at once", 200, 3000),
  );
});
