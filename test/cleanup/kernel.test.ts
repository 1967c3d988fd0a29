import { expect, test } from "vitest";
import { createCleaner } from "../../src/cleanup/cleaner.ts";
import { createInlineCleanup } from "../../src/cleanup/inline-cleanup.ts";
import type { AnyStrategy, FunctionStrategy } from "../../src/cleanup/strategy.ts";
import { createFakeArchive, createFakeHost, request, text } from "./fake-host.ts";

/** A cleaner with one strategy for component `a`. */
function cleanerWith(run: FunctionStrategy["run"] | AnyStrategy[], options: { keepRecent?: number } = {}) {
  const archive = createFakeArchive();
  const strategies = typeof run === "function" ? [{ name: "mine", run }] : run;
  const cleaner = createCleaner({
    archive,
    executor: createInlineCleanup(),
    namespace: "test",
    strategies: { a: strategies },
    keepRecent: 0,
    ...options,
  });
  return { archive, cleaner };
}

test("an archived item leaves, its tokens return, and its original is in the archive", async () => {
  const { host, put, ids, used } = createFakeHost();
  put("a", { id: "x", text: "one two three", metadata: { page: 7 } });
  put("a", { id: "y", text: "four" });
  const { archive, cleaner } = cleanerWith(() => [{ type: "archive", id: "x" }]);
  const report = await cleaner.clean(request("a", { goal: 2 }), host);
  expect(ids("a")).toEqual(["y"]);
  expect(used("a")).toBe(1);
  expect(report).toMatchObject({ component: "a", freed: 3, escalated: false });
  expect(report.strategies).toMatchObject([
    {
      strategy: "mine",
      items: 1,
      freed: 3,
      loss: "recoverable",
      edits: [{ id: "x", component: "a", type: "remove", tokensBefore: 3, tokensAfter: 0 }],
    },
  ]);
  const ref = report.strategies[0]!.refs[0]!;
  expect(await cleaner.original(ref)).toMatchObject({
    text: "one two three",
    tokens: 3,
    item: { id: "x", metadata: { page: 7 }, sequence: 0 },
  });
  expect(archive.texts()).toEqual(["one two three"]);
});

test("a replaced item stays in its place with the reference of its original", async () => {
  const { host, put, ids } = createFakeHost();
  for (const id of ["x", "y", "z"]) put("a", { id, text: text(id, 10) });
  const { cleaner } = cleanerWith(() => [{ type: "replace", id: "y", text: "short", as: "summary" }]);
  await cleaner.clean(request("a"), host);
  expect(ids("a")).toEqual(["x", "y", "z"]);
  expect(host.item("y")).toMatchObject({ text: "short", tokens: 1, edited: "summary", version: 2 });
  expect((await cleaner.original(host.item("y")!.ref!))!.text).toBe(text("y", 10));
});

test("edits that free nothing or grow an item are left out, and the others are applied", async () => {
  const { host, put, state } = createFakeHost();
  for (const id of ["x", "y", "z"]) put("a", { id, text: text(id, 3) });
  const { cleaner, archive } = cleanerWith(() => [
    { type: "replace", id: "x", text: "a b c d", as: "summary" },
    { type: "replace", id: "y", text: "a b c", as: "summary" },
    { type: "replace", id: "z", text: "a b", as: "summary" },
  ]);
  const report = await cleaner.clean(request("a"), host);
  expect(state.log).toEqual(["mine replace z"]);
  expect(report.freed).toBe(1);
  expect(archive.texts()).toEqual([text("z", 3)]);
});

test.each([
  ["a pinned item", { pinned: true }, "x"],
  ["an unknown item", {}, "nowhere"],
])("a strategy that edits %s has none of its edits applied", async (_, change, id) => {
  const { host, put, state } = createFakeHost();
  put("a", { id: "first", text: text("f", 5) });
  put("a", { id: "x", text: text("x", 5), ...change });
  const { cleaner, archive } = cleanerWith(() => [
    { type: "archive", id: "first" },
    { type: "archive", id },
  ]);
  const report = await cleaner.clean(request("a"), host);
  expect(report.strategies).toMatchObject([{ strategy: "mine", items: 0, freed: 0, skipped: "BAD_EDIT" }]);
  expect(state.log).toEqual([]);
  expect(archive.texts()).toEqual([]);
});

