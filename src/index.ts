export * from "./adapters/index.ts";
export * from "./archive/index.ts";
export type { StubText } from "./cleanup/check.ts";
export { type CleanerOptions, createCleaner } from "./cleanup/cleaner.ts";
export { defaultStrategies } from "./cleanup/default-strategies.ts";
export type { Edit, EditKind, EditUnit } from "./cleanup/edit.ts";
export { createInlineCleanup } from "./cleanup/inline-cleanup.ts";
export { createSimilarity, type Similarity } from "./cleanup/similarity/index.ts";
export * as strategies from "./cleanup/strategies/index.ts";
export type {
  AnyStrategy,
  EditList,
  FunctionStrategy,
  LossClass,
  ModuleContext,
  ModuleFunction,
  ModuleStrategy,
  Strategy,
  StrategyTools,
} from "./cleanup/strategy.ts";
export type { GuardedSummarizer, Summarizer, SummarizerOptions, Summary } from "./cleanup/summarizer.ts";
export { compactLossless } from "./cleanup/text/compact.ts";
export { type DebugInfoOptions, removeDebugInfo } from "./cleanup/text/debug-info.ts";
export type { TextEdit } from "./cleanup/text/edit.ts";
export { excerpt, excerptSteps } from "./cleanup/text/excerpt.ts";
export type { CountTokens } from "./cleanup/text/fit.ts";
export { type StubOptions, stubBulky } from "./cleanup/text/stub.ts";
export { summarizeExtractive, summarizeSteps } from "./cleanup/text/summarize.ts";
export type { View } from "./cleanup/view.ts";
export {
  type CleanupManagerOptions,
  type CleanupSettings,
  createTokenBudgetManager,
  createTokenBudgetManagerSync,
} from "./create-manager.ts";
export { BudgetExceededError, type ErrorCode, TokenBudgetError } from "./errors.ts";
export {
  type AccountState,
  createLedger,
  createLedgerSync,
  type Ledger,
  type LedgerBatch,
  type LedgerBudget,
  type LedgerBudgetOptions,
  type LedgerOptions,
} from "./ledger/index.ts";
export type { Adjustment, AdjustmentMove, UsageHistory } from "./manager/adjusting.ts";
export type { ChildOptions } from "./manager/children.ts";
export type {
  AppliedEdit,
  ApplyResult,
  ArchivedOriginal,
  Cleaner,
  CleanHost,
  CleanReport,
  CleanRequest,
  EditReport,
  HostComponent,
  OriginalHit,
  OriginalSearch,
  StrategyReport,
} from "./manager/cleaner.ts";
export type { CleanupOptions } from "./manager/cleaning.ts";
export type { CountFunction, TextCounter, TokenEstimate } from "./manager/counting.ts";
export type { BandStatus, EventName, Listener, ManagerEvents } from "./manager/events.ts";
export type { Item, ItemInput, ItemKind, JsonValue } from "./manager/item.ts";
export {
  type AccountRecord,
  type BudgetState,
  type JournalEntry,
  type JournalSink,
  jsonLines,
  type ReservationRecord,
} from "./manager/journal.ts";
export type { NotedUse } from "./manager/mean-tokens.ts";
export type { Pace } from "./manager/pace.ts";
export {
  type AdjustmentPolicy,
  type ComponentUse,
  proportionalPolicy,
  standardPolicy,
  type WantedMove,
} from "./manager/policies.ts";
export { type ComponentOptions, type ComponentRule, defaultComponents, Profile } from "./manager/profile.ts";
export { type ReplayedBudget, replayJournal } from "./manager/replay.ts";
export type { ComponentReport, Utilization, UtilizationReport } from "./manager/report.ts";
export type { Reservation, ReserveOptions } from "./manager/reservations.ts";
export type { CleanerFactory, ManagerOptions } from "./manager/settings.ts";
export type { ActivityRecord, ManagerSnapshot, RuleRecord } from "./manager/snapshot.ts";
export type { TokenBudgetManager } from "./manager/token-budget-manager.ts";
export type { TotalOptions } from "./manager/total.ts";
export type { Shortfall, WaitOptions } from "./manager/wait-options.ts";
export { type FormatOptions, formatReport } from "./report/format-report.ts";
export { isCertainBoundary, nextCertainBoundary } from "./tokenizer/certain-boundary.ts";
export { BpeTokenizer, createTokenizer, createTokenizerSync, type TokenizerSource } from "./tokenizer/index.ts";
export { findModel, listModels, type ModelInfo, type ModelOverride } from "./tokenizer/models.ts";
export { encodingNames, nearestNames, resolveEncoding } from "./tokenizer/resolve-encoding.ts";
export type * from "./tokenizer/types.ts";
export type { Weighed } from "./workers/batches.ts";
export type { Batch, Executor, Outcome, RunOptions } from "./workers/executor.ts";
export type { Mapped } from "./workers/ordered-map.ts";
