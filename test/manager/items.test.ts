import { expect, test } from "vitest";
import { createTokenBudgetManager } from "../../src/index.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";

test("put counts with the tokenizer of the model that the total names", async () => {
  const manager = await createTokenBudgetManager({ total: "gpt-4o", now: () => 7 });
  const item = await manager.put("interaction_buffer", { text: "hello world", kind: "message", role: "user" });
  expect(item).toEqual({
    id: "i0",
    component: "interaction_buffer",
    kind: "message",
    role: "user",
    text: "hello world",
    tokens: 2,
    createdAt: 7,
    lastUsedAt: 7,
    pinned: false,
    priority: 0,
    version: 1,
    sequence: 0,
  });
  expect(manager.tryPut("interaction_buffer", { text: "goodbye" })?.tokens).toBe(2);
  const batch = await manager.putBatch("interaction_buffer", [{ text: "hello world" }, { text: "" }]);
  expect(batch.map(({ tokens }) => tokens)).toEqual([2, 0]);
  expect(manager.currentUsage.interaction_buffer).toBe(6);
  await manager.close();
});

test("a model without a public tokenizer needs a counter of the caller's", async () => {
  const manager = await createTokenBudgetManager({ total: "claude-3-5-sonnet-20241022" });
  expect(await codeOf(() => manager.put("working_memory", { text: "x" }))).toBe("NO_PUBLIC_ENCODING");
  const own = await createTokenBudgetManager({ total: "claude-3-5-sonnet-20241022", countTokens: (t) => t.length });
  expect((await own.put("working_memory", { text: "four" })).tokens).toBe(4);
});

test("an estimate is booked at its high edge, and keeps its bounds", async () => {
  const { manager, used } = smallManager({ countTokens: ({ length }) => ({ low: length, high: 2 * length }) });
  const item = await manager.put("a", { text: text(20) });
  expect(item).toMatchObject({ tokens: 40, estimate: { low: 20, high: 40 } });
  expect(used("a")).toBe(40);
});

test("a report has the bounds of what is estimated, whatever becomes of the items", async () => {
  const cleaner = new ScriptedCleaner();
  const countTokens = (counted: string) => ({ low: counted.length / 2, high: counted.length });
  const { manager, row } = smallManager({ countTokens, cleaner });
  manager.tryAllocate("a", 10);
  expect(row("a")).not.toHaveProperty("estimate");
  await manager.put("a", { id: "one", text: text(40) });
  await manager.put("a", { id: "two", text: text(20) });
  await manager.put("b", { id: "three", text: text(10) });
  expect(row("a")).toMatchObject({ used: 70, estimate: { low: 40, high: 70 } });
  expect(manager.getUtilizationReport().total).toMatchObject({ used: 80, estimate: { low: 45, high: 80 } });
  await manager.put("a", { id: "one", text: text(4) });
  manager.pin("two");
  expect(row("a").estimate).toEqual({ low: 22, high: 34 });
  const other = smallManager({ countTokens });
  other.manager.restore(JSON.parse(JSON.stringify(manager.snapshot())));
  expect(other.row("a").estimate).toEqual({ low: 22, high: 34 });
  await manager.cleanupComponent("a", { goal: 1 });
  expect(row("a").estimate).toEqual({ low: 20, high: 30 });
  manager.remove("two");
  expect(row("a")).not.toHaveProperty("estimate");
});

test("an asynchronous counter is asked before the step; tryPut throws", async () => {
  let calls = 0;
  const countTokens = async (each: string) => {
    calls += 1;
    await new Promise((resolve) => setTimeout(resolve, each.length === 1 ? 5 : 0));
    return each.length;
  };
  const { manager } = smallManager({ countTokens });
  await Promise.all([manager.put("a", { id: "slow", text: "x" }), manager.put("a", { id: "quick", text: "xx" })]);
  expect(manager.items("a").map(({ id }) => id)).toEqual(["slow", "quick"]);
  expect(await codeOf(() => manager.tryPut("a", { text: "xx" }))).toBe("ASYNC_COUNTER");
  expect(calls).toBe(3);
});

test.each([-1, 1.5, Number.NaN, "3", null, { low: 2, high: 1 }, { low: 0 }])(
  "a counter that gives %j is refused",
  async (count) => {
    const { manager, used } = smallManager({ countTokens: () => count as number });
    expect(await codeOf(() => manager.put("a", { text: "x" }))).toBe("INVALID_TOKENS");
    expect(await codeOf(() => manager.tryPut("a", { text: "x" }))).toBe("INVALID_TOKENS");
    expect(used("a")).toBe(0);
  },
);

test("put with an id that is there replaces in place and books the difference", async () => {
  const { manager, used } = smallManager();
  await manager.putBatch("a", [
    { id: "one", text: text(30) },
    { id: "two", text: text(30) },
  ]);
  const item = await manager.put("a", { id: "one", text: text(50) });
  expect(item).toMatchObject({ version: 2, sequence: 0, tokens: 50 });
  expect(used("a")).toBe(80);
  manager.tryPut("a", { id: "one", text: text(10) });
  expect(used("a")).toBe(40);
  expect(manager.items("a").map(({ id, version }) => [id, version])).toEqual([
    ["one", 3],
    ["two", 1],
  ]);
  expect(await codeOf(() => manager.put("b", { id: "one", text: "x" }))).toBe("INVALID_ARGUMENT");
});

