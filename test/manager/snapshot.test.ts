import { expect, test } from "vitest";
import {
  createTokenBudgetManagerSync,
  jsonLines,
  type ManagerSnapshot,
  MemoryArchive,
  replayJournal,
  type TokenBudgetManager,
} from "../../src/index.ts";
import { busyManager } from "../support/busy-manager.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";
import { viaJson } from "../support/via-json.ts";

test("a snapshot restores to the same state, in another manager too", async () => {
  const { manager, clock } = await busyManager();
  const snapshot = viaJson(manager.snapshot());
  const other = smallManager({ now: () => clock.now, onShortfall: "borrow" }).manager;
  other.tryAllocate("a", 7);
  other.reserve("b", 1);
  other.restore(snapshot);
  expect(viaJson(other.snapshot())).toEqual(snapshot);
  expect(other.getUtilizationReport()).toEqual(manager.getUtilizationReport());
  expect(other.items()).toEqual(manager.items());
  expect(other.namespace).toBe(manager.namespace);
  for (const each of [manager, other]) {
    expect(each.reservation("reply")?.settle(10)).toBe(10);
    expect(each.children[0]?.reservation("inner")?.release()).toBe(3);
    expect(each.tryAllocate("b", 46)).toBe(0);
    void each.children[0]?.close();
    expect(each.tryAllocate("b", 74)).toBe(74);
    expect((await each.put("b", { text: "x" })).id).toBe("i2");
  }
  expect(viaJson(other.snapshot())).toEqual(viaJson(manager.snapshot()));
});

test("restoring a manager over itself goes back, and ends what came later", async () => {
  const { manager, used, child } = await busyManager();
  const snapshot = manager.snapshot();
  const later = manager.reserve("pinned", 10);
  await manager.put("pinned", { text: text(5) });
  manager.restore(snapshot);
  expect(viaJson(manager.snapshot())).toEqual(viaJson(snapshot));
  expect([later.state, used("pinned")]).toEqual(["released", 0]);
  expect(await codeOf(() => child.items())).toBe("CLOSED");
});

test("a child restores its own snapshot in its place, and its parent's charge stays", async () => {
  const { child, used } = await busyManager();
  const snapshot = viaJson(child.snapshot());
  child.reservation("inner")!.settle(3);
  child.restore(snapshot);
  expect(viaJson(child.snapshot())).toEqual(snapshot);
  expect(used("b")).toBe(30);
  await child.close();
  expect(used("b")).toBe(0);
});

test("components named as what every object has are restored as others are", async () => {
  const names = ["__proto__", "constructor", "toString"];
  const components = Object.fromEntries(names.map((name, index) => [name, { share: [0.5, 0.25, 0.25][index]! }]));
  const { manager } = smallManager({ components });
  for (const name of names) await manager.put(name, { text: text(7) });
  const snapshot = viaJson(manager.snapshot());
  const other = smallManager({ components }).manager;
  other.restore(snapshot);
  expect(Object.entries(other.currentUsage)).toEqual(names.map((name) => [name, 7]));
  expect(viaJson(other.snapshot())).toEqual(snapshot);
});

test("the length of the window comes with a snapshot", () => {
  const { manager, clock } = smallManager({ windowMs: 1000 });
  manager.tryAllocate("a", 80);
  clock.now += 1500;
  const snapshot = viaJson(manager.snapshot());
  const other = smallManager({ now: () => clock.now }).manager;
  other.restore(snapshot);
  expect(viaJson(other.snapshot())).toEqual(snapshot);
  clock.now += 500;
  other.release("a", 80);
  clock.now += 1000;
  expect(other.getUtilizationReport().components.a?.["meanUtilization%"]).toBe(0);
});

test("what was archived in the session that is restored is found and recalled, also after a cleanup before", async () => {
  const archive = new MemoryArchive();
  const now = () => 1e9;
  const made = () => createTokenBudgetManagerSync({ total: 2000, now, cleanup: { archive } });
  const finished = async (manager: TokenBudgetManager, words: string) => {
    await manager.put("working_memory", { text: words.repeat(20), taskId: "t", taskState: "completed" });
    await manager.cleanupComponent("working_memory", { need: 590 });
    return manager;
  };
  const first = await finished(made(), "alpha beta gamma ");
  const second = await finished(made(), "other words there ");
  second.restore(viaJson(first.snapshot()));
  const [hit] = await second.search("gamma");
  expect((await second.recall(hit!.ref)).text).toBe("alpha beta gamma ".repeat(20));
  expect(await second.search("words")).toEqual([]);
  await Promise.all([first, second].map((manager) => manager.close()));
  await archive.close();
});

