import { TokenBudgetError } from "../errors.ts";
import { failureOf, type SqlDatabase, type SqlRow, type SqlStatement, type SqlValue } from "./sql-database.ts";

/** Which SQLite to use: Node's own (22.5 and later), the package libsql, or the first of them that is there. */
export type SqliteDriver = "auto" | "node" | "libsql";

/** The part of both drivers' classes that the archive uses; they agree on it. */
interface NativeDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): NativeStatement;
  close(): void;
}
interface NativeStatement {
  run(...values: (SqlValue | readonly SqlValue[])[]): unknown;
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
}
type NativeConstructor = new (path: string, options?: object) => NativeDatabase;
interface Driver {
  readonly Database: NativeConstructor;
  /** Values may be given as one array, which is quicker. */
  readonly takesArrays: boolean;
}

/**
 * Opens (or creates) a database file in the calling thread, in WAL mode; a commit is on the disk when it returns.
 *
 * @param busyTimeoutMs how long to wait for another process's lock.
 * @throws TokenBudgetError `ARCHIVE_DRIVER_MISSING`, or `ARCHIVE_FAILED` with the reason.
 */
export async function openSqlite(path: string, driver: SqliteDriver, busyTimeoutMs: number): Promise<SqlDatabase> {
  const { Database, takesArrays } = await loadDriver(driver);
  const db = guard(() => new Database(path, { timeout: busyTimeoutMs }));
  try {
    return guard(() => {
      db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
      useWal(db, busyTimeoutMs);
      db.exec(
        "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY",
      );
      db.exec("PRAGMA wal_autocheckpoint = 4000");
      return new Guarded(db, takesArrays);
    });
  } catch (error) {
    db.close();
    throw error;
  }
}

async function loadDriver(driver: SqliteDriver): Promise<Driver> {
  if (driver !== "libsql") {
    const found = nodeSqlite();
    if (found !== undefined) return { Database: found, takesArrays: false };
  }
  if (driver !== "node") {
    try {
      const { default: Database } = (await import("libsql")) as unknown as { default: NativeConstructor };
      return { Database, takesArrays: true };
    } catch (cause) {
      throw missing("install the package libsql (npm install libsql@0.5.29), or use Node 22.5 or later", cause);
    }
  }
  throw missing("this version of Node has no node:sqlite; use Node 22.5 or later, or the driver libsql", undefined);
}

/** Loads node:sqlite without the warning that Node 22 and 24 print for it. The thread is the archive's own. */
function nodeSqlite(): NativeConstructor | undefined {
  const host = process as { getBuiltinModule?(name: string): unknown };
  const { emitWarning } = process;
  try {
    process.emitWarning = () => {};
    return (host.getBuiltinModule?.("node:sqlite") as { DatabaseSync?: NativeConstructor } | undefined)?.DatabaseSync;
  } finally {
    process.emitWarning = emitWarning;
  }
}

function missing(remedy: string, cause: unknown): TokenBudgetError {
  return new TokenBudgetError("ARCHIVE_DRIVER_MISSING", `no SQLite driver: ${remedy}`, { remedy }, cause);
}

/** The change to WAL does not wait for locks, so two processes that create a file at once have to try again. */
function useWal(db: NativeDatabase, busyTimeoutMs: number): void {
  const deadline = Date.now() + busyTimeoutMs;
  for (;;) {
    try {
      db.prepare("PRAGMA journal_mode = WAL").get();
      return;
    } catch (error) {
      if (failureOf(resultCode(error)) !== "busy" || Date.now() > deadline) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** Turns the drivers' errors into ours. */
class Guarded implements SqlDatabase {
  readonly #db: NativeDatabase;
  readonly #takesArrays: boolean;

  constructor(db: NativeDatabase, takesArrays: boolean) {
    this.#db = db;
    this.#takesArrays = takesArrays;
  }

  exec(sql: string): void {
    guard(() => this.#db.exec(sql));
  }

  prepare(sql: string): SqlStatement {
    const statement = guard(() => this.#db.prepare(sql));
    return {
      run: this.#takesArrays
        ? (...values) => void guard(() => statement.run(values))
        : (...values) => void guard(() => statement.run(...values)),
      get: (...values) => guard(() => statement.get(...values) as SqlRow | undefined),
      all: (...values) => guard(() => (statement.all(...values) as SqlRow[]).map(withBytes)),
    };
  }

  close(): void {
    try {
      // Leaves one file behind instead of three. Another process that reads may prevent it, and will do it later.
      this.#db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
    } catch {
      // What is in the log is as durable there.
    }
    guard(() => this.#db.close());
  }
}

/** libsql's `all` gives blobs as ArrayBuffer, its `get` as Buffer. */
function withBytes(row: SqlRow): SqlRow {
  for (const [name, value] of Object.entries(row as Record<string, unknown>)) {
    if (value instanceof ArrayBuffer) (row as Record<string, SqlValue>)[name] = new Uint8Array(value);
  }
  return row;
}

function guard<T>(step: () => T): T {
  try {
    return step();
  } catch (cause) {
    if (cause instanceof TokenBudgetError) throw cause;
    const code = resultCode(cause);
    const reason = failureOf(code);
    throw new TokenBudgetError("ARCHIVE_FAILED", `SQLite: ${reason} (result code ${code})`, { reason, code }, cause);
  }
}

/** libsql puts SQLite's code in `rawCode` or, when it can't open a file, at the message's end; node:sqlite in `errcode`. */
function resultCode(error: unknown): number {
  const { rawCode, errcode, message } = error as { rawCode?: number; errcode?: number; message?: string };
  return rawCode ?? errcode ?? Number(/: (\d+)"?\)?$/.exec(message ?? "")?.[1] ?? 1);
}
