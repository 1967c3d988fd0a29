// The entry of Node, Bun and Deno: all of the common entry, and what needs threads.
export { createPooledCleanup, type PooledCleanupOptions, shareCleanupPool } from "./cleanup/pooled-cleanup.ts";
export { createTokenBudgetManager, createTokenBudgetManagerSync } from "./create-manager.node.ts";
export * from "./index.ts";
export type {
  AdjustmentRecord,
  BandTime,
  Check,
  CleanupRecord,
  Denied,
  ReplayResult,
  Sample,
  Whereabouts,
} from "./replay/recording.ts";
export { type ReplayOptions, type ReplayProgress, replaySession } from "./replay/replay.ts";
export { replayPage } from "./report/html.ts";