test("a reservation expires after a restore as it would have", async () => {
  const { manager, clock } = await busyManager();
  manager.restore(viaJson(manager.snapshot()));
  clock.now += 5000;
  expect(manager.getUtilizationReport().components.b?.reserved).toBe(5);
});

test.each<[string, (snapshot: Record<string, never> & ManagerSnapshot) => unknown]>([
  ["null", () => null],
  ["a number", () => 5],
  ["an empty object", () => ({})],
  ["another version", (snapshot) => ({ ...snapshot, version: 2 })],
  ["other components", (snapshot) => ({ ...snapshot, components: { a: { share: 1 } } })],
  [
    "other shares",
    (snapshot) => ({
      ...snapshot,
      components: { a: { share: 0.3 }, b: { share: 0.5 }, pinned: { share: 0.2 } },
    }),
  ],
  [
    "a total above 2^31 - 1",
    (snapshot) => {
      const accounts = snapshot.budget.accounts.map((account) => ({ ...account, cap: 2 ** 31 - 1 }));
      return { ...snapshot, total: 3 * (2 ** 31 - 1), budget: { ...snapshot.budget, accounts } };
    },
  ],
  ["an item of no time", (snapshot) => ({ ...snapshot, items: [{ ...snapshot.items[0], lastUsedAt: null }] })],
  ["an item of no kind", (snapshot) => ({ ...snapshot, items: [{ ...snapshot.items[0], kind: "toString" }] })],
  ["another total", (snapshot) => ({ ...snapshot, total: 251 })],
  ["an item that is not booked", (snapshot) => ({ ...snapshot, items: [{ ...snapshot.items[0], tokens: 500 }] })],
  ["an item twice", (snapshot) => ({ ...snapshot, items: [snapshot.items[0], snapshot.items[0]] })],
  [
    "an item of no component",
    (snapshot) => ({ ...snapshot, items: [{ ...snapshot.items[0], component: "toString" }] }),
  ],
  [
    "a child that does not fit",
    (snapshot) => ({ ...snapshot, children: [...snapshot.children, ...snapshot.children, ...snapshot.children] }),
  ],
  ["a child that is broken", (snapshot) => ({ ...snapshot, children: [{ ...snapshot.children[0], snapshot: {} }] })],
  ["a loan to nobody", (snapshot) => ({ ...snapshot, loans: [{ lender: "a", borrower: "c", tokens: 1 }] })],
  [
    "more used than allocated",
    (snapshot) => {
      const [first, ...rest] = snapshot.budget.accounts;
      return { ...snapshot, budget: { ...snapshot.budget, accounts: [{ ...first, used: first!.cap + 1 }, ...rest] } };
    },
  ],
  [
    "a reservation of no time",
    (snapshot) => {
      const [first, ...rest] = snapshot.budget.reservations;
      return { ...snapshot, budget: { ...snapshot.budget, reservations: [{ ...first, until: 5 }, ...rest] } };
    },
  ],
])("%s is a bad snapshot and changes nothing", async (_, damage) => {
  const { manager } = await busyManager();
  const before = viaJson(manager.snapshot());
  const bad = damage(viaJson(before) as never) as ManagerSnapshot;
  expect(await codeOf(() => manager.restore(bad))).toBe("BAD_SNAPSHOT");
  expect(viaJson(manager.snapshot())).toEqual(before);
});

test("nothing is restored while callers wait", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used } = smallManager({ cleaner });
  await manager.put("a", { text: text(90) });
  const snapshot = manager.snapshot();
  const waiting = manager.allocateTokens("a", 20);
  expect(await codeOf(() => manager.restore(snapshot))).toBe("INVALID_ARGUMENT");
  expect([await waiting, used("a")]).toEqual([20, 20]);
});

