import { shareCleanupPool } from "./cleanup/pooled-cleanup.ts";
import { type CleanupManagerOptions, createManagerSyncWith, createManagerWith } from "./create-manager.ts";
import type { TokenBudgetManager } from "./manager/manager.ts";

/** As in the common entry; heavy work of a cleanup runs in worker threads, shared by all managers of the process. */
export const createTokenBudgetManager = (options: CleanupManagerOptions): Promise<TokenBudgetManager> =>
  createManagerWith(shareCleanupPool, options);

/** As in the common entry; heavy work of a cleanup runs in worker threads, shared by all managers of the process. */
export const createTokenBudgetManagerSync = (options: CleanupManagerOptions): TokenBudgetManager =>
  createManagerSyncWith(shareCleanupPool, options);
