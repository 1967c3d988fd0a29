import { expect, test } from "vitest";
import { createTokenBudgetManager, createTokenBudgetManagerSync } from "../../src/index.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";

test("options that are none are typed errors, whether they would be used or not", async () => {
  const { manager } = smallManager({ cleaner: new ScriptedCleaner() });
  const before = JSON.stringify(manager.snapshot());
  const wait = [null, 5, { signal: null }, { signal: {} }, { deadline: "soon" }, { deadline: Number.NaN }];
  for (const options of [...wait, { onShortfall: "wait" }] as never[]) {
    expect(await codeOf(() => manager.allocateTokens("a", 1, options))).toBe("INVALID_ARGUMENT");
    expect(await codeOf(() => manager.reserveTokens("a", 1, options))).toBe("INVALID_ARGUMENT");
    expect(await codeOf(() => manager.put("a", { text: "x" }, options))).toBe("INVALID_ARGUMENT");
    expect(await codeOf(() => manager.putBatch("a", [{ text: "x" }], options))).toBe("INVALID_ARGUMENT");
  }
  for (const options of [{ signal: {} }, { deadline: Number.NaN }, { escalate: 1 }] as never[]) {
    expect(await codeOf(() => manager.cleanupComponent("a", options))).toBe("INVALID_ARGUMENT");
    expect(await codeOf(() => manager.plan("a", 0, options))).toBe("INVALID_ARGUMENT");
  }
  for (const ttlMs of [0, -1, Number.NaN, "7", null] as number[]) {
    expect(await codeOf(() => manager.reserve("a", 1, { ttlMs }))).toBe("INVALID_ARGUMENT");
    expect(await codeOf(() => manager.reserveTokens("a", 1, { ttlMs }))).toBe("INVALID_ARGUMENT");
  }
  for (const tokens of [-1, 0.5, Number.NaN, "7", null] as number[]) {
    expect(await codeOf(() => manager.cleanupComponent("a", { need: tokens }))).toBe("INVALID_TOKENS");
    expect(await codeOf(() => manager.cleanupComponent("a", { goal: tokens }))).toBe("INVALID_TOKENS");
    expect(await codeOf(() => manager.plan("a", tokens))).toBe("INVALID_TOKENS");
  }
  for (const options of [null, 5] as never[]) {
    expect(await codeOf(() => manager.cleanupComponent("a", options))).toBe("INVALID_ARGUMENT");
    expect(await codeOf(() => manager.plan("a", 0, options))).toBe("INVALID_ARGUMENT");
    expect(await codeOf(() => manager.search("x", options))).toBe("INVALID_ARGUMENT");
    expect(await codeOf(() => manager.reserve("a", 1, options))).toBe("INVALID_ARGUMENT");
    expect(await codeOf(() => manager.child("a", options))).toBe("INVALID_ARGUMENT");
    expect(await codeOf(() => manager.putBatch("a", options))).toBe("INVALID_ARGUMENT");
  }
  expect(await codeOf(() => manager.child("a", { share: "1" as never }))).toBe("INVALID_ARGUMENT");
  expect(await codeOf(() => manager.on("constructor" as never, () => {}))).toBe("INVALID_ARGUMENT");
  expect(await codeOf(() => manager.on("denied", 5 as never))).toBe("INVALID_ARGUMENT");
  expect(JSON.stringify(manager.snapshot())).toBe(before);
});

test("a cleanup for more than the component can ever have is refused before anything is cleaned", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used } = smallManager({ cleaner });
  await manager.put("a", { text: text(60) });
  expect(await codeOf(() => manager.cleanupComponent("a", { need: 101 }))).toBe("BUDGET_EXCEEDED");
  expect(await codeOf(() => manager.plan("a", 101))).toBe("BUDGET_EXCEEDED");
  expect([used("a"), cleaner.requests.length]).toEqual([60, 0]);
  expect((await manager.cleanupComponent("a", { need: 100 })).freed).toBe(60);
});

test("no options and no total are typed errors", async () => {
  for (const options of [undefined, null, 200_000] as never[]) {
    expect(await codeOf(() => createTokenBudgetManager(options))).toBe("INVALID_ARGUMENT");
    expect(await codeOf(() => createTokenBudgetManagerSync(options))).toBe("INVALID_ARGUMENT");
  }
  for (const total of [null, undefined, -1, { contextWindow: 5 }, { contextWindow: 5, reserveOutput: 6 }] as never[]) {
    expect(await codeOf(() => createTokenBudgetManager({ total }))).toBe("INVALID_TOKENS");
  }
  expect(await codeOf(() => createTokenBudgetManager({ total: { model: null as never } }))).toBe("UNKNOWN_MODEL");
});