test.each([true, false])("what expired before a restore has ended, in children too (journal: %s)", (journaled) => {
  const lines: string[] = [];
  const journal = () => (journaled ? { journal: jsonLines((line) => lines.push(line)) } : {});
  const first = smallManager(journal());
  first.manager.reserve("a", 20, { id: "p", ttlMs: 100 });
  first.manager.child("a", { tokens: 50, components: { k: { share: 1 } } }).reserve("k", 10, { id: "q", ttlMs: 100 });
  const snapshot = first.manager.snapshot();
  lines.length = 0;
  const { manager, clock, row } = smallManager(journal());
  clock.now += 200;
  manager.restore(snapshot);
  const child = manager.children[0]!;
  expect([manager.reservation("p"), child.reservation("q"), row("a").reserved]).toEqual([undefined, undefined, 0]);
  expect(child.reserve("k", 10, { id: "q" }).state).toBe("open");
  expect(child.getUtilizationReport().components.k!.reserved).toBe(10);
  smallManager().manager.restore(manager.snapshot());
  if (!journaled) return;
  const replayed = replayJournal(lines.join(""), clock.now);
  expect(replayed[0]!.accounts.a).toMatchObject({ used: 50, reserved: 0 });
  expect(replayed[1]!.accounts.k).toMatchObject({ used: 0, reserved: 10 });
});

test.each<[string, (snapshot: never) => void]>([
  ["a rule's share", ({ rules }: { rules: Record<string, unknown>[] }) => Object.assign(rules[0]!, { share: null })],
  ["a rule's time", ({ rules }: { rules: Record<string, unknown>[] }) => Object.assign(rules[0]!, { firedAt: null })],
  ["a rule's reason", ({ rules }: { rules: Record<string, unknown>[] }) => Object.assign(rules[0]!, { reason: 5 })],
  ["a loan to itself", ({ loans }: { loans: unknown[] }) => loans.push({ lender: "a", borrower: "a", tokens: 1 })],
  [
    "a loan of more than there is",
    ({ loans }: { loans: unknown[] }) => loans.push({ lender: "b", borrower: "a", tokens: 2e9 }),
  ],
  ["an item's metadata", ({ items }: { items: object[] }) => Object.assign(items[0]!, { metadata: 5 })],
  ["an item's group", ({ items }: { items: object[] }) => Object.assign(items[0]!, { group: 7 })],
])("%s is checked before anything is restored", async (_, change) => {
  const { manager } = smallManager({
    policy: () => [{ rule: "test", from: "b", to: "a", share: 0.1, reason: "test" }],
  });
  await manager.put("a", { text: "abc" });
  manager.adjustAllocations();
  const snapshot = JSON.parse(JSON.stringify(manager.snapshot()));
  const before = JSON.stringify(manager.snapshot());
  change(snapshot as never);
  expect(await codeOf(() => manager.restore(snapshot))).toBe("BAD_SNAPSHOT");
  expect(JSON.stringify(manager.snapshot())).toBe(before);
});

test("counts at their ends stay there, and can be restored", () => {
  const { manager, row } = smallManager();
  const snapshot = JSON.parse(JSON.stringify(manager.snapshot()));
  Object.assign(snapshot.budget.accounts[0], { exhaustions: 2 ** 31 - 1, grants: 2 ** 32 - 3 });
  manager.restore(snapshot);
  for (let n = 0; n < 40; n++) manager.tryAllocate("a", 1);
  expect(manager.tryAllocate("a", 90)).toBe(0);
  expect(row("a").exhaustions).toBe(2 ** 31 - 1);
  expect(row("a").grants).toBeGreaterThan(2 ** 32 - 20);
  manager.restore(manager.snapshot());
});

test("times below zero are times", () => {
  const lines: string[] = [];
  const { manager } = smallManager({ journal: jsonLines((line) => lines.push(line)), now: () => -1_000_000 });
  const held = manager.reserve("a", 10, { id: "p", ttlMs: 1000 });
  expect([held.state, held.expiresAt]).toEqual(["open", -999_000]);
  expect(replayJournal(lines.join(""))[0]!.reservations).toEqual({ p: 10 });
});
