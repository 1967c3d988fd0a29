import { expect, test } from "vitest";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { smallManager, text } from "../support/small-manager.ts";

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
