import type { Archive } from "./archive.ts";
import { MemoryArchive } from "./memory-archive.ts";
import { SqliteArchive, type SqliteArchiveOptions } from "./sqlite-archive.ts";

/**
 * An archive: in a file where a path is given (Node), else in memory.
 *
 * @throws TokenBudgetError as `SqliteArchive.open` does.
 * Cost: in memory none; of a file, a thread.
 * @example
 * const archive = await openArchive(); // or openArchive("session.db")
 * const manager = await createTokenBudgetManager({ total: 10_000, cleanup: { archive } });
 * (await archive.list(manager.namespace)).length; // => 0
 */
export function openArchive(path: string, options?: SqliteArchiveOptions): Promise<SqliteArchive>;
export function openArchive(path?: string, options?: SqliteArchiveOptions): Promise<Archive>;
export async function openArchive(path?: string, options: SqliteArchiveOptions = {}): Promise<Archive> {
  return path === undefined ? new MemoryArchive(options) : SqliteArchive.open(path, options);
}
