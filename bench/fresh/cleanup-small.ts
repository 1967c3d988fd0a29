// Cleanups of 1,000 small items, from the call to the edits applied, with a warm pool: prints a SmallCleanupCost.
import { createPooledCleanup, createTokenBudgetManager, createTokenizer } from "token-budget";
import { openCorpus } from "../corpus.ts";

export interface SmallCleanupCost {
  readonly roundsMs: readonly number[];
  readonly edited: number;
  readonly freed: number;
}

const clock = 1_000_000_000;
const hour = 3_600_000;

async function round(text: string, executor: ReturnType<typeof createPooledCleanup>) {
  const manager = await createTokenBudgetManager({
    total: 10_000_000,
    tokenizer: await createTokenizer("o200k_base"),
    now: () => clock,
    minGain: 0,
    proactiveCleanup: false,
    cleanup: { executor: () => executor },
  });
  for (let n = 0; n < 1_000; n++) {
    manager.tryPut("interaction_buffer", {
      kind: "message",
      role: n % 2 === 0 ? "user" : "assistant",
      text: `${n}: ${text.slice(n * 300, (n + 1) * 300)}`,
      createdAt: clock - (n < 500 ? 5 : 3) * hour,
    });
  }
  // Items are put over a session's time: those of a moment ago would be moved by the collector meanwhile.
  (globalThis as { gc?: (options: object) => void }).gc?.({ type: "minor" });
  (globalThis as { gc?: (options: object) => void }).gc?.({ type: "minor" });
  const started = performance.now();
  const report = await manager.cleanupComponent("interaction_buffer", { goal: 1_000_000 });
  const ms = performance.now() - started;
  const edited = report.strategies.reduce((sum, { items }) => sum + items, 0);
  // The manager is let go: a process has one of a session, not those of all rounds.
  return { ms, edited, freed: report.freed };
}

async function measure({ rounds }: { rounds: number }): Promise<SmallCleanupCost> {
  const executor = createPooledCleanup({ workers: 2 });
  const corpus = openCorpus();
  const text = corpus.text("agent").repeat(2);
  const done = [];
  // Threads, and the calling one, are warm once they have compiled what they run.
  for (let n = -40; n < rounds; n++) {
    const one = await round(text, executor);
    if (n >= 0) done.push(one);
  }
  await executor.close();
  return { roundsMs: done.map(({ ms }) => ms), edited: done[0]!.edited, freed: done[0]!.freed };
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2]!))));
