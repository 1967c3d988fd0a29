import { expect, test } from "vitest";
import { createTokenBudgetManagerSync, createTokenizerSync } from "../../src/index.ts";
import { codeOf, smallManager } from "../support/small-manager.ts";

test.each([5n, { low: 1n, high: 2n }, { low: 1, high: 2n }, Symbol("count"), 2 ** 31, { low: 1, high: 2 ** 31 }])(
  "a counter that gives %o is refused by a typed error",
  async (count) => {
    for (const countTokens of [() => count, async () => count] as never[]) {
      const { manager, used } = smallManager({ countTokens });
      expect(await codeOf(() => manager.put("a", { text: "x" }))).toBe("INVALID_TOKENS");
      expect(await codeOf(() => manager.putBatch("a", [{ text: "x" }]))).toBe("INVALID_TOKENS");
      expect([used("a"), manager.items().length]).toEqual([0, 0]);
    }
  },
);

test("a promise of another kind is a promise", async () => {
  // biome-ignore lint/suspicious/noThenProperty: it is what is tested
  const countTokens = () => ({ then: (resolve: (count: number) => void) => resolve(7) }) as Promise<number>;
  const { manager } = smallManager({ countTokens });
  expect((await manager.put("a", { text: "x" })).tokens).toBe(7);
  expect(await codeOf(() => manager.tryPut("a", { text: "x" }))).toBe("ASYNC_COUNTER");
});

test.each([Number.NaN, -5, 0.5, "3", Promise.resolve(3), undefined])(
  "a tokenizer of the caller's that counts %o is refused",
  async (count) => {
    const tokenizer = { encoding: "o200k_base", count: () => count, countBatch: () => [count, count] } as never;
    const manager = createTokenBudgetManagerSync({ total: 100, tokenizer, cleanup: false });
    expect(await codeOf(() => manager.put("working_memory", { text: "x" }))).toBe("INVALID_TOKENS");
    expect(await codeOf(() => manager.tryPut("working_memory", { text: "x" }))).toBe("INVALID_TOKENS");
    expect(await codeOf(() => manager.putBatch("working_memory", [{ text: "x" }, { text: "y" }]))).toBe(
      "INVALID_TOKENS",
    );
    expect([manager.items().length, manager.currentUsage.working_memory]).toEqual([0, 0]);
  },
);

test("a tokenizer that lacks what is needed of one is a wrong option", async () => {
  const { encoding, count, countBatch } = createTokenizerSync("o200k_base");
  for (const tokenizer of [{ encoding, count }, { count, countBatch }, { encoding, countBatch }, null] as never[]) {
    expect(await codeOf(() => createTokenBudgetManagerSync({ total: 100, tokenizer }))).toBe("INVALID_ARGUMENT");
  }
});

test("a count that throws leaves no other behind that rejects with nobody to hear it", async () => {
  const unheard: unknown[] = [];
  const listener = (error: unknown) => unheard.push(error);
  process.on("unhandledRejection", listener);
  const countTokens = (text: string) => {
    if (text === "later") return Promise.reject(new Error("later"));
    throw new Error("now");
  };
  const { manager } = smallManager({ countTokens });
  await expect(manager.putBatch("a", [{ text: "later" }, { text: "now" }])).rejects.toThrow();
  await new Promise((resolve) => setTimeout(resolve));
  process.off("unhandledRejection", listener);
  expect(unheard).toEqual([]);
});

test("what a counter gives is not in the data of an error", async () => {
  const { manager } = smallManager({ countTokens: (counted) => counted as unknown as number });
  await expect(manager.put("a", { text: "secret" })).rejects.toMatchObject({
    code: "INVALID_TOKENS",
    data: { low: "string", high: "string" },
  });
});
