import { expect, test } from "vitest";
import type { AppliedEdit, CleanHost } from "../../src/manager/cleaner.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";

/** A manager and the host that its cleaner sees. */
async function withHost(options = {}) {
  const cleaner = new ScriptedCleaner();
  const small = smallManager({ cleaner, ...options });
  let host: CleanHost | undefined;
  cleaner.before = (_, given) => {
    host = given;
  };
  await small.manager.cleanupComponent("a");
  return { ...small, cleaner, host: host! };
}

const removal = (id: string, version = 1): AppliedEdit => ({ type: "remove", id, version });

test("shows components, items and groups as they are", async () => {
  const { manager, host } = await withHost({ namespace: "session" });
  manager.tryAllocate("a", 10);
  manager.reserve("a", 5);
  await manager.put("a", { id: "call", text: text(3), group: "g" });
  await manager.put("b", { id: "result", text: text(4), group: "g" });
  expect(host.namespace).toBe("session");
  expect(host.encoding).toBeUndefined();
  expect(host.component("a")).toEqual({ id: "a", cap: 100, used: 13, reserved: 5, fixed: false, target: [0.5, 0.8] });
  expect(host.group("g").map(({ id }) => id)).toEqual(["call", "result"]);
  manager.remove("call");
  expect(host.group("g").map(({ id }) => id)).toEqual(["result"]);
  await manager.put("b", { id: "result", text: text(4) });
  expect(host.group("g")).toEqual([]);
  expect(host.countTokens("12345")).toBe(5);
});

test("applies all edits in one step; tokens return to each item's own component", async () => {
  const { manager, host, used } = await withHost();
  await manager.put("a", { id: "call", text: text(30) });
  await manager.put("b", { id: "result", text: text(40) });
  const result = host.apply("test", [
    removal("call"),
    { type: "replace", id: "result", version: 1, text: text(15), tokens: 15, edited: "stub", ref: "ref" },
  ]);
  expect(result).toEqual({ applied: true, stale: [], freed: { a: 30, b: 25 } });
  expect([used("a"), used("b")]).toEqual([0, 15]);
  expect(manager.get("result")).toMatchObject({ tokens: 15, edited: "stub", ref: "ref", version: 2 });
  expect(manager.remove("result").tokens).toBe(15);
  expect(used("b")).toBe(0);
});

test.each([
  ["gone", "nothing"],
  ["pinned", "pinned"],
  ["of a fixed component", "fixed"],
  ["changed meanwhile", "changed"],
])("an item that is %s keeps the whole batch from being applied", async (_, stale) => {
  const { manager, host, used } = await withHost();
  await manager.put("a", { id: "good", text: text(10) });
  await manager.put("a", { id: "pinned", text: text(10), pinned: true });
  await manager.put("a", { id: "changed", text: text(5) });
  await manager.put("a", { id: "changed", text: text(10) });
  await manager.put("pinned", { id: "fixed", text: text(10) });
  expect(host.apply("test", [removal("good"), removal(stale)])).toEqual({ applied: false, stale: [stale], freed: {} });
  expect([used("a"), used("pinned"), manager.items().length]).toEqual([30, 10, 4]);
});

test("an edit that grows an item, or a second one of the same item, is an error", async () => {
  const { manager, host, used } = await withHost();
  await manager.put("a", { id: "one", text: text(10) });
  const grown = { type: "replace", id: "one", version: 1, text: text(11), tokens: 11, edited: "stub" } as const;
  expect(await codeOf(() => host.apply("test", [grown]))).toBe("BAD_EDIT");
  expect(await codeOf(() => host.apply("test", [{ ...grown, tokens: -1 }]))).toBe("BAD_EDIT");
  expect(await codeOf(() => host.apply("test", [removal("one"), removal("one")]))).toBe("BAD_EDIT");
  expect([used("a"), manager.get("one")?.version]).toEqual([10, 1]);
});

