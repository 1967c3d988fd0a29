import { expect, test } from "vitest";
import { createCleaner } from "../../src/cleanup/cleaner.ts";
import { defaultStrategies } from "../../src/cleanup/default-strategies.ts";
import { createInlineCleanup } from "../../src/cleanup/inline-cleanup.ts";
import type { ItemInput } from "../../src/manager/item.ts";
import { createFakeArchive, createFakeHost, request, text, words } from "./fake-host.ts";

const minute = 60_000;
const hour = 60 * minute;
const now = 100 * hour;
const components = ["system_context", "working_memory", "knowledge_base", "agent_context", "interaction_buffer"];

/** A session at `now` with the default strategies; `age` in the inputs says how long ago an item was made and used. */
function session(component: string, inputs: readonly (ItemInput & { id: string; age?: number; idle?: number })[]) {
  const fake = createFakeHost(Object.fromEntries(components.map((id) => [id, 1_000_000])), {
    fixed: ["system_context"],
  });
  fake.state.now = now;
  for (const { age = 0, idle = age, ...input } of inputs) {
    fake.put(component, { createdAt: now - age, lastUsedAt: now - idle, ...input });
  }
  const archive = createFakeArchive();
  const cleaner = createCleaner({ archive, executor: createInlineCleanup(), namespace: "test", keepRecent: 0 });
  const originals = new Map(fake.state.items.map((item) => [item.id, item.text]));
  return {
    ...fake,
    archive,
    cleaner,
    async clean(change = {}) {
      const report = await cleaner.clean(request(component, change), fake.host);
      for (const { edits } of report.strategies) {
        for (const { id } of edits) expect(archive.texts()).toContain(originals.get(id));
      }
      return report;
    },
    did: async (change = {}) => {
      const report = await cleaner.clean(request(component, change), fake.host);
      return report.strategies.flatMap(({ strategy, edits }) =>
        edits.map(({ id, type, tokensAfter }) => `${strategy} ${type} ${id} ${tokensAfter}`),
      );
    },
  };
}

/** `count` sentences of ten words, each of its own. */
const prose = (count: number, topic = "topic"): string =>
  Array.from({ length: count }, (_, i) => `The ${topic} number ${i} says something of its own here.`).join(" ");

test("the default strategies are the document's, in its order, and a last resort", () => {
  expect(
    Object.entries(defaultStrategies()).map(([component, list]) => [component, ...list.map(({ name }) => name)]),
  ).toEqual([
    ["system_context"],
    ["working_memory", "compressInactive", "removeDebugInfo", "archiveCompletedTasks", "archiveLeastUsed"],
    ["knowledge_base", "unloadUnusedSkills", "cacheDocumentation", "deduplicate", "archiveLeastUsed"],
    ["agent_context", "archiveFinishedAgents", "keepLatestState"],
    ["interaction_buffer", "summarizeOldInteractions", "removeRedundantExchanges", "archiveInteractions"],
  ]);
});

test("compressInactive: over 10,000 tokens and unused for an hour, to 40 %", async () => {
  const big = prose(1_001);
  const { clean, host } = session("working_memory", [
    { id: "large", text: big, idle: hour },
    { id: "used", text: big, idle: hour - 1 },
    { id: "small", text: prose(1_000), idle: hour },
  ]);
  expect(words(big)).toBe(10_010);
  await clean();
  const large = host.item("large")!;
  expect(large.edited).toBe("summary");
  expect(large.tokens).toBeLessThanOrEqual(4_004);
  expect(large.tokens).toBeGreaterThan(3_000);
  expect([host.item("used")!.version, host.item("small")!.version]).toEqual([1, 1]);
});

test("compressInactive goes no further than without loss where that is enough", async () => {
  const padded = JSON.stringify(
    Array.from({ length: 3_000 }, (_, i) => ({ id: i })),
    null,
    2,
  );
  const { clean, host } = session("working_memory", [{ id: "json", text: padded, idle: hour }]);
  expect(words(padded)).toBeGreaterThan(10_000);
  await clean();
  expect(host.item("json")).toMatchObject({ edited: "lossless", tokens: 1 });
  expect(JSON.parse(host.item("json")!.text)).toEqual(JSON.parse(padded));
});

test("lossless steps come first: where they reach the goal, nothing is summarized", async () => {
  const json = JSON.stringify(
    Array.from({ length: 3_000 }, (_, i) => ({ id: i })),
    null,
    2,
  );
  const { clean, host } = session("working_memory", [
    { id: "prose", text: prose(1_100), idle: 2 * hour },
    { id: "json", text: json, idle: hour },
  ]);
  await clean({ goal: 5_000 });
  expect(host.item("prose")!.version).toBe(1);
  expect(host.item("json")!.edited).toBe("lossless");
});

