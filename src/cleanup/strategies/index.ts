export { archiveCompletedTasks } from "./archive-completed-tasks.ts";
export { archiveFinishedAgents } from "./archive-finished-agents.ts";
export { type ArchiveInteractionsOptions, archiveInteractions } from "./archive-interactions.ts";
export { type ArchiveLeastUsedOptions, archiveLeastUsed } from "./archive-least-used.ts";
export { type CacheDocumentationOptions, cacheDocumentation } from "./cache-documentation.ts";
export { type CompressInactiveOptions, compressInactive } from "./compress-inactive.ts";
export { type DeduplicateOptions, deduplicate } from "./deduplicate.ts";
export { keepLatestState } from "./keep-latest-state.ts";
export { type RemoveDebugInfoOptions, removeDebugInfo } from "./remove-debug-info.ts";
export {
  type RemoveRedundantExchangesOptions,
  removeRedundantExchanges,
} from "./remove-redundant-exchanges.ts";
export {
  type SummarizeOldInteractionsOptions,
  summarizeOldInteractions,
} from "./summarize-old-interactions.ts";
export { type UnloadUnusedSkillsOptions, unloadUnusedSkills } from "./unload-unused-skills.ts";
