import { shareCleanupPool } from "./cleanup/pooled-cleanup.ts";
import { type CleanupManagerOptions, createManagerSyncWith, createManagerWith } from "./create-manager.ts";
import type { TokenBudgetManager } from "./manager/token-budget-manager.ts";

/**
 * Creates the budget of a session, with the built-in cleanup. Its heavy work runs in worker threads that all managers of the
 * process share. Nothing of it is started before the first cleanup but an archive that has a path.
 *
 * @throws TokenBudgetError INVALID_ARGUMENT, INVALID_TOKENS, UNKNOWN_MODEL; as `createTokenizer` and `openArchive`; nothing
 * stays behind
 * Cost: about a kilobyte; the tokenizer is loaded with the first text, threads start with the first large cleanup.
 * @example
 * const manager = await createTokenBudgetManager({ total: 200_000 });
 * manager.getUtilizationReport().components.working_memory?.allocated; // => 60000
 * await createTokenBudgetManager({ total: -1 }); // throws INVALID_TOKENS
 */
export const createTokenBudgetManager = (options: CleanupManagerOptions): Promise<TokenBudgetManager> =>
  createManagerWith(shareCleanupPool, options);

/**
 * As {@link createTokenBudgetManager}, at once. Cost: the same.
 * @throws TokenBudgetError also `INVALID_ARGUMENT` for an archive with a path, which can't be opened at once.
 * @example createTokenBudgetManagerSync({ total: { contextWindow: 128_000, reserveOutput: 4_000 } }).totalBudget; // => 124000
 */
export const createTokenBudgetManagerSync = (options: CleanupManagerOptions): TokenBudgetManager =>
  createManagerSyncWith(shareCleanupPool, options);
