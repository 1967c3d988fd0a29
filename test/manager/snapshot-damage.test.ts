// Snapshots come from outside: whatever is changed in one, it is a bad snapshot and nothing has changed, or it is restored to a state
// that holds all that a manager promises, and goes on doing so.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ManagerSnapshot, TokenBudgetManager } from "../../src/index.ts";
import { runs } from "../support/runs.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";

type Path = readonly (string | number)[];

const options = {
  onShortfall: "borrow",
  policy: () => [{ rule: "r", from: "b", to: "a", share: 0.1, reason: "because" }],
} as const;

/** Of a manager with items, a rule and a loan in force, reservations, exhaustions, a child and its child. */
async function busySnapshot(): Promise<string> {
  const { manager, clock } = smallManager(options);
  await manager.putBatch("a", [
    { id: "one", text: text(20), group: "g", metadata: { n: [1, null] } },
    { id: "two", text: text(10), pinned: true, role: "user", taskId: "t" },
  ]);
  manager.adjustAllocations();
  manager.tryAllocate("a", 90);
  await manager.allocateTokens("a", 45);
  manager.reserve("b", 5, { id: "reply", ttlMs: 5000 });
  manager.reserve("b", 2, { ttlMs: Number.POSITIVE_INFINITY });
  clock.now += 1800;
  const child = manager.child("b", { tokens: 20, components: { only: { share: 1 } } });
  await child.put("only", { text: text(12) });
  child.reserve("only", 3, { id: "inner" });
  child.child("only", { tokens: 3, components: { k: { share: 0.5 }, l: { share: 0.5 } } });
  clock.now += 700;
  return JSON.stringify(manager.snapshot());
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
}

function damaged(json: string, path: Path, value: unknown): ManagerSnapshot {
  const snapshot = JSON.parse(json);
  const [key, ...before] = [...path].reverse();
  const owner = before.reduceRight((object, each) => object[each], snapshot);
  if (value !== undefined) owner[key!] = structuredClone(value);
  else if (Array.isArray(owner)) owner.splice(Number(key), 1);
  else delete owner[key!];
  return snapshot;
}

const family = (manager: TokenBudgetManager): TokenBudgetManager[] => [manager, ...manager.children.flatMap(family)];

function check(root: TokenBudgetManager): void {
  for (const manager of family(root)) {
    const rows = Object.values(manager.getUtilizationReport().components);
    expect(rows.reduce((sum, { allocated }) => sum + allocated, 0)).toBe(manager.totalBudget);
    for (const row of rows) {
      expect(Math.min(row.used, row.reserved, row.available, row.lent, row.borrowed)).toBeGreaterThanOrEqual(0);
      expect(row.used + row.reserved + row.available).toBe(row.allocated);
      expect(Math.abs(row["meanUtilization%"] - 50)).toBeLessThanOrEqual(50.01);
      const own = row.share * manager.totalBudget + row.borrowed - row.lent;
      expect(Math.abs(own - row.allocated)).toBeLessThanOrEqual(1);
    }
    for (const item of manager.items()) expect([typeof item.kind, typeof item.pinned]).toEqual(["string", "boolean"]);
  }
}

const uses: readonly ((manager: TokenBudgetManager) => unknown)[] = [
  (manager) => manager.adjustAllocations(),
  (manager) => manager.tryAllocate("a", 3),
  (manager) => manager.release("a", 1),
  (manager) => manager.reserve("b", 1),
  (manager) => manager.put("a", { text: text(60) }),
  (manager) => manager.allocateTokens("b", 60, { onShortfall: "partial" }),
  (manager) => manager.reservation("reply")?.settle(1),
  (manager) => manager.items("b").map(({ id }) => manager.remove(id)),
  (manager) => manager.adjustAllocations(),
];

const numbers = [0, -1, 1, 2, 0.5, 5, 100, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, -1e300, 1e-300];
const others = [
  undefined,
  null,
  true,
  "",
  "a",
  "b",
  "only",
  "pinned",
  "1",
  "__proto__",
  [],
  {},
  [null],
  [[]],
  { a: 1 },
];
const json = await busySnapshot();
const paths = pathsOf(JSON.parse(json));

