import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import {
  createTokenBudgetManager,
  createTokenBudgetManagerSync,
  MemoryArchive,
  openArchive,
  strategies,
} from "../../src/index.node.ts";
import { text, words } from "./fake-host.ts";

const hour = 3_600_000;
const folder = mkdtempSync(join(tmpdir(), "cleanup-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A manager with a clock of its own; 1,000 tokens, 250 of them for the conversation. */
async function session(options: Parameters<typeof createTokenBudgetManager>[0] | object = {}) {
  const clock = { now: 0 };
  const manager = await createTokenBudgetManager({
    total: 1_000,
    countTokens: words,
    now: () => clock.now,
    ...options,
  });
  return { manager, clock };
}

test("messages that stay do not keep newer ones out: what waits for room is one of the last", async () => {
  const { manager } = await session({ proactiveCleanup: false });
  const say = (id: string, tokens: number) =>
    manager.put("interaction_buffer", { id, kind: "message", role: "user", text: text(id, tokens) });
  for (const id of ["m1", "m2", "m3", "m4"]) await say(id, 60);
  for (let turn = 5; turn <= 12; turn++) {
    await say(`m${turn}`, 60);
    await manager.idle();
    const ids = manager.items("interaction_buffer").filter(({ edited }) => edited === undefined);
    expect(ids.slice(-4).map(({ id }) => id)).toEqual([3, 2, 1, 0].map((back) => `m${turn - back}`));
  }
  // A cleanup for which nothing waits leaves the last four alone.
  const { left } = await manager.cleanupComponent("interaction_buffer", { need: 200 });
  expect(left?.recent).toBe(240);
});

test("settings of a cleanup that can't be are refused when the manager is made", async () => {
  const bad: unknown[] = [
    { archive: 5 },
    { archive: null },
    { archive: {} },
    { executor: 5 },
    { stubText: "gone" },
    { keepRecent: -1 },
    { strategies: 5 },
    { strategies: { working_memory: [{}] } },
    { strategies: { working_memory: "all" } },
    { strategies: { working_memory: [strategies.deduplicate(), strategies.deduplicate()] } },
    { summarizer: "gpt" },
    { summarizerOptions: 5 },
    { summarizerOptions: { timeoutMs: Number.NaN } },
    { summarizerOptions: { concurrency: 0 } },
  ];
  for (const cleanup of bad) {
    const options = { total: 1_000, cleanup } as Parameters<typeof createTokenBudgetManager>[0];
    await expect(createTokenBudgetManager(options)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  }
});

test("an overflow is cleaned, the archived text is found and recalled", async () => {
  const { manager, clock } = await session({ proactiveCleanup: false });
  const old = `The harbour was closed because of the storm. ${text("word", 190)}`;
  await manager.put("interaction_buffer", { id: "old", kind: "message", role: "user", text: old });
  for (let i = 0; i < 4; i++) {
    await manager.put("interaction_buffer", {
      id: `m${i}`,
      kind: "message",
      role: i === 0 ? "user" : "assistant",
      text: "fine",
    });
  }
  clock.now = 5 * hour;
  expect(await manager.allocateTokens("interaction_buffer", 150)).toBe(150);
  expect(manager.get("old")).toBeUndefined();
  expect(manager.currentUsage.interaction_buffer).toBe(154);
  const [hit] = await manager.search("storm in the harbour", { limit: 1 });
  expect(hit).toMatchObject({ itemId: "old", tokens: 198, component: "interaction_buffer", kind: "message" });
  await expect(manager.recall(hit!.ref)).rejects.toMatchObject({ code: "BUDGET_EXCEEDED" });
  manager.release("interaction_buffer", 150);
  expect((await manager.recall(hit!.ref)).text).toBe(old);
  expect(manager.currentUsage.interaction_buffer).toBe(202);
  expect(manager.items("interaction_buffer").map(({ id }) => id)).toEqual(["old", "m0", "m1", "m2", "m3"]);
  await manager.close();
});

test("a component that passes the high edge of its band is brought to its low edge in the background", async () => {
  const { manager, clock } = await session({ minGain: 1 });
  const message = { kind: "message", role: "assistant" } as const;
  for (let i = 0; i < 7; i++)
    await manager.put("interaction_buffer", { ...message, id: `m${i}`, text: text(`w${i}x`, 25) });
  clock.now = 5 * hour;
  const cleaned = new Promise((resolve) => manager.on("cleanup", resolve));
  await manager.put("interaction_buffer", { ...message, id: "m7", text: text("last", 20) });
  await cleaned;
  expect(manager.currentUsage.interaction_buffer).toBe(145);
  await manager.close();
});

test("proactive cleanup can be turned off, and cleanup left out", async () => {
  for (const options of [{ proactiveCleanup: false }, { cleanup: false }]) {
    const { manager, clock } = await session(options);
    await manager.put("interaction_buffer", { id: "a", text: text("a", 120) });
    clock.now = 5 * hour;
    await manager.put("interaction_buffer", { id: "b", text: text("b", 120) });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(manager.items()).toHaveLength(2);
    if ("cleanup" in options) {
      await expect(manager.allocateTokens("interaction_buffer", 100)).rejects.toMatchObject({
        code: "BUDGET_EXCEEDED",
      });
      expect(await manager.search("a1")).toEqual([]);
    }
    await manager.close();
  }
});

test("a request above the cap is refused before anything is cleaned", async () => {
  const { manager, clock } = await session();
  await manager.put("interaction_buffer", { id: "a", text: text("a", 120) });
  clock.now = 9 * hour;
  await expect(manager.allocateTokens("interaction_buffer", 251)).rejects.toMatchObject({ code: "BUDGET_EXCEEDED" });
  expect(manager.items()).toHaveLength(1);
  await manager.close();
});

test("calls in one component and results in another leave together, whichever component is cleaned, both at once too", async () => {
  const { manager, clock } = await session({ proactiveCleanup: false });
  for (let i = 0; i < 6; i++) {
    await manager.put("interaction_buffer", { id: `q${i}`, kind: "message", role: "user", text: `question ${i}` });
    await manager.put("interaction_buffer", {
      id: `c${i}`,
      kind: "tool_call",
      group: `g${i}`,
      text: text(`c${i}x`, 20),
    });
    await manager.put("working_memory", { id: `r${i}`, kind: "tool_result", group: `g${i}`, text: text(`r${i}x`, 40) });
  }
  clock.now = 5 * hour;
  await Promise.all([
    manager.cleanupComponent("interaction_buffer", { goal: 1_000 }),
    manager.cleanupComponent("working_memory", { goal: 1_000 }),
  ]);
  const ids = manager.items().map(({ id }) => id);
  for (let i = 0; i < 6; i++) expect(ids.includes(`c${i}`)).toBe(ids.includes(`r${i}`));
  expect(ids).not.toContain("c0");
  expect(ids).toContain("c5");
  for (const component of ["interaction_buffer", "working_memory"]) {
    const held = manager.items(component).reduce((sum, item) => sum + item.tokens, 0);
    expect(manager.currentUsage[component]).toBe(held);
  }
  await manager.close();
});

test("no request that fits is refused while text that could come back takes its room", async () => {
  const { manager } = await session({ proactiveCleanup: false });
  for (let i = 0; i < 10; i++) {
    await manager.put("working_memory", { id: `t${i}`, text: text(`t${i}x`, 30) });
  }
  expect(await manager.allocateTokens("working_memory", 200)).toBe(200);
  expect(manager.items("working_memory").map(({ id }) => id)).toEqual(["t7", "t8", "t9"]);
  const archived = await manager.search("t0x1");
  expect(archived).toMatchObject([{ itemId: "t0", tokens: 30 }]);
  await manager.close();
});

test("an archive with a path is opened with the manager and closed with it; what it holds outlives both", async () => {
  const path = join(folder, "session.sqlite");
  const options = { namespace: "one", cleanup: { archive: path } };
  const first = await session(options);
  await first.manager.put("working_memory", { id: "a", text: `needle ${text("a", 250)}` });
  await first.manager.allocateTokens("working_memory", 280);
  await first.manager.close();
  const unused = await session(options);
  await unused.manager.close();
  const second = await session(options);
  const [hit] = await second.manager.search("needle");
  expect((await second.manager.recall(hit!.ref)).id).toBe("a");
  await second.manager.close();
  expect(() => createTokenBudgetManagerSync({ total: 10, ...options })).toThrow(
    expect.objectContaining({ code: "INVALID_ARGUMENT" }),
  );
  await expect(session({ cleanup: { archive: join(folder, "no", "such", "folder") } })).rejects.toMatchObject({
    code: "ARCHIVE_FAILED",
  });
});

test.each(["memory", "sqlite"])("managers that share an archive in %s see their own session only", async (kind) => {
  const archive = kind === "memory" ? new MemoryArchive() : await openArchive(join(folder, "shared.sqlite"));
  const managers = [];
  for (const name of ["one", "two"]) {
    const { manager } = await session({ namespace: name, cleanup: { archive } });
    await manager.put("working_memory", { id: name, text: `needle ${text(name, 250)}` });
    await manager.allocateTokens("working_memory", 280);
    managers.push(manager);
  }
  for (const [i, manager] of managers.entries()) {
    expect((await manager.search("needle")).map(({ itemId }) => itemId)).toEqual([["one", "two"][i]]);
    await manager.close();
  }
  expect(await archive.list("one")).toHaveLength(1);
  await archive.close();
});

test("a caller that waits does not make do with a background run: it has an escalated round of its own", async () => {
  const { manager } = await session();
  await manager.put("working_memory", { id: "a", text: text("a", 250) });
  expect(await manager.allocateTokens("working_memory", 280)).toBe(280);
  await manager.close();
});

test("a question whose exchange goes on is stubbed in its place before a request is refused", async () => {
  const { manager } = await session({ proactiveCleanup: false });
  await manager.put("interaction_buffer", { id: "q", kind: "message", role: "user", text: text("q", 190) });
  for (let i = 0; i < 4; i++) {
    await manager.put("interaction_buffer", { id: `m${i}`, kind: "message", role: "assistant", text: "fine" });
  }
  expect(await manager.allocateTokens("interaction_buffer", 200)).toBe(200);
  expect(manager.get("q")).toMatchObject({ edited: "stub", text: "[message archived, 190 tokens]", role: "user" });
  await manager.close();
});
