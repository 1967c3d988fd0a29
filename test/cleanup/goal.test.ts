import { expect, test } from "vitest";
import { createCleaner } from "../../src/cleanup/cleaner.ts";
import { createInlineCleanup } from "../../src/cleanup/inline-cleanup.ts";
import { archiveInteractions } from "../../src/cleanup/strategies/archive-interactions.ts";
import { compressInactive } from "../../src/cleanup/strategies/compress-inactive.ts";
import { removeDebugInfo } from "../../src/cleanup/strategies/remove-debug-info.ts";
import type { AnyStrategy, FunctionStrategy } from "../../src/cleanup/strategy.ts";
import { createFakeArchive, createFakeHost, request, text } from "./fake-host.ts";

const hour = 3_600_000;

function cleanerWith(strategies: readonly AnyStrategy[], keepRecent = 0) {
  return createCleaner({
    archive: createFakeArchive(),
    executor: createInlineCleanup(),
    namespace: "test",
    strategies: { a: strategies },
    keepRecent,
  });
}

/** Archives items whose id begins with `prefix`, once they are an hour old. */
const archiving = (name: string, prefix: string): FunctionStrategy => ({
  name,
  run: (view) =>
    view.editable
      .filter((item) => item.id.startsWith(prefix) && view.olderThan(item, hour))
      .map(({ id }) => ({ type: "archive", id })),
});

test("a caller's strategy may take the methods of its view apart", async () => {
  const { host, put, state } = createFakeHost({ a: 1_000 });
  put("a", { id: "pinned", text: text("pinned", 10), createdAt: -hour, pinned: true });
  put("a", { id: "old", text: text("old", 10), createdAt: -hour });
  put("a", { id: "young", text: text("young", 10), createdAt: 0 });
  const apart: FunctionStrategy = {
    name: "apart",
    run: ({ items, editable, mayEdit, mayRemove, members, olderThan, unusedFor }) => {
      expect(items.filter(mayEdit)).toEqual(editable.toSorted((a, b) => a.sequence - b.sequence));
      return items
        .filter((item) => mayRemove(item) && members(item)[0] === item && olderThan(item, hour) && unusedFor(item, 0))
        .map(({ id }) => ({ type: "archive", id }));
    },
  };
  await cleanerWith([apart]).clean(request("a", { goal: 1_000 }), host);
  expect(state.log).toEqual(["apart remove old"]);
});

test("strategies run in their order and stop at the goal, oldest first", async () => {
  const { host, put, state } = createFakeHost({ a: 1_000 });
  for (const id of ["x1", "x2", "y1", "y2"]) put("a", { id, text: text(id, 10), createdAt: -hour });
  const report = await cleanerWith([archiving("y", "y"), archiving("x", "x")]).clean(request("a", { goal: 25 }), host);
  expect(state.log).toEqual(["y remove y1", "y remove y2", "x remove x1"]);
  expect(report).toMatchObject({ freed: 30, goal: 25, escalated: false });
  expect(report.left).toBeUndefined();
});

test("with a need that is unmet, age gates are ignored, the least recently used goes first, and no more than needed", async () => {
  const { host, put, state } = createFakeHost({ a: 50 });
  put("a", { id: "x1", text: text("x", 10), createdAt: 0, lastUsedAt: 30 });
  put("a", { id: "x2", text: text("y", 10), createdAt: 0, lastUsedAt: 10 });
  put("a", { id: "x3", text: text("z", 10), createdAt: 0, lastUsedAt: 20 });
  put("a", { id: "x4", text: text("w", 10), createdAt: 0, lastUsedAt: 40, pinned: true });
  state.now = 100;
  const cleaner = cleanerWith([archiving("x", "x")]);
  const calm = await cleaner.clean(request("a", { need: 25, goal: 40, escalate: false }), host);
  expect(calm).toMatchObject({ freed: 0, escalated: false, left: { fixed: 0, pinned: 10, recent: 0, unmatched: 30 } });
  const report = await cleaner.clean(request("a", { need: 25, goal: 40 }), host);
  expect(state.log).toEqual(["x remove x2", "x remove x3"]);
  expect(report).toMatchObject({ freed: 20, escalated: true });
});