test("a batch is kept whole or not at all", async () => {
  const { manager, used } = smallManager();
  expect(await codeOf(() => manager.putBatch("a", [{ text: text(60) }, { text: text(60) }]))).toBe("BUDGET_EXCEEDED");
  expect([used("a"), manager.items().length]).toEqual([0, 0]);
  const twins = [
    { id: "x", text: "1" },
    { id: "x", text: "2" },
  ];
  expect(await codeOf(() => manager.putBatch("a", twins))).toBe("INVALID_ARGUMENT");
  expect(await manager.putBatch("a", [])).toEqual([]);
});

test("remove, touch, pin, get, items", async () => {
  const { manager, clock, used } = smallManager();
  await manager.put("b", { id: "late", text: text(5) });
  const early = await manager.put("a", { id: "early", text: text(10), group: "g", metadata: { source: "test" } });
  clock.now += 50;
  expect(manager.touch("early")).toEqual({ ...early, lastUsedAt: clock.now });
  expect(manager.pin("early").pinned).toBe(true);
  expect(manager.pin("early", false).pinned).toBe(false);
  expect(manager.get("early")?.version).toBe(1);
  expect(manager.items().map(({ id }) => id)).toEqual(["late", "early"]);
  expect(manager.remove("early").id).toBe("early");
  expect([used("a"), manager.get("early")]).toEqual([0, undefined]);
  for (const step of [() => manager.remove("early"), () => manager.touch("early"), () => manager.pin("early")]) {
    expect(await codeOf(step)).toBe("UNKNOWN_ITEM");
  }
});

test("items of a component that is none, or of a closed manager, are an error, with items and without", async () => {
  const { manager } = smallManager();
  expect(await codeOf(() => manager.items("none"))).toBe("UNKNOWN_COMPONENT");
  await manager.put("a", { text: "x" });
  expect(await codeOf(() => manager.items("none"))).toBe("UNKNOWN_COMPONENT");
  await manager.close();
  expect([await codeOf(() => manager.items("a")), await codeOf(() => manager.items())]).toEqual(["CLOSED", "CLOSED"]);
});

test("plain release can't take the tokens of items", async () => {
  const { manager, used } = smallManager();
  await manager.put("a", { text: text(40) });
  manager.tryAllocate("a", 10);
  expect(await codeOf(() => manager.release("a", 11))).toBe("INVALID_TOKENS");
  manager.release("a", 10);
  expect(used("a")).toBe(40);
});

test("wrong items are refused and nothing is kept", async () => {
  const { manager, used } = smallManager();
  const wrong = [
    [null, "INVALID_ARGUMENT"],
    [{}, "INVALID_TEXT"],
    [{ text: 5 }, "INVALID_TEXT"],
    [{ text: "x", kind: "novel" }, "INVALID_ARGUMENT"],
    [{ text: "x", id: "" }, "INVALID_ARGUMENT"],
    [{ text: "x", id: 5 }, "INVALID_ARGUMENT"],
    [{ text: "x", createdAt: Number.NaN }, "INVALID_ARGUMENT"],
    [{ text: "x", priority: "high" }, "INVALID_ARGUMENT"],
    [{ text: "x", role: 5 }, "INVALID_ARGUMENT"],
    [{ text: "x", group: null }, "INVALID_ARGUMENT"],
    [{ text: "x", taskState: "done" }, "INVALID_ARGUMENT"],
    [{ text: "x", agentState: "completed" }, "INVALID_ARGUMENT"],
    [{ text: "x", pinned: "yes" }, "INVALID_ARGUMENT"],
    [{ text: "x", metadata: "m" }, "INVALID_ARGUMENT"],
  ] as const;
  for (const [item, code] of wrong) {
    expect(await codeOf(() => manager.put("a", item as never))).toBe(code);
    expect(await codeOf(() => manager.tryPut("a", item as never))).toBe(code);
    expect(await codeOf(() => manager.putBatch("a", [{ text: "good" }, item as never]))).toBe(code);
  }
  expect([used("a"), manager.items().length]).toEqual([0, 0]);
});

test("a time or a pin that is none leaves an item as it was", async () => {
  const { manager } = smallManager();
  const item = await manager.put("a", { id: "one", text: "x" });
  for (const at of [Number.NaN, "now", null, 5n] as number[]) {
    expect(await codeOf(() => manager.touch("one", at))).toBe("INVALID_ARGUMENT");
  }
  for (const pinned of ["yes", 1, null] as never[]) {
    expect(await codeOf(() => manager.pin("one", pinned))).toBe("INVALID_ARGUMENT");
  }
  expect(manager.get("one")).toEqual(item);
});

