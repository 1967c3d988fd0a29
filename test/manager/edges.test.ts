// Edges that a change of one word in the sources would move, and no other test would see.
import { expect, test, vi } from "vitest";
import { createTokenBudgetManagerSync, formatReport, listModels, replayJournal } from "../../src/index.ts";
import { heldCounter } from "../support/held-counter.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";

test("a put that was outrun needs no room", async () => {
  const { countTokens, answer } = heldCounter();
  const cleaner = new ScriptedCleaner();
  const { manager } = smallManager({ countTokens, cleaner });
  manager.tryAllocate("a", 85);
  const first = manager.put("a", { id: "one", text: "A".repeat(90) });
  await manager.put("a", { id: "one", text: text(10) });
  answer("A".repeat(90));
  expect([(await first).text, manager.currentUsage.a, cleaner.requests.length]).toEqual([text(10), 95, 0]);
});

test("of puts of one id that overlap in two components, the first to be counted stays", async () => {
  const { countTokens, answer } = heldCounter();
  const { manager } = smallManager({ countTokens });
  const late = codeOf(() => manager.put("a", { id: "one", text: "LATE" }));
  const batch = codeOf(() => manager.putBatch("a", [{ text: "x" }, { id: "one", text: "B" }]));
  await manager.put("b", { id: "one", text: text(9) });
  answer("LATE");
  answer("B");
  expect([await late, await batch]).toEqual(["INVALID_ARGUMENT", "INVALID_ARGUMENT"]);
  expect([manager.items().length, manager.get("one")?.component, manager.currentUsage.a]).toEqual([1, "b", 0]);
});

test("an id that two calls have given stays theirs when one of them leaves", async () => {
  const { countTokens, answer } = heldCounter();
  const { manager } = smallManager({ countTokens });
  const caller = new AbortController();
  const left = codeOf(() => manager.put("a", { id: "i2", text: "LEAVES" }, { signal: caller.signal }));
  const stays = manager.put("a", { id: "i2", text: "STAYS" });
  caller.abort();
  expect(await left).toBe("ABORTED");
  const made = await manager.put("a", { text: "x" });
  answer("STAYS");
  expect((await stays).id).toBe("i2");
  expect([made.id, made.sequence, manager.items("a").length]).toEqual(["i2'", 2, 2]);
});

test("a cleanup is told of the new messages that wait for it, and of nothing else", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager } = smallManager({ cleaner });
  const arriving = async (put: () => Promise<unknown>) => {
    const before = cleaner.requests.length;
    await put();
    return cleaner.requests[before]?.arriving;
  };
  const full = (id: string) => manager.put("a", { id, text: text(60) });
  await full("one");
  expect(await arriving(() => manager.put("a", { id: "two", text: text(60), kind: "message" }))).toBe(1);
  expect(await arriving(() => manager.put("a", { id: "three", text: text(60), kind: "document" }))).toBe(0);
  expect(await arriving(() => manager.put("a", { id: "four", text: text(60) }))).toBe(0);
  manager.tryAllocate("a", 40);
  expect(await arriving(() => codeOf(() => manager.put("a", { id: "four", text: text(61), kind: "message" })))).toBe(0);
});

test("a model's total is never more than its largest input", () => {
  const model = listModels().find(
    ({ maxInput, contextWindow }) => maxInput !== null && maxInput < (contextWindow ?? 0),
  )!;
  const total = { model: model.name, reserveOutput: 0 };
  expect(createTokenBudgetManagerSync({ total, cleanup: false }).totalBudget).toBe(model.maxInput);
});

test("a child's share of a cap is whole where the decimal is: .29 of 100 is 29", () => {
  const { manager } = smallManager();
  expect(manager.child("a", { share: 0.29 }).totalBudget).toBe(29);
});

test("after a restore the high edge is that of the cap that was restored", async () => {
  const options = { onShortfall: "borrow", proactiveCleanup: true } as const;
  const { manager } = smallManager(options);
  manager.tryAllocate("a", 100);
  await manager.allocateTokens("a", 40);
  manager.release("a", 140);
  const cleaner = new ScriptedCleaner();
  const other = smallManager({ ...options, cleaner }).manager;
  other.restore(manager.snapshot());
  other.tryAllocate("a", 112);
  await new Promise((resolve) => setTimeout(resolve));
  expect(cleaner.requests.length).toBe(0);
  other.tryAllocate("a", 1);
  await new Promise((resolve) => setTimeout(resolve));
  expect(cleaner.requests.length).toBe(1);
});

test("a budget that is opened twice is a broken entry", () => {
  const open = { op: "open", b: 0, t: 0, windowMs: 1, caps: { a: 1 } } as const;
  expect(() => replayJournal([open, open])).toThrow(
    expect.objectContaining({ code: "BAD_JOURNAL", data: { entry: 1 } }),
  );
});

test("one point is enough for what is feasible to meet the target", () => {
  const { manager } = smallManager({ components: { only: { share: 1, target: [0.5, 0.75] } } });
  expect(manager.getUtilizationReport()).toMatchObject({ feasibleOverall: [50, 75], feasibleTarget: [75, 75] });
});

test("NO_COLOR is stronger than FORCE_COLOR, and empty it is not there", () => {
  const { manager } = smallManager();
  const coloured = (env: Record<string, string>) => {
    vi.stubEnv("NO_COLOR", undefined);
    vi.stubEnv("FORCE_COLOR", undefined);
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    return formatReport(manager.getUtilizationReport()).includes("\u001b[");
  };
  try {
    expect(coloured({ FORCE_COLOR: "1" })).toBe(true);
    expect(coloured({ FORCE_COLOR: "1", NO_COLOR: "1" })).toBe(false);
    expect(coloured({ FORCE_COLOR: "1", NO_COLOR: "" })).toBe(true);
    expect(coloured({ FORCE_COLOR: "0" })).toBe(false);
  } finally {
    vi.unstubAllEnvs();
  }
});