test("without a need nothing is escalated", async () => {
  const { host, put } = createFakeHost({ a: 50 });
  put("a", { id: "x1", text: text("x", 10) });
  expect(await cleanerWith([archiving("x", "x")]).clean(request("a", { goal: 10 }), host)).toMatchObject({
    freed: 0,
    escalated: false,
  });
});

test("higher priority stays longer", async () => {
  const { host, put, state } = createFakeHost({ a: 500 });
  for (const [id, priority] of [
    ["x1", 2],
    ["x2", 0],
    ["x3", 1],
  ] as const) {
    put("a", { id, priority, text: text(id, 10), createdAt: -hour });
  }
  await cleanerWith([archiving("x", "x")]).clean(request("a", { goal: 15 }), host);
  expect(state.log).toEqual(["x remove x2", "x remove x3"]);
});

test("a gain below minGain breaks no prompt cache, unless the need asks for it", async () => {
  const setUp = () => {
    const fake = createFakeHost({ a: 30 });
    fake.put("a", { id: "x", text: text("x", 10), createdAt: -hour });
    fake.put("a", { id: "y", text: text("y", 20), createdAt: -hour });
    return fake;
  };
  const strategies = [archiving("x", "x")];
  const proactive = setUp();
  const held = await cleanerWith(strategies).clean(request("a", { goal: 20, minGain: 11 }), proactive.host);
  expect(held).toMatchObject({ freed: 0, strategies: [{ strategy: "x", skipped: "below minGain" }] });
  expect(proactive.state.log).toEqual([]);
  const needed = setUp();
  const done = await cleanerWith(strategies).clean(request("a", { need: 8, goal: 20, minGain: 11 }), needed.host);
  expect(done).toMatchObject({ freed: 10, escalated: false });
  const together = setUp();
  const both = await cleanerWith([...strategies, archiving("y", "y")]).clean(
    request("a", { need: 25, goal: 30, minGain: 21, escalate: false }),
    together.host,
  );
  expect(both).toMatchObject({ freed: 30, escalated: false });
});

test("the last keepRecent messages and their groups stay, escalated or not", async () => {
  const { host, put, ids } = createFakeHost({ a: 60 });
  const message = { kind: "message", role: "assistant" } as const;
  put("a", { ...message, id: "m1", text: text("a", 10) });
  put("a", { id: "c1", kind: "tool_call", group: "g", text: text("b", 10) });
  put("a", { id: "r1", kind: "tool_result", group: "g", text: text("c", 10) });
  put("a", { id: "d1", kind: "document", text: text("d", 10) });
  put("a", { ...message, id: "m2", text: text("e", 10) });
  const report = await cleanerWith([archiveInteractions()], 2).clean(request("a", { need: 60, goal: 60 }), host);
  expect(ids("a")).toEqual(["c1", "r1", "m2"]);
  expect(report.left).toEqual({ fixed: 0, pinned: 0, recent: 30, unmatched: 0 });
});

test("a compaction that frees nothing ends, and is not tried again until the item changes", async () => {
  const { host, put, edit } = createFakeHost({ working_memory: 100_000 });
  let looked = 0;
  const inline = createInlineCleanup();
  const cleaner = createCleaner({
    archive: createFakeArchive(),
    executor: {
      ...inline,
      run: (batch, options) => {
        looked += batch.inputs.length;
        return inline.run(batch, options);
      },
    },
    namespace: "test",
    keepRecent: 0,
    strategies: {
      working_memory: [compressInactive({ overTokens: 10, escalatedOverTokens: 10, keep: 1 }), removeDebugInfo()],
    },
  });
  put("working_memory", { id: "dense", text: text("w", 50) });
  const all = request("working_memory", { need: 99_990, goal: 99_990 });
  const first = await cleaner.clean(all, host);
  expect(first).toMatchObject({ freed: 0, escalated: true, left: { unmatched: 50 } });
  const lookedFirst = looked;
  expect(lookedFirst).toBeGreaterThan(0);
  for (let i = 0; i < 3; i++) expect((await cleaner.clean(all, host)).freed).toBe(0);
  expect(looked).toBe(lookedFirst);
  edit("dense", { text: text("v", 50) });
  await cleaner.clean(all, host);
  expect(looked).toBeGreaterThan(lookedFirst);
});