test("a caller who has left is told before a text is counted", async () => {
  let asked = 0;
  const { manager } = smallManager({ countTokens: async ({ length }) => length + 0 * ++asked });
  const options = { signal: AbortSignal.abort() };
  expect(await codeOf(() => manager.put("a", { text: "x" }, options))).toBe("ABORTED");
  expect(await codeOf(() => manager.putBatch("a", [{ text: "x" }], options))).toBe("ABORTED");
  expect(asked).toBe(0);
});

test("ids of any spelling are names only", async () => {
  const { manager } = smallManager();
  for (const id of ["__proto__", "constructor", "i0"]) await manager.put("a", { id, text: "x" });
  await manager.put("a", { text: "y" });
  await manager.put("a", { text: "z" });
  expect(new Set(manager.items().map(({ id }) => id)).size).toBe(5);
  expect(manager.get("toString")).toBeUndefined();
});

test("recall books an original's tokens first and puts it back where it was", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used, clock } = smallManager({ cleaner });
  const archived: unknown[] = [];
  manager.on("archived", (event) => archived.push(event));
  for (const id of ["one", "two", "three"]) {
    await manager.put("a", { id, text: text(20), kind: "document" });
    clock.now += 1;
  }
  const report = await manager.cleanupComponent("a", { goal: 20 });
  const ref = report.strategies[0]!.refs[0]!;
  expect(archived).toEqual([{ at: clock.now, component: "a", strategy: "removeOldest", refs: [ref], freed: 20 }]);
  expect([used("a"), manager.items("a").length]).toEqual([40, 2]);
  manager.tryAllocate("a", 41);
  const item = await manager.recall(ref);
  expect(item).toMatchObject({ id: "one", kind: "document", text: text(20), lastUsedAt: clock.now });
  const before = [used("a"), manager.items("a").length];
  clock.now += 1;
  // There is no second copy of what is there in full.
  expect(await manager.recall(ref)).toMatchObject({ id: "one", version: item.version, lastUsedAt: clock.now });
  expect([used("a"), manager.items("a").length]).toEqual(before);
  expect(await codeOf(() => manager.recall("nothing"))).toBe("UNKNOWN_REF");
  expect(await codeOf(() => smallManager().manager.recall(ref))).toBe("UNKNOWN_REF");
});

test("what is recalled never takes the place of an item that was put while it waited for room", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used } = smallManager({ cleaner });
  await manager.put("a", { id: "one", text: text(30) });
  const [ref] = (await manager.cleanupComponent("a", { goal: 30 })).strategies[0]!.refs;
  await manager.put("a", { id: "big", text: text(80), pinned: true });
  let go = () => {};
  cleaner.before = () =>
    new Promise<void>((_, reject) => {
      go = () => reject(new Error("nothing is to be cleaned"));
    });
  const recalled = manager.recall(ref!);
  await new Promise((resolve) => setTimeout(resolve));
  manager.tryPut("a", { id: "one", text: text(3) });
  manager.remove("big");
  go();
  expect(await recalled).toMatchObject({ text: text(30), version: 1 });
  expect([manager.get("one")?.text, used("a"), manager.items("a").length]).toEqual([text(3), 33, 2]);
});

test("a batch of more tokens than there can be is refused, also where 32 bits of them would fit", async () => {
  const counts: Record<string, number> = { most: 2 ** 31 - 1, rest: 7 };
  const { manager, used } = smallManager({ countTokens: (name) => counts[name]! });
  const items = [{ text: "most" }, { text: "most" }, { text: "rest" }];
  await expect(manager.putBatch("a", items)).rejects.toMatchObject({
    code: "BUDGET_EXCEEDED",
    data: { requested: 2 ** 32 + 5, available: 100 },
  });
  expect([used("a"), manager.items().length]).toEqual([0, 0]);
});

test("of puts that overlap, the last call's text stays, whichever is counted first", async () => {
  const answers: (() => void)[] = [];
  const countTokens = ({ length }: string) => new Promise<number>((resolve) => answers.push(() => resolve(length)));
  const { manager, used } = smallManager({ countTokens });
  const first = manager.put("a", { id: "one", text: text(9) });
  const second = manager.put("a", { id: "one", text: text(20) });
  const third = manager.putBatch("a", [{ id: "one", text: text(5) }, { text: text(1) }]);
  for (const index of [1, 2, 3]) answers[index]!();
  await Promise.all([second, third]);
  answers[0]!();
  expect((await first).text).toBe(text(5));
  expect([manager.get("one")?.text, used("a")]).toEqual([text(5), 6]);
});

test("what is recalled keeps the order of arrival", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager } = smallManager({ cleaner });
  for (const id of ["one", "two", "three"]) await manager.put("a", { id, text: text(10) });
  const { strategies } = await manager.cleanupComponent("a", { goal: 15 });
  for (const ref of strategies[0]!.refs) await manager.recall(ref);
  expect(manager.items("a").map(({ id }) => id)).toEqual(["one", "two", "three"]);
});
