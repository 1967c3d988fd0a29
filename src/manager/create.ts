import { Core } from "./core.ts";
import { Journal } from "./journal.ts";
import { Manager } from "./manager.ts";
import { capsOf, profileOf } from "./profile.ts";
import { type ManagerOptions, type Settings, settingsOf } from "./settings.ts";
import type { TokenBudgetManager } from "./token-budget-manager.ts";
import { totalOf } from "./total.ts";

/**
 * Creates the budget of a session.
 * @param options `total`, and whatever differs from the defaults.
 * @throws TokenBudgetError INVALID_ARGUMENT, INVALID_TOKENS, UNKNOWN_MODEL; and as `createTokenizer`
 * Cost: one call of the ledger; about a kilobyte, and 64 bytes a component and 64 more of the ledger.
 * @example
 * const manager = await createTokenBudgetManager({ total: 200_000 });
 * manager.getUtilizationReport().components.working_memory.allocated; // => 60000
 */
export async function createTokenBudgetManager(options: ManagerOptions): Promise<TokenBudgetManager> {
  const settings = settingsOf(options);
  if (typeof options.tokenizer === "string") await settings.counting.load();
  return manage(options, settings);
}

/** As {@link createTokenBudgetManager}, at once. A named tokenizer needs files to read it from (Node, Bun, Deno). */
export function createTokenBudgetManagerSync(options: ManagerOptions): TokenBudgetManager {
  const settings = settingsOf(options);
  if (typeof options.tokenizer === "string") settings.counting.loadSync();
  return manage(options, settings);
}

function manage(options: ManagerOptions, settings: Settings): TokenBudgetManager {
  const profile = profileOf(options.components);
  const total = totalOf(options.total);
  const caps = capsOf(
    total,
    profile.rules.map((rule) => rule.share),
  );
  const now = settings.now();
  const budget = settings.ledger.openAccounts(caps, 0, settings.windowMs, now);
  const core = new Core(settings, profile, budget, caps, total, now);
  if (options.journal !== undefined) core.watchJournal(Journal.of(options.journal), now, caps);
  return new Manager(core);
}
