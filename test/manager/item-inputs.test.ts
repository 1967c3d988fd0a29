import { expect, test } from "vitest";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";

test("what a caller does to its object after the call changes nothing of the item", async () => {
  const answers: (() => void)[] = [];
  const countTokens = ({ length }: string) => new Promise<number>((resolve) => answers.push(() => resolve(length)));
  const { manager, used } = smallManager({ countTokens });
  const inputs = ["one", "two"].map((id) => ({ id, text: text(3), kind: "message" as const }));
  const list = [inputs[1]!];
  const puts = [manager.put("a", inputs[0]!), manager.putBatch("a", list)];
  for (const input of inputs) Object.assign(input, { id: "other", text: text(500), kind: "none" });
  list.length = 0;
  for (const answer of answers) answer();
  await Promise.all(puts);
  const kept = manager.items("a").map((item) => [item.id, item.text, item.kind, item.tokens]);
  expect(kept).toEqual(["one", "two"].map((id) => [id, text(3), "message", 3]));
  expect(used("a")).toBe(6);
});

test("nor does it while the call waits for room", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used } = smallManager({ cleaner });
  await manager.put("a", { text: text(60) });
  const input = { text: text(50) };
  const waiting = manager.put("a", input);
  input.text = text(500);
  expect([(await waiting).text, used("a")]).toEqual([text(50), 50]);
});

test("each field of an item is read once: what is counted is what is kept", async () => {
  const { manager } = smallManager();
  class Growing {
    #length = 0;
    get text() {
      this.#length += 1;
      return text(this.#length);
    }
  }
  const items = [manager.tryPut("a", new Growing()), await manager.put("a", new Growing())];
  expect(items.map((item) => [item!.text, item!.tokens])).toEqual([
    ["x", 1],
    ["x", 1],
  ]);
});

test("who leaves while a text is counted is told at once, and nothing is kept", async () => {
  let answer = (_: number) => {};
  const countTokens = () => new Promise<number>((resolve) => (answer = resolve));
  const { manager, used } = smallManager({ countTokens });
  for (const put of [
    (signal: AbortSignal) => manager.put("a", { id: "one", text: "x" }, { signal }),
    (signal: AbortSignal) => manager.putBatch("a", [{ id: "one", text: "x" }], { signal }),
  ]) {
    const caller = new AbortController();
    const left = codeOf(() => put(caller.signal));
    caller.abort();
    expect(await left).toBe("ABORTED");
    answer(1);
    await new Promise((resolve) => setTimeout(resolve));
    expect([used("a"), manager.items().length]).toEqual([0, 0]);
  }
  const stays = manager.put("a", { text: "x" }, { signal: new AbortController().signal });
  answer(1);
  expect((await stays).tokens).toBe(1);
});

test("a recall's options are checked, whether they would be used or not", async () => {
  const { manager } = smallManager({ cleaner: new ScriptedCleaner() });
  await manager.put("a", { text: "x" });
  const [ref] = (await manager.cleanupComponent("a", { goal: 1 })).strategies[0]!.refs;
  await manager.recall(ref!);
  for (const options of [null, { signal: {} }, { deadline: "soon" }] as never[]) {
    expect(await codeOf(() => manager.recall(ref!, options))).toBe("INVALID_ARGUMENT");
  }
  expect(await codeOf(() => manager.recall(ref!, { signal: AbortSignal.abort() }))).toBe("ABORTED");
});

test("ids that are made up are not those of the same batch, nor of what is on its way in", async () => {
  const { manager } = smallManager();
  const batch = await manager.putBatch("a", [{ id: "i1", text: "first" }, { text: "second" }]);
  expect(batch.map(({ id, text: kept }) => [id, kept])).toEqual([
    ["i1", "first"],
    ["i1'", "second"],
  ]);
  const slow = smallManager({ countTokens: async (counted) => counted.length });
  const both = [slow.manager.put("a", { text: "first" }), slow.manager.put("a", { id: "i0", text: "second" })];
  expect((await Promise.all(both)).map(({ id }) => id)).toEqual(["i0'", "i0"]);
  expect(slow.manager.items().map(({ text: kept }) => kept)).toEqual(["first", "second"]);
});