test("a fixed component is never cleaned, nor an item of a group that reaches into one", async () => {
  const { host, put, state } = createFakeHost({ a: 100, b: 100 }, { fixed: ["b"] });
  put("a", { id: "call", kind: "tool_call", group: "g", text: text("c", 5) });
  put("b", { id: "result", kind: "tool_result", group: "g", text: text("r", 5) });
  const { cleaner } = cleanerWith(() => [{ type: "archive", id: "call" }]);
  await cleaner.clean(request("a"), host);
  expect((await cleaner.clean(request("b"), host)).left).toEqual({ fixed: 5, pinned: 0, recent: 0, unmatched: 0 });
  expect(state.log).toEqual([]);
});

test("a call leaves with its result in another component, whose tokens return there", async () => {
  const { host, put, used } = createFakeHost();
  put("a", { id: "call", kind: "tool_call", group: "g", text: text("c", 5) });
  put("b", { id: "result", kind: "tool_result", group: "g", text: text("r", 7) });
  const { cleaner, archive } = cleanerWith(() => [{ type: "archive", id: "call" }]);
  const report = await cleaner.clean(request("a"), host);
  expect([used("a"), used("b")]).toEqual([0, 0]);
  expect(report.freed).toBe(5);
  expect(report.strategies[0]!.items).toBe(2);
  expect(archive.texts()).toEqual([text("c", 5), text("r", 7)]);
});

test("a result whose call stays is stubbed in its place", async () => {
  const { host, put, ids } = createFakeHost();
  put("b", { id: "call", kind: "tool_call", group: "g", text: text("c", 5) });
  put("a", { id: "result", kind: "tool_result", group: "g", text: text("r", 50) });
  const { cleaner } = cleanerWith(() => [{ type: "archive", id: "result" }]);
  await cleaner.clean(request("a"), host);
  expect(ids("a")).toEqual(["result"]);
  expect(host.item("result")).toMatchObject({ edited: "stub", text: "[tool_result archived, 50 tokens]", tokens: 4 });
});

test("a call without its result yet stays, and so does a result without a group", async () => {
  const { host, put, ids } = createFakeHost();
  put("a", { id: "open", kind: "tool_call", group: "g", text: text("c", 5) });
  put("a", { id: "lone", kind: "tool_result", text: text("r", 50) });
  const { cleaner } = cleanerWith((view) => view.items.map(({ id }) => ({ type: "archive", id })));
  await cleaner.clean(request("a"), host);
  expect(ids("a")).toEqual(["open", "lone"]);
  expect(host.item("open")!.edited).toBeUndefined();
  expect(host.item("lone")!.edited).toBe("stub");
});

test("a call's arguments may only be written shorter", async () => {
  const { host, put } = createFakeHost();
  put("a", { id: "call", kind: "tool_call", group: "g", text: '{ "q": 1 }' });
  put("a", { id: "result", kind: "tool_result", group: "g", text: "done" });
  const replaceWith = (text: string) =>
    cleanerWith(() => [{ type: "replace", id: "call", text, as: "lossless" }]).cleaner.clean(request("a"), host);
  expect((await replaceWith('{"q":2}')).strategies[0]!.skipped).toBe("BAD_EDIT");
  expect((await replaceWith('{"q":1}')).strategies[0]!.freed).toBe(3);
});

