import { expect, test } from "vitest";
import { jsonLines, replayJournal } from "../../src/index.ts";
import { expectReplayed } from "../support/expect-replayed.ts";
import { codeOf, smallManager } from "../support/small-manager.ts";
import { viaJson } from "../support/via-json.ts";

test("a snapshot from a clock that is ahead: time goes on from there, and what is made then can be restored", async () => {
  const ahead = smallManager();
  ahead.clock.now += 5000;
  ahead.manager.tryAllocate("a", 10);
  ahead.manager.child("b", { tokens: 40, components: { k: { share: 1 } } }).tryAllocate("k", 10);
  const lines: string[] = [];
  const { manager, clock, row } = smallManager({ journal: jsonLines((line) => lines.push(line)) });
  manager.restore(viaJson(ahead.manager.snapshot()));
  for (const [each, component] of [
    [manager, "a"],
    [manager.children[0]!, "k"],
  ] as const) {
    expect(each.reserve(component, 5, { ttlMs: 100 }).expiresAt).toBe(1_005_100);
  }
  const snapshot = viaJson(manager.snapshot());
  expect(snapshot.at).toBe(1_005_000);
  const other = smallManager().manager;
  other.restore(snapshot);
  expect(viaJson(other.snapshot())).toEqual(snapshot);
  clock.now = 1_005_100;
  expect([row("a").reserved, manager.children[0]!.getUtilizationReport().components.k!.reserved]).toEqual([0, 0]);
  expectReplayed(replayJournal(lines, clock.now)[0]!, manager.getUtilizationReport(), 6);
});

test("where the clock gives no time, nothing is restored", async () => {
  const clock = { now: 1000 };
  const { manager } = smallManager({ now: () => clock.now });
  const snapshot = manager.snapshot();
  const held = manager.reserve("a", 10);
  clock.now = Number.NaN;
  expect(await codeOf(() => manager.restore(snapshot))).toBe("INVALID_ARGUMENT");
  clock.now = 1000;
  expect([held.state, held.release(), manager.getUtilizationReport().components.a!.reserved]).toEqual(["open", 10, 0]);
});

test("a child's snapshot from a clock that is ahead: its parent's time goes on from there too", async () => {
  const ahead = smallManager();
  ahead.clock.now += 5000;
  const carve = (manager: typeof ahead.manager) => manager.child("a", { tokens: 50, components: { k: { share: 1 } } });
  const { manager } = smallManager();
  const child = carve(manager);
  child.restore(viaJson(carve(ahead.manager).snapshot()));
  await child.close();
  expect(manager.reserve("a", 10, { ttlMs: 100 }).expiresAt).toBe(1_005_100);
  const snapshot = viaJson(manager.snapshot());
  const other = smallManager().manager;
  other.restore(snapshot);
  expect(viaJson(other.snapshot())).toEqual(snapshot);
});
