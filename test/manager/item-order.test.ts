import { expect, test } from "vitest";
import { createTokenBudgetManagerSync, type ManagerSnapshot, MemoryArchive } from "../../src/index.ts";
import { heldCounter } from "../support/held-counter.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { smallManager, text } from "../support/small-manager.ts";
import { viaJson } from "../support/via-json.ts";

const restorable = (snapshot: ManagerSnapshot) => {
  const { manager } = smallManager();
  manager.restore(viaJson(snapshot));
  expect(viaJson(manager.snapshot())).toEqual(viaJson(snapshot));
};

test("what is counted while a snapshot is restored comes after all that the snapshot has", async () => {
  const { countTokens, answer } = heldCounter();
  const { manager } = smallManager({ countTokens });
  await manager.put("a", { text: "x" });
  const snapshot = viaJson(manager.snapshot());
  for (const each of ["1", "2", "3"]) await manager.put("a", { text: each });
  const late = [
    manager.put("a", { text: "LATE" }),
    manager.put("a", { id: "i1", text: "I" }),
    manager.putBatch("a", [{ text: "L" }]),
  ];
  manager.restore(snapshot);
  await manager.put("a", { text: "y" });
  for (const [index, each] of ["LATE", "I", "L"].entries()) {
    answer(each);
    await late[index];
  }
  expect(manager.items("a").map((item) => [item.id, item.text, item.sequence])).toEqual([
    ["i0", "x", 0],
    ["i1'", "y", 1],
    ["i2", "LATE", 2],
    ["i1", "I", 3],
    ["i4", "L", 4],
  ]);
  restorable(manager.snapshot());
});

test("what is recalled in a new session of the same name has its place, and the session can be restored", async () => {
  const archive = new MemoryArchive();
  const session = () =>
    createTokenBudgetManagerSync({ total: 2000, namespace: "s", now: () => 1e9, cleanup: { archive } });
  const first = session();
  for (const page of [1, 2, 3]) await first.put("knowledge_base", { text: `page ${page}` });
  await first.put("working_memory", { text: "alpha beta ".repeat(20), taskId: "t", taskState: "completed" });
  await first.cleanupComponent("working_memory", { need: 590 });
  const second = session();
  const [hit] = await second.search("alpha");
  expect(await second.recall(hit!.ref)).toMatchObject({ text: "alpha beta ".repeat(20), sequence: 3 });
  expect((await second.put("working_memory", { text: "after it" })).sequence).toBe(4);
  const third = session();
  third.restore(viaJson(second.snapshot()));
  expect(third.items()).toEqual(second.items());
});

test("of puts that overlap, the last call's text stays, though it was touched or pinned before the first was counted", async () => {
  const changes = [
    (manager: ReturnType<typeof smallManager>["manager"]) => manager.touch("one"),
    (manager: ReturnType<typeof smallManager>["manager"]) => manager.pin("one"),
  ];
  for (const change of changes) {
    const { countTokens, answer } = heldCounter();
    const { manager } = smallManager({ countTokens });
    await manager.put("a", { id: "one", text: "x" });
    const puts = ["FIRST", "SECOND"].map((each) => manager.put("a", { id: "one", text: each }));
    answer("SECOND");
    await puts[1];
    change(manager);
    answer("FIRST");
    await puts[0];
    expect([manager.get("one")?.text, manager.currentUsage.a]).toEqual(["SECOND", 6]);
  }
});

test("a put that was called before a recall does not take the place of what came back", async () => {
  const { countTokens, answer } = heldCounter();
  const { manager } = smallManager({ countTokens, cleaner: new ScriptedCleaner() });
  await manager.put("a", { id: "one", text: "x" });
  await manager.put("a", { id: "one", text: text(30) });
  const [ref] = (await manager.cleanupComponent("a", { goal: 30 })).strategies[0]!.refs;
  const put = manager.put("a", { id: "one", text: "FIRST" });
  expect((await manager.recall(ref!)).text).toBe(text(30));
  answer("FIRST");
  expect((await put).text).toBe(text(30));
  expect((await manager.put("a", { id: "one", text: "next" })).text).toBe("next");
});

test("items that are counted late are kept in order, in any component", async () => {
  const { countTokens, answer } = heldCounter();
  const { manager } = smallManager({ countTokens });
  const late = ["A", "B", "C", "D"].map((each, index) => manager.put(index === 3 ? "b" : "a", { text: each }));
  for (const each of ["D", "C", "A", "B"]) answer(each);
  await Promise.all(late);
  manager.remove(manager.items("a")[2]!.id);
  manager.tryPut("a", { text: "e" });
  expect(manager.items("a").map((item) => item.text)).toEqual(["A", "B", "e"]);
  expect(manager.items().map((item) => item.text)).toEqual(["A", "B", "D", "e"]);
});

test("the cost of an item does not grow with those that are there", async () => {
  // 30,000 items took 4 s where each looked at all before it; the bound is wide, for other machines and other work on this one.
  const manager = createTokenBudgetManagerSync({ total: 2e9, countTokens: ({ length }) => length, cleanup: false });
  const start = performance.now();
  const items = Array.from({ length: 30_000 }, () => ({ text: "x" }));
  await manager.putBatch("working_memory", items);
  expect(performance.now() - start).toBeLessThan(2000);
});
