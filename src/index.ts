export type { Archive, ArchiveEntry, ArchiveInput, ArchiveSummary, SearchHit } from "./archive/archive.ts";
export { BudgetExceededError, type ErrorCode, TokenBudgetError } from "./errors.ts";
export type { Cleaner, CleanReport, CleanRequest, StrategyReport } from "./manager/cleaner.ts";
export type { Item, ItemInput, ItemKind, JsonValue } from "./manager/item.ts";
export { findModel, listModels, type ModelInfo, type ModelOverride } from "./tokenizer/models.ts";
export { encodingNames, nearestNames, resolveEncoding } from "./tokenizer/resolve-encoding.ts";
export type * from "./tokenizer/types.ts";