test("an item changed while the strategy worked keeps its new text, and the other edits are applied", async () => {
  const { host, put, edit } = createFakeHost();
  for (const id of ["x", "y"]) put("a", { id, text: text(id, 5) });
  const { cleaner } = cleanerWith(async (view) => {
    edit("x", { text: "five new words are here" });
    return view.items.map(({ id }) => ({ type: "replace", id, text: "short", as: "summary" }) as const);
  });
  const report = await cleaner.clean(request("a"), host);
  expect(host.item("x")!.text).toBe("five new words are here");
  expect(host.item("y")!.text).toBe("short");
  expect(report.freed).toBe(4);
});

test("an item changed or pinned while its original is archived keeps its text, whole units at a time", async () => {
  const { host, put, edit } = createFakeHost();
  for (const id of ["x", "y", "z"]) put("a", { id, text: text(id, 5) });
  const { cleaner, archive } = cleanerWith(() => [
    {
      edits: [
        { type: "archive", id: "x" },
        { type: "archive", id: "y" },
      ],
    },
    { type: "archive", id: "z" },
  ]);
  const { put: archivePut } = archive;
  archive.put = async (...args) => {
    edit("y", { pinned: true });
    return archivePut(...args);
  };
  const report = await cleaner.clean(request("a"), host);
  expect(host.items("a").map(({ id }) => id)).toEqual(["x", "y"]);
  expect(report.freed).toBe(5);
});

test("an archive that throws, or answers nonsense, changes nothing and is named", async () => {
  const { host, put, state } = createFakeHost();
  put("a", { id: "x", text: text("x", 5) });
  const { cleaner, archive } = cleanerWith(() => [{ type: "archive", id: "x" }]);
  archive.fail = new Error("disk full");
  expect((await cleaner.clean(request("a"), host)).strategies[0]).toMatchObject({
    freed: 0,
    skipped: "ARCHIVE_FAILED",
  });
  archive.fail = undefined;
  archive.put = async () => [];
  expect((await cleaner.clean(request("a"), host)).strategies[0]).toMatchObject({
    freed: 0,
    skipped: "ARCHIVE_FAILED",
  });
  expect(state.log).toEqual([]);
});

test("a text that a cleanup made keeps the reference of its original when it leaves", async () => {
  const { host, put } = createFakeHost();
  put("a", { id: "x", text: text("x", 9) });
  const { cleaner, archive } = cleanerWith((view) =>
    view.items.map(({ id, edited }) =>
      edited ? { type: "archive", id } : { type: "replace", id, text: "x0 x1", as: "excerpt" },
    ),
  );
  const first = await cleaner.clean(request("a"), host);
  const second = await cleaner.clean(request("a"), host);
  expect(host.items("a")).toEqual([]);
  expect(second.strategies[0]!.refs).toEqual(first.strategies[0]!.refs);
  expect(archive.texts()).toEqual([text("x", 9)]);
  archive.entries.clear();
  put("a", { id: "y", text: text("y", 9) });
  await cleaner.clean(request("a"), host);
  archive.entries.clear();
  await cleaner.clean(request("a"), host);
  expect(archive.texts()).toEqual(["x0 x1"]);
});

test("a plan says what a cleanup then does, and changes nothing", async () => {
  const { host, put, state } = createFakeHost();
  for (const id of ["x", "y", "z"]) put("a", { id, text: text(id, 10) });
  const { cleaner, archive } = cleanerWith([
    { name: "one", run: () => [{ type: "replace", id: "x", text: "short", as: "summary" }] },
    {
      name: "two",
      run: (view) => view.items.filter((item) => item.tokens === 1).map(({ id }) => ({ type: "archive", id })),
    },
  ]);
  const before = [...state.items];
  const planned = await cleaner.plan(request("a"), host);
  expect(state.items).toEqual(before);
  expect(archive.texts()).toEqual([]);
  const done = await cleaner.clean(request("a"), host);
  const bare = ({ strategies, freed, left }: typeof done) => ({
    freed,
    left,
    strategies: strategies.map(({ elapsedMs, refs, ...rest }) => rest),
  });
  expect(bare(planned)).toEqual(bare(done));
  expect(done.freed).toBe(10);
});
