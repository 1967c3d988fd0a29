import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createTokenBudgetManager } from "../../src/index.ts";

test("a child that closes leaves its parent's archive open, whether it used it or not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "token-budget-"));
  try {
    const manager = await createTokenBudgetManager({
      total: 1_000,
      components: { knowledge_base: { share: 1 } },
      countTokens: (text) => text.length,
      proactiveCleanup: false,
      cleanup: { archive: join(folder, "archive.db") },
    });
    await manager.child("knowledge_base", { tokens: 10 }).close();
    const child = manager.child("knowledge_base", { tokens: 300, components: { knowledge_base: { share: 1 } } });
    for (const budget of [child, manager]) {
      await budget.putBatch("knowledge_base", [
        { text: "the same words again ".repeat(10), kind: "document" },
        { text: "the same words again ".repeat(4), kind: "document" },
      ]);
    }
    const { strategies } = await child.cleanupComponent("knowledge_base", { need: 200 });
    expect(strategies.length).toBeGreaterThan(0);
    await child.close();
    const report = await manager.cleanupComponent("knowledge_base", { need: 900 });
    const ref = report.strategies.flatMap(({ refs }) => refs)[0]!;
    expect((await manager.recall(ref)).text).toContain("the same words again");
    await manager.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
