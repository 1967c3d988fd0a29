export type {
  Archive,
  ArchiveEntry,
  ArchiveInput,
  ArchiveSummary,
  ListOptions,
  SearchHit,
  SearchOptions,
} from "./archive.ts";
export { MemoryArchive } from "./memory-archive.ts";
export { openArchive } from "./open-archive.ts";
export type { Retention, RetentionOptions, RetentionReport, RetiredEntry } from "./retention.ts";
export { SqliteArchive, type SqliteArchiveOptions } from "./sqlite-archive.ts";
export type { SqliteDriver } from "./sqlite-driver.ts";
