import fc from "fast-check";
import { expect, test } from "vitest";
import { type JournalEntry, TokenBudgetError } from "../../src/index.ts";
import { runs } from "../support/runs.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { smallManager, text } from "../support/small-manager.ts";

const caller = fc.record({
  component: fc.constantFrom("a", "b"),
  tokens: fc.integer({ min: 1, max: 70 }),
  does: fc.constantFrom("allocate", "put", "reserve", "tryAllocate"),
  aborts: fc.boolean(),
  givesBack: fc.boolean(),
});

/** Each asks for another number of tokens, so that the journal says whose a grant is. */
const callers = fc.uniqueArray(caller, { minLength: 2, maxLength: 9, size: "max", selector: ({ tokens }) => tokens });

test("whatever the order of steps: no double grant, order kept, nothing booked for who left, one cleanup at a time", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), callers, async (scheduler, list) => {
      const cleaner = new ScriptedCleaner();
      cleaner.pause = () => scheduler.schedule(Promise.resolve(), "cleaner");
      const journal: JournalEntry[] = [];
      const { manager, used } = smallManager({
        cleaner,
        proactiveCleanup: true,
        journal: (entry) => journal.push(entry),
      });
      for (const component of ["a", "b"]) {
        await manager.putBatch(component, [{ text: text(30) }, { text: text(30) }, { text: text(20) }]);
      }
      let asked = 0;
      /** Who asked when, by tokens, of those who may wait. */
      const askedAt = new Map<number, number>();
      const plain: Record<string, number> = { a: 0, b: 0 };
      const reserved: Record<string, number> = { a: 0, b: 0 };
      const check = () => {
        const report = manager.getUtilizationReport();
        for (const id of ["a", "b"]) {
          const items = manager.items(id).reduce((sum, { tokens }) => sum + tokens, 0);
          expect(report.components[id]).toMatchObject({ used: plain[id]! + items, reserved: reserved[id] });
          expect(report.components[id]!.available).toBeGreaterThanOrEqual(0);
        }
      };
      const run = async ({ component, tokens, does, aborts, givesBack }: (typeof list)[number], name: string) => {
        await scheduler.schedule(Promise.resolve(), `${name} asks`);
        const controller = new AbortController();
        asked += 1;
        if (does !== "tryAllocate") askedAt.set(tokens, asked);
        if (aborts) void scheduler.schedule(Promise.resolve(), `${name} leaves`).then(() => controller.abort());
        const options = { signal: controller.signal };
        if (does === "tryAllocate") {
          plain[component]! += manager.tryAllocate(component, tokens);
          return;
        }
        try {
          if (does === "put") await manager.put(component, { text: text(tokens) }, options);
          if (does === "allocate") {
            // The booking and this note are in one turn, so that check() sees both or none.
            await manager.allocateTokens(component, tokens, options);
            plain[component]! += tokens;
          }
          if (does === "reserve") {
            await manager.reserveTokens(component, tokens, options);
            reserved[component]! += tokens;
          }
        } catch (error) {
          expect(error).toBeInstanceOf(TokenBudgetError);
          expect(["ABORTED", "BUDGET_EXCEEDED"]).toContain((error as TokenBudgetError).code);
          return;
        }
        if (givesBack && does === "allocate") {
          await scheduler.schedule(Promise.resolve(), `${name} gives back`);
          manager.release(component, tokens);
          plain[component]! -= tokens;
        }
      };
      const all = Promise.all(list.map((each, index) => run(each, `caller ${index}`)));
      await scheduler.waitFor(all);
      // Background runs may still be under way.
      await scheduler.waitIdle();
      check();
      expect(cleaner.mostAtOnce).toBeLessThanOrEqual(1);
      for (const id of ["a", "b"]) {
        const order = journal.flatMap((entry) =>
          (entry.op === "allocate" || entry.op === "reserve") && entry.c === id ? (askedAt.get(entry.n) ?? []) : [],
        );
        expect(order).toEqual([...order].sort((x, y) => x - y));
        expect(manager.getUtilizationReport().components[id]!.waiting).toBe(0);
        expect(used(id)).toBeLessThanOrEqual(100);
      }
      await manager.close();
    }),
    runs("interleavings", 300, 10_000),
  );
}, 900_000);