test("a snapshot in which something was changed is refused whole, or restored to a sound state", async () => {
  const value = fc.oneof(fc.constantFrom<unknown>(...numbers, ...others), fc.integer(), fc.double());
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...paths), value, async (path, each) => {
      const snapshot = damaged(json, path, each);
      const { manager } = smallManager({ ...options, cleaner: new ScriptedCleaner(), now: () => 1_002_600 });
      await manager.put("b", { text: "zz" });
      manager.reserve("a", 3);
      manager.child("a", { tokens: 4 });
      const before = JSON.stringify(manager.snapshot());
      const code = await codeOf(() => manager.restore(snapshot));
      if (code !== undefined) {
        expect([code, JSON.stringify(manager.snapshot())]).toEqual(["BAD_SNAPSHOT", before]);
      } else {
        check(manager);
        for (const use of uses) expect(String(await codeOf(() => use(manager)))).toMatch(/^[A-Z_]+$|^undefined$/);
        check(manager);
        expect(await codeOf(() => smallManager().manager.restore(JSON.parse(JSON.stringify(manager.snapshot()))))).toBe(
          undefined,
        );
      }
      await manager.close();
    }),
    runs("damaged snapshots", 1000, 20_000),
  );
});

test("what a snapshot says beyond what there is of an activity changes nothing", async () => {
  const snapshot = JSON.parse(json);
  Object.assign(snapshot.activity.a, { pumping: true, waiters: 5, run: { need: 1e9 } });
  const { manager } = smallManager({ now: () => 1_002_600 });
  manager.restore(snapshot);
  expect(await codeOf(() => manager.allocateTokens("a", 165))).toBe("BUDGET_EXCEEDED");
  expect(manager.getUtilizationReport().components.a).toMatchObject({ waiting: 0, recentExhaustions: 2 });
});

test.each<[string, Path, unknown]>([
  ["a rule that has moved what no cap shows", ["rules", 0, "moved"], 24],
  ["a rule that wants what its share does not come to", ["rules", 0, "wanted"], 26],
  ["a rule's share as a text", ["rules", 0, "share"], "0.1"],
  ["a loan that no cap shows", ["loans", 0, "tokens"], 39],
  ["a mean of more than all", ["budget", "accounts", 0, "previous"], 1.5],
  ["more use than the time allows", ["budget", "accounts", 0, "area"], 2501],
  ["a use after a window's end that began before it", ["budget", "windowMs"], 2500],
  ["an item of no kind", ["items", 0, "kind"], undefined],
  ["an item that is neither pinned nor not", ["items", 0, "pinned"], undefined],
  ["an item without a name", ["items", 0, "id"], ""],
  ["an item with an estimate above its tokens", ["items", 0, "estimate"], { low: 5, high: 21 }],
  ["an item with a reference that is no text", ["items", 0, "ref"], 7],
  ["an item edited as none is", ["items", 0, "edited"], "translated"],
])("%s is a bad snapshot", async (_, path, value) => {
  const { manager } = smallManager({ now: () => 1_002_600 });
  expect(await codeOf(() => manager.restore(damaged(json, path, value)))).toBe("BAD_SNAPSHOT");
});

test("a snapshot that can be read for a while only is a bad one, and nothing has changed", async () => {
  const { manager } = smallManager({ now: () => 1_002_600 });
  manager.tryAllocate("a", 9);
  const before = JSON.stringify(manager.snapshot());
  for (let most = 0, isRestored = false; !isRestored; most++) {
    let reads = 0;
    const get = (target: ManagerSnapshot, name: PropertyKey) => {
      if (reads++ === most) throw new Error("no more");
      return Reflect.get(target, name);
    };
    const code = await codeOf(() => manager.restore(new Proxy(JSON.parse(json) as ManagerSnapshot, { get })));
    isRestored = code === undefined;
    if (!isRestored) expect([code, JSON.stringify(manager.snapshot())]).toEqual(["BAD_SNAPSHOT", before]);
  }
});

test("what becomes of a snapshot after it was restored changes nothing", () => {
  const snapshot = JSON.parse(json);
  const { manager } = smallManager({ now: () => 1_002_600 });
  manager.restore(snapshot);
  const before = JSON.stringify(manager.snapshot());
  snapshot.items[0].tokens = 0;
  snapshot.budget.accounts[0].cap = 0;
  expect(JSON.stringify(manager.snapshot())).toBe(before);
});
