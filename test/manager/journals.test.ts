import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonLines, replayJournal } from "../../src/index.ts";
import { expectReplayed } from "../support/expect-replayed.ts";
import { runs } from "../support/runs.ts";
import { smallManager } from "../support/small-manager.ts";

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