test("exclusive steps of overlapping components follow each other, in whatever order they name them", async () => {
  const { host } = await withHost();
  const log: string[] = [];
  const step = (name: string, components: string[]) =>
    host.exclusive(components, async () => {
      log.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      log.push(`${name} ends`);
    });
  await Promise.all([step("1", ["a", "b"]), step("2", ["b", "a"]), step("3", ["b"]), step("4", ["a", "a"])]);
  const begins = log.filter((line) => line.endsWith("begins")).map((line) => line[0]!);
  expect([...begins].sort()).toEqual(["1", "2", "3", "4"]);
  // 3 and 4 share no component: only they may overlap.
  const overlaps = (x: string, y: string) =>
    log.indexOf(`${x} begins`) < log.indexOf(`${y} ends`) && log.indexOf(`${y} begins`) < log.indexOf(`${x} ends`);
  for (const [x, y] of ["12", "13", "14", "23", "24"]) expect(overlaps(x!, y!)).toBe(false);
});

test("a step that throws gives its locks back", async () => {
  const { host } = await withHost();
  await expect(host.exclusive(["a"], () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await host.exclusive(["a"], async () => "free")).toBe("free");
});

test("passing the high edge starts one background run to the low edge, and again only once it has grown", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used, clock } = smallManager({ cleaner, proactiveCleanup: true, minGain: 5 });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 2));
  for (let i = 0; i < 8; i++) {
    clock.now += 1;
    manager.tryPut("a", { text: text(10) });
  }
  await settle();
  expect(cleaner.requests).toEqual([]);
  manager.tryPut("a", { text: text(5) });
  await settle();
  expect(cleaner.requests).toMatchObject([{ need: 0, goal: 35, escalate: false }]);
  expect(used("a")).toBe(45);
  // Nothing can be freed here: one try, and the next only after minGain more tokens.
  manager.tryAllocate("b", 81);
  await settle();
  manager.tryAllocate("b", 5);
  await settle();
  expect(cleaner.requests.filter(({ component }) => component === "b").length).toBe(1);
  manager.tryAllocate("b", 1);
  await settle();
  expect(cleaner.requests.filter(({ component }) => component === "b").length).toBe(2);
  // Below the high edge it is on guard again.
  manager.release("b", 20);
  manager.tryAllocate("b", 15);
  await settle();
  expect(cleaner.requests.filter(({ component }) => component === "b").length).toBe(3);
});

test("plan says what would happen and changes nothing", async () => {
  const { manager } = await withHost();
  await manager.put("a", { id: "one", text: text(90) });
  const before = JSON.stringify(manager.snapshot());
  expect(await manager.plan("a", 30)).toMatchObject({ goal: 70, freed: 90 });
  expect(JSON.stringify(manager.snapshot())).toBe(before);
});

test("cleanupComponent joins a run in flight; without a cleaner it frees nothing", async () => {
  const { manager, cleaner } = await withHost();
  await manager.put("a", { text: text(90) });
  cleaner.requests.length = 0;
  const [one, two] = await Promise.all([manager.cleanupComponent("a"), manager.cleanupComponent("a")]);
  expect(one).toBe(two);
  expect(cleaner.requests.length).toBe(1);
  const bare = smallManager().manager;
  await bare.put("a", { text: text(90) });
  expect(await bare.cleanupComponent("a", { need: 20 })).toMatchObject({ goal: 60, freed: 0, strategies: [] });
});

test("an aborted cleanup ends for its caller; for others it goes on", async () => {
  const { manager, cleaner } = await withHost();
  await manager.put("a", { text: text(90) });
  const controller = new AbortController();
  const first = codeOf(() => manager.cleanupComponent("a", { signal: controller.signal }));
  const second = manager.cleanupComponent("a");
  controller.abort();
  expect(await first).toBe("ABORTED");
  expect((await second).freed).toBe(90);
  await manager.put("a", { text: text(90) });
  const alone = new AbortController();
  cleaner.before = () => alone.abort();
  expect(await codeOf(() => manager.cleanupComponent("a", { signal: alone.signal }))).toBe("ABORTED");
  expect(cleaner.requests.at(-1)?.signal?.aborted).toBe(true);
});