test("a caller's function may free plain allocations of its own; the ledger says how many", async () => {
  const { host, state } = createFakeHost({ a: 100 });
  state.plain.a = 40;
  const report = await cleanerWith([
    {
      name: "mine",
      run: () => {
        state.plain.a = 15;
        return [];
      },
    },
  ]).clean(request("a"), host);
  expect(report).toMatchObject({ freed: 25, strategies: [{ strategy: "mine", items: 0, freed: 25 }] });
});

test("one strategy's failure is named and does not stop the next", async () => {
  const { host, put } = createFakeHost({ a: 500 });
  put("a", { id: "x", text: text("x", 10), createdAt: -hour });
  const failing: FunctionStrategy = {
    name: "failing",
    run: () => {
      throw new RangeError("a secret from the text");
    },
  };
  const report = await cleanerWith([failing, archiving("x", "x")]).clean(request("a"), host);
  expect(report.strategies).toMatchObject([
    { strategy: "failing", freed: 0, skipped: "RangeError" },
    { strategy: "x", freed: 10 },
  ]);
  expect(JSON.stringify(report)).not.toContain("secret");
});

test.each([
  ["keepRecent", { keepRecent: -1 }],
  ["no list", { strategies: { a: "x" } }],
  ["no name", { strategies: { a: [{ run: () => [] }] } }],
  ["one name twice", { strategies: { a: [archiving("x", "x"), archiving("x", "y")] } }],
])("wrong options are refused: %s", (_, options) => {
  const create = () =>
    createCleaner({
      archive: createFakeArchive(),
      executor: createInlineCleanup(),
      namespace: "test",
      ...(options as object),
    });
  expect(create).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});

test("what was held back is not made again by the next cleanup, and is the same when it is applied", async () => {
  const inline = createInlineCleanup();
  const sent: string[] = [];
  const executor = {
    ...inline,
    run: (batch: Parameters<typeof inline.run>[0]) => {
      sent.push(...batch.inputs.map((input) => (input as { text: string }).text));
      return inline.run(batch);
    },
  };
  const cleaner = (strategies: AnyStrategy[], own = executor) =>
    createCleaner({ archive: createFakeArchive(), executor: own, namespace: "test", strategies: { a: strategies } });
  const { host, put, state } = createFakeHost({ a: 1_000 });
  const log = (id: string) => `${id}\n${"\u001b[31mred\u001b[0m lines and words\n".repeat(8)}`;
  for (const id of ["x1", "x2"]) put("a", { id, kind: "text", text: log(id) });
  const first = cleaner([removeDebugInfo()]);
  const held = await first.clean(request("a", { goal: 900, minGain: 500 }), host);
  expect(held.strategies).toMatchObject([{ strategy: "removeDebugInfo", skipped: "below minGain" }]);
  expect(sent).toEqual([log("x1"), log("x2")]);
  put("a", { id: "x3", kind: "text", text: log("x3") });
  const applied = await first.clean(request("a", { goal: 900 }), host);
  expect(sent.slice(2)).toEqual([log("x3")]);
  expect(applied.strategies).toMatchObject([{ strategy: "removeDebugInfo", items: 3 }]);
  const made = state.log.slice();

  const fresh = createFakeHost({ a: 1_000 });
  for (const id of ["x1", "x2", "x3"]) fresh.put("a", { id, kind: "text", text: log(id) });
  const again = await cleaner([removeDebugInfo()], inline).clean(request("a", { goal: 900 }), fresh.host);
  expect(applied.strategies[0]!.edits).toEqual(again.strategies[0]!.edits);
  expect(made).toEqual(fresh.state.log);
});
