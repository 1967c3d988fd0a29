import { TokenBudgetError } from "../errors.ts";
import { failureOf, type SqlDatabase, type SqlRow, type SqlStatement, type SqlValue } from "./sql-database.ts";

/** The part of @sqlite.org/sqlite-wasm that the archive uses. */
export interface WasmSqlite {
  installOpfsSAHPoolVfs(options: object): Promise<WasmPool>;
}
interface WasmPool {
  readonly OpfsSAHPoolDb: new (path: string) => WasmDatabase;
  /** Lets go of the files, so that another worker may open them. */
  pauseVfs(): void;
}
export interface WasmDatabase {
  exec(sql: string): unknown;
  prepare(sql: string): WasmStatement;
  close(): void;
}
interface WasmStatement {
  bind(values: readonly SqlValue[]): unknown;
  step(): boolean;
  get(row: object): unknown;
  reset(): unknown;
  finalize(): unknown;
}

/**
 * Opens (or creates) an archive's database in the origin's private file system, from a dedicated worker. One tab at a
 * time: the file belongs to whoever opened it first. A commit is on the disk when it returns.
 *
 * @throws TokenBudgetError `ARCHIVE_DRIVER_MISSING`, or `ARCHIVE_FAILED` with reason `busy` where another tab has it.
 */
export async function openOpfs(directory: string): Promise<SqlDatabase> {
  const sqlite = await loadSqlite();
  let unlock: (() => void) | undefined;
  try {
    unlock = await patiently(() => lock(`token-budget ${directory}`));
    const pool = await patiently(() => openPool(sqlite, directory));
    const db = new pool.OpfsSAHPoolDb("/archive.db");
    const pragmas = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL";
    return wrapWasm(db, pragmas, () => {
      pool.pauseVfs();
      unlock?.();
    });
  } catch (cause) {
    unlock?.();
    if (cause instanceof TokenBudgetError) throw cause;
    const data = { reason: isBusy(cause) ? "busy" : "cannot-open" };
    throw new TokenBudgetError("ARCHIVE_FAILED", `the private file system: ${data.reason}`, data, cause);
  }
}

/** Two tabs that make a new folder at once would each find no file of the other's in it, and each have an archive there. */
function lock(name: string): Promise<(() => void) | undefined> {
  const { locks } = (globalThis as unknown as { navigator: { locks?: LockManager } }).navigator;
  if (locks === undefined) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const held = (found: object | null) =>
      found === null
        ? reject(new DOMException("another tab has the archive", "NoModificationAllowedError"))
        : new Promise<void>((free) => resolve(free));
    locks.request(name, { ifAvailable: true }, held).catch(reject);
  });
}

interface LockManager {
  request(name: string, options: object, held: (found: object | null) => unknown): Promise<unknown>;
}

function openPool(sqlite: WasmSqlite, directory: string): Promise<WasmPool> {
  return sqlite.installOpfsSAHPoolVfs({
    name: `token-budget ${directory}`,
    directory,
    initialCapacity: 4,
    // Without this, a pool that can't be opened (another tab has it) deletes the archive.
    preserveOnInitFailure: true,
    forceReinitIfPreviouslyFailed: true,
  });
}

/** A tab that is being closed may still have the files: worth a second's patience. */
async function patiently<T>(open: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await open();
    } catch (error) {
      if (!isBusy(error) || attempt === 5) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

function isBusy(error: unknown): boolean {
  return (error as { name?: string }).name === "NoModificationAllowedError";
}

async function loadSqlite(): Promise<WasmSqlite> {
  try {
    const { default: start } = await import("@sqlite.org/sqlite-wasm");
    return (await start()) as unknown as WasmSqlite;
  } catch (cause) {
    const remedy =
      "install the package @sqlite.org/sqlite-wasm (npm install --save-exact @sqlite.org/sqlite-wasm@3.54.1-build1)";
    throw new TokenBudgetError("ARCHIVE_DRIVER_MISSING", `no SQLite driver: ${remedy}`, { remedy }, cause);
  }
}

/** A database of sqlite-wasm as the archive's tables need it. `pragmas` are carried out first, `onClose` last. */
export function wrapWasm(db: WasmDatabase, pragmas: string, onClose: () => void = () => {}): SqlDatabase {
  const statements: WasmStatement[] = [];
  guard(() => db.exec(`${pragmas}; PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY`));
  return {
    exec: (sql) => void guard(() => db.exec(sql)),
    prepare(sql): SqlStatement {
      const statement = guard(() => db.prepare(sql));
      statements.push(statement);
      return wrapStatement(statement);
    },
    close() {
      for (const statement of statements) statement.finalize();
      guard(() => db.close());
      guard(onClose);
    },
  };
}

function wrapStatement(statement: WasmStatement): SqlStatement {
  const rows = (values: readonly SqlValue[], limit: number): SqlRow[] =>
    guard(() => {
      try {
        if (values.length > 0) statement.bind(values);
        const found: SqlRow[] = [];
        while (statement.step()) {
          if (found.length < limit) found.push(statement.get({}) as SqlRow);
        }
        return found;
      } finally {
        statement.reset();
      }
    });
  return {
    run: (...values) => void rows(values, 0),
    get: (...values) => rows(values, 1)[0],
    all: (...values) => rows(values, Number.POSITIVE_INFINITY),
  };
}

function guard<T>(step: () => T): T {
  try {
    return step();
  } catch (cause) {
    const code = (cause as { resultCode?: number }).resultCode ?? 1;
    const reason = failureOf(code);
    throw new TokenBudgetError("ARCHIVE_FAILED", `SQLite: ${reason} (result code ${code})`, { reason, code }, cause);
  }
}