test("removeDebugInfo: debug items over 2 h old leave; traces, codes, repeated lines and base64 leave the others", async () => {
  const trace = Array.from({ length: 30 }, (_, i) => `    at step${i} (/app/source/file${i}.js:${i}:1)`).join("\n");
  const { did, host } = session("working_memory", [
    { id: "old", kind: "debug", text: text("d", 20), age: 2 * hour },
    { id: "young", kind: "debug", text: text("e", 20), age: 2 * hour - 1 },
    { id: "trace", kind: "tool_result", group: "g", text: `Error: no key\n${trace}\nafter` },
    { id: "plain", text: "nothing to remove here" },
  ]);
  const done = await did();
  expect(done.map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual([
    "removeDebugInfo remove old",
    "removeDebugInfo stub trace",
  ]);
  expect(host.item("trace")!.text).toMatch(/^Error: no key\n(?:.*\n)*after$/);
  expect(host.item("trace")!.tokens).toBeLessThan(30);
});

test("archiveCompletedTasks: the items of tasks that were last said to be completed", async () => {
  const { did } = session("working_memory", [
    { id: "note", taskId: "t1", text: "a note" },
    { id: "t1", kind: "task", taskId: "t1", taskState: "completed", text: "first task" },
    { id: "t2", kind: "task", taskId: "t2", taskState: "completed", text: "second task" },
    { id: "t2-again", kind: "task", taskId: "t2", taskState: "open", text: "second task again" },
    { id: "lone", taskState: "completed", text: "done" },
  ]);
  expect(await did()).toEqual([
    "archiveCompletedTasks remove note 0",
    "archiveCompletedTasks remove t1 0",
    "archiveCompletedTasks remove lone 0",
  ]);
});

test("unloadUnusedSkills: unused for 3 h", async () => {
  const { did } = session("knowledge_base", [
    { id: "old", kind: "skill", text: text("a", 9), idle: 3 * hour },
    { id: "used", kind: "skill", text: text("b", 9), age: 9 * hour, idle: 3 * hour - 1 },
    { id: "text", kind: "text", text: text("c", 9), idle: 3 * hour },
  ]);
  expect(await did()).toEqual(["unloadUnusedSkills remove old 0"]);
});

test("cacheDocumentation: an excerpt of 20 % in place of a document, once", async () => {
  const document = `# Guide\n\n${prose(60, "install")}\n\n## Limits\n\n${prose(60, "limit")}`;
  const { clean, host } = session("knowledge_base", [
    { id: "doc", kind: "document", text: document },
    { id: "short", kind: "document", text: prose(19) },
  ]);
  await clean();
  const { text: kept, tokens, edited } = host.item("doc")!;
  expect(edited).toBe("excerpt");
  expect(tokens).toBeLessThanOrEqual(Math.floor(words(document) * 0.2));
  expect(kept).toContain("# Guide");
  expect(kept).toContain("## Limits");
  expect(host.item("short")!.version).toBe(1);
  expect((await clean()).freed).toBe(0);
});

test("deduplicate: exact and near copies keep the newest, or the one that must stay", async () => {
  const facts = prose(40, "fact");
  const { did } = session("knowledge_base", [
    { id: "copy1", text: "same words", age: 3 },
    { id: "copy2", text: "same words", age: 2 },
    { id: "copy3", text: "same words", age: 1 },
    { id: "pin", text: "kept words", age: 3, pinned: true },
    { id: "pin-copy", text: "kept words", age: 1 },
    { id: "near1", text: facts, age: 3 },
    { id: "near2", text: `${facts} One more.`, age: 1 },
    { id: "far", text: prose(40, "other"), age: 1 },
  ]);
  expect(await did()).toEqual([
    "deduplicate remove copy1 0",
    "deduplicate remove copy2 0",
    "deduplicate remove pin-copy 0",
    "deduplicate remove near1 0",
  ]);
});

test("archiveFinishedAgents and keepLatestState", async () => {
  const state = { kind: "agent_state" } as const;
  const { did } = session("agent_context", [
    { ...state, id: "a1", agentId: "a", text: "plan one" },
    { ...state, id: "b1", agentId: "b", text: "plan two" },
    { ...state, id: "a2", agentId: "a", agentState: "ended", text: "done" },
    { ...state, id: "b2", agentId: "b", agentState: "running", text: "plan three" },
  ]);
  expect(await did()).toEqual([
    "archiveFinishedAgents remove a1 0",
    "archiveFinishedAgents remove a2 0",
    "keepLatestState remove b1 0",
  ]);
});

test("summarizeOldInteractions: over 2 h to 200 tokens a group, under 30 min verbatim, between without loss", async () => {
  const json = JSON.stringify(
    Array.from({ length: 300 }, (_, i) => ({ id: i })),
    null,
    2,
  );
  const message = { kind: "message", role: "assistant" } as const;
  const { clean, host, ids } = session("interaction_buffer", [
    { ...message, id: "old", text: prose(60), age: 2 * hour },
    { ...message, id: "old-short", text: prose(19), age: 2 * hour },
    { id: "call", kind: "tool_call", group: "g", text: text("c", 50), age: 2 * hour },
    { id: "result", kind: "tool_result", group: "g", text: prose(50), age: 2 * hour },
    { ...message, id: "middle", text: prose(60), age: 2 * hour - 1 },
    { ...message, id: "middle-json", text: json, age: 30 * minute },
    { ...message, id: "young-json", text: json, age: 30 * minute - 1 },
  ]);
  const order = ids("interaction_buffer");
  await clean();
  expect(ids("interaction_buffer")).toEqual(order);
  expect(host.item("old")).toMatchObject({ edited: "summary", role: "assistant" });
  expect(host.item("old")!.tokens).toBeLessThanOrEqual(200);
  expect(host.item("result")!.tokens).toBeLessThanOrEqual(150);
  expect(host.item("middle-json")).toMatchObject({ edited: "lossless", tokens: 1 });
  for (const id of ["old-short", "call", "middle", "young-json"]) expect(host.item(id)!.version).toBe(1);
  expect((await clean()).freed).toBe(0);
});

test("removeRedundantExchanges: the same question within 10 min, and identical calls, keep the newest", async () => {
  const user = { kind: "message", role: "user" } as const;
  const assistant = { kind: "message", role: "assistant" } as const;
  const call = { kind: "tool_call", text: '{"path": "a.txt"}' } as const;
  const { did } = session("interaction_buffer", [
    { ...user, id: "q1", text: "What does the build say now?", age: 25 * minute },
    { ...assistant, id: "a1", text: "It fails.", age: 25 * minute },
    { ...user, id: "q2", text: "what does the build say now", age: 15 * minute },
    { ...assistant, id: "a2", text: "It passes.", age: 15 * minute },
    { ...user, id: "yes1", text: "yes", age: 14 * minute },
    { ...user, id: "yes2", text: "yes", age: 13 * minute },
    { ...call, id: "c1", group: "g1" },
    { id: "r1", kind: "tool_result", group: "g1", text: "one" },
    { ...call, id: "c2", group: "g2", text: '{"path":"a.txt"}' },
    { id: "r2", kind: "tool_result", group: "g2", text: "two" },
    { ...call, id: "c3", group: "g3", text: '{"path": "b.txt"}' },
    { id: "r3", kind: "tool_result", group: "g3", text: "three" },
  ]);
  expect(await did()).toEqual([
    "removeRedundantExchanges remove q1 0",
    "removeRedundantExchanges remove a1 0",
    "removeRedundantExchanges remove c1 0",
    "removeRedundantExchanges remove r1 0",
  ]);
});

test("archiveInteractions: over 4 h; an exchange that can't leave whole keeps its question", async () => {
  const user = { kind: "message", role: "user" } as const;
  const assistant = { kind: "message", role: "assistant" } as const;
  const { did } = session("interaction_buffer", [
    { ...user, id: "q1", text: "first question", age: 5 * hour },
    { ...assistant, id: "a1", text: "first answer", age: 5 * hour },
    { ...user, id: "q2", text: "second question", age: 5 * hour },
    { id: "c2", kind: "tool_call", group: "g", text: "{}", age: 5 * hour },
    { id: "r2", kind: "tool_result", group: "g", text: "found", age: 5 * hour },
    { ...assistant, id: "a2", text: "second answer", age: 3 * hour },
  ]);
  expect(await did()).toEqual([
    "archiveInteractions remove q1 0",
    "archiveInteractions remove a1 0",
    "archiveInteractions remove c2 0",
    "archiveInteractions remove r2 0",
  ]);
});

test("instructions and calls are never edited, however old", async () => {
  const { clean, state } = session("interaction_buffer", [
    { id: "system", kind: "message", role: "system", text: prose(60), age: 9 * hour },
    { id: "developer", kind: "message", role: "developer", text: prose(60), age: 9 * hour },
    { id: "call", kind: "tool_call", group: "g", text: JSON.stringify({ a: 1 }, null, 2), age: 9 * hour },
  ]);
  expect((await clean()).freed).toBe(0);
  expect(state.log).toEqual([]);
});

test("a fixed component is left alone by a cleanup; a plan shows its duplicates", async () => {
  const { cleaner, host, state } = session("system_context", [
    { id: "one", text: "same words" },
    { id: "two", text: "same words" },
  ]);
  expect((await cleaner.clean(request("system_context"), host)).strategies).toEqual([]);
  expect((await cleaner.plan(request("system_context"), host)).strategies).toMatchObject([
    { strategy: "deduplicate", freed: 2, edits: [{ id: "one", type: "remove" }] },
  ]);
  expect(state.log).toEqual([]);
});
