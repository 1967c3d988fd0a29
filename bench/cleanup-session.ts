import {
  type Archive,
  createTokenBudgetManager,
  createTokenizer,
  type Executor,
  type TokenBudgetManager,
} from "token-budget";
import type { BenchItem } from "./cleanup-items.ts";

const clock = 1_000_000_000;
const hour = 3_600_000;
const components = ["working_memory", "knowledge_base", "interaction_buffer"];

/** A session with these items, whose cleanups run in the executor; closing it leaves the executor open. */
export async function fillSession(
  items: readonly BenchItem[],
  archive: Archive,
  executor: Executor,
): Promise<TokenBudgetManager> {
  const share: Executor = {
    concurrency: executor.concurrency,
    run: (batch, options) => executor.run(batch, options),
    close: async () => {},
  };
  const manager = await createTokenBudgetManager({
    total: 100_000_000,
    tokenizer: await createTokenizer("o200k_base"),
    now: () => clock,
    minGain: 0,
    proactiveCleanup: false,
    cleanup: { archive, executor: () => share },
  });
  for (const { component, item, ageHours } of items) {
    const createdAt = clock - ageHours * hour;
    if (!manager.tryPut(component, { ...item, createdAt })) throw new Error(`no room in ${component}`);
  }
  return manager;
}

/** Cleans all components at once, as far as they can be cleaned. */
export const cleanSession = (manager: TokenBudgetManager) =>
  Promise.all(components.map((component) => manager.cleanupComponent(component, { goal: 1_000_000_000 })));

/** Where a strategy was skipped, or the sum of the items is not what the ledger holds. */
export function faultsOf(manager: TokenBudgetManager, reports: Awaited<ReturnType<typeof cleanSession>>): string[] {
  const held = manager.items().reduce((sum, item) => sum + item.tokens, 0);
  const used = Object.values(manager.currentUsage).reduce((sum, tokens) => sum + tokens, 0);
  const skipped = reports.flatMap(({ strategies }) =>
    strategies.flatMap(({ strategy, skipped }) => (skipped === undefined ? [] : [`${strategy}: ${skipped}`])),
  );
  return held === used ? skipped : [...skipped, `items hold ${held}, the ledger ${used}`];
}
