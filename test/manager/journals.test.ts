import fc from "fast-check";
import { expect, test } from "vitest";
import { type JournalEntry, jsonLines, replayJournal } from "../../src/index.ts";
import { busyManager } from "../support/busy-manager.ts";
import { expectReplayed } from "../support/expect-replayed.ts";
import { runs } from "../support/runs.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager } from "../support/small-manager.ts";
import { viaJson } from "../support/via-json.ts";

test("managers may write to one sink: the journal has the budgets of all, in the order in which they were opened", async () => {
  const lines: string[] = [];
  const journal = jsonLines((line) => lines.push(line));
  const [first, second] = [smallManager({ journal }), smallManager({ journal })];
  first.manager.tryAllocate("a", 10);
  const child = first.manager.child("b", { tokens: 20, components: { k: { share: 1 } } });
  second.manager.tryAllocate("a", 30);
  child.tryAllocate("k", 5);
  second.manager.restore(second.manager.snapshot());
  const managers = [first.manager, second.manager, child];
  const replayed = replayJournal(lines);
  expect(replayed.map(({ number }) => number)).toEqual([0, 1, 2]);
  for (const [index, manager] of managers.entries()) {
    expectReplayed(replayed[index]!, manager.getUtilizationReport(), 6);
  }
  await first.manager.close();
  expect(replayJournal(lines).map(({ number }) => number)).toEqual([1]);
});

/** With an entry of each kind, the last of its kind being what the end depends on. */
async function journalOfAll(): Promise<string[]> {
  const lines: string[] = [];
  const { manager, clock } = smallManager({ journal: jsonLines((line) => lines.push(line)), onShortfall: "borrow" });
  const child = manager.child("b", { tokens: 20, components: { k: { share: 1 } } });
  child.tryAllocate("k", 3);
  manager.reserve("b", 5, { id: "kept" });
  manager.restore(manager.snapshot());
  manager.tryAllocate("a", 90);
  await manager.allocateTokens("a", 20);
  clock.now += 10;
  manager.release("a", 5);
  manager.reserve("b", 20, { id: "x", ttlMs: 100 }).extend(500);
  manager.reservation("x")!.settle(10);
  manager.reserve("b", 1, { id: "y" }).release();
  await child.close();
  return lines;
}

test("an entry in which something was changed is a broken one, or gives a ledger that is sound", async () => {
  const lines = await journalOfAll();
  const values = [undefined, null, true, 0, -1, 1.5, 7, 1e300, 2 ** 31, 2 ** 32 + 1, "", "a", "7", [], {}, [1]];
  const places = lines.flatMap((line, index) => {
    const keys: (readonly string[])[] = [];
    const walk = (value: unknown, path: readonly string[]) => {
      if (path.length > 0) keys.push(path);
      if (typeof value === "object" && value !== null) {
        for (const [key, each] of Object.entries(value)) walk(each, [...path, key]);
      }
    };
    walk(JSON.parse(line), []);
    return keys.map((path) => ({ index, path }));
  });
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.constantFrom<unknown>(...values), ({ index, path }, value) => {
      const entry = JSON.parse(lines[index]!);
      const owner = path.slice(0, -1).reduce((object, key) => object[key], entry);
      if (value === undefined) delete owner[path.at(-1)!];
      else owner[path.at(-1)!] = value;
      try {
        for (const { number, accounts } of replayJournal(lines.with(index, JSON.stringify(entry)))) {
          expect(number).toBeGreaterThanOrEqual(0);
          for (const { cap, used, reserved, peak, meanUse } of Object.values(accounts)) {
            expect(Math.min(used, reserved, cap - used - reserved, peak - used - reserved)).toBeGreaterThanOrEqual(0);
            expect(Math.abs(meanUse - 0.5)).toBeLessThanOrEqual(0.5001);
          }
        }
      } catch (error) {
        expect(error).toMatchObject({ code: "BAD_JOURNAL" });
        expect((error as { data: { entry: number } }).data.entry).toBeGreaterThanOrEqual(index);
      }
    }),
    runs("damaged journals", 500, 20_000),
  );
});

test.each<[string, string, string | RegExp, string]>([
  ["an end that is none", "extend", /"until":\d+/, '"until":"soon"'],
  ["no end", "reserve", /,"until":\d+/, ""],
  ["no name of its reservation", "settle", /"id":"x"/, '"id":7'],
  ["no budget", "release", /"b":0/, '"b":null'],
  ["a budget that is no number", "open", /"b":0/, '"b":"0"'],
  ["tokens as a text in the state that it restores", "restore", /"tokens":5/, '"tokens":"5"'],
  ["use as a text in the state that it restores", "restore", /"used":0/, '"used":"0"'],
  ["no mean in the state that it restores", "restore", /,"previous":-1/, ""],
  ["its last half cut off", "settle", /"id".*/, ""],
])("an entry that has %s is a broken one", async (_, op, from, to) => {
  const lines = await journalOfAll();
  const index = lines.findIndex((line) => line.includes(`"op":"${op}"`));
  const damaged = lines[index]!.replace(from, to);
  expect(damaged).not.toBe(lines[index]);
  expect(() => replayJournal(lines.with(index, damaged))).toThrow(
    expect.objectContaining({ code: "BAD_JOURNAL", data: { entry: index } }),
  );
});

test("a journal of JSON lines replays to the same ledger", async () => {
  const lines: string[] = [];
  const { manager, clock, child } = await busyManager({ journal: jsonLines((line) => lines.push(line)) });
  manager.reservation("reply")!.extend(9000);
  expect(await codeOf(() => manager.reserve("b", 99))).toBe("BUDGET_EXCEEDED");
  expect(await codeOf(() => manager.child("b", { tokens: 90 }))).toBe("BUDGET_EXCEEDED");
  manager.restore(viaJson(manager.snapshot()));
  manager.adjustAllocations();
  clock.now += 8999;
  const [budget, inner] = replayJournal(lines, clock.now);
  for (const [each, replayed] of [
    [manager, budget],
    [manager.children[0]!, inner],
  ] as const) {
    expectReplayed(replayed!, each.getUtilizationReport(), 6);
  }
  expect(budget!.reservations).toEqual({ reply: 15, r1: 5 });
  expect(await codeOf(() => child.items())).toBe("CLOSED");
});

test("what an expiry serves comes after it in the journal", async () => {
  const entries: JournalEntry[] = [];
  const cleaner = new ScriptedCleaner();
  const { manager, clock } = smallManager({ cleaner, journal: (entry: JournalEntry) => entries.push(entry) });
  manager.tryAllocate("a", 50);
  manager.reserve("a", 50, { ttlMs: 100 });
  cleaner.before = () => {
    clock.now += 100;
    manager.release("a", 45);
  };
  expect(await manager.allocateTokens("a", 95)).toBe(95);
  expect(replayJournal(entries)[0]!.accounts.a).toMatchObject({ used: 100, reserved: 0, peak: 100 });
});

test("a closed budget leaves nothing in a replay", async () => {
  const entries: JournalEntry[] = [];
  const { manager } = await busyManager({ journal: (entry: JournalEntry) => entries.push(entry) });
  await manager.close();
  expect(replayJournal(entries)).toEqual([]);
});

test("a journal that is broken names the entry", async () => {
  const lines: string[] = [];
  await busyManager({ journal: jsonLines((line) => lines.push(line)) });
  const entry = (journal: readonly string[]) => {
    try {
      replayJournal(journal);
    } catch (error) {
      return (error as { code: string; data: { entry: number } }).data.entry;
    }
    return undefined;
  };
  expect(entry(lines)).toBeUndefined();
  expect(entry([...lines.slice(0, 2), "{", ...lines.slice(3)])).toBe(2);
  expect(entry(lines.slice(1))).toBe(0);
  expect(entry([...lines.slice(0, 2), lines[2]!.replace('"v":1', '"v":2')])).toBe(2);
  expect(entry([...lines.slice(0, 2), lines[2]!.replace(/"n":\d+/, '"n":"7"')])).toBe(2);
  expect(entry([...lines.slice(0, 2), lines[2]!.replace(/"t":\d+/, '"t":null')])).toBe(2);
  expect(replayJournal(lines.join(""))).toEqual(replayJournal(lines));
  expect(() => replayJournal(5 as never)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
  const doubled = lines.map((line) => line.replace('"n":80', '"n":200'));
  expect(entry(doubled)).toBe(2);
});
