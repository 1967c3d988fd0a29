/** What the archive needs of an SQLite driver: synchronous, in the thread (a worker) that calls it. */
export interface SqlDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqlStatement;
  close(): void;
}

export type SqlValue = number | string | Uint8Array | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface SqlStatement {
  run(...values: SqlValue[]): void;
  get(...values: SqlValue[]): SqlRow | undefined;
  all(...values: SqlValue[]): readonly SqlRow[];
}

/** Why SQLite failed, in `data.reason` of an `ARCHIVE_FAILED` error. */
export type SqlFailure =
  | "busy"
  | "cannot-open"
  | "corrupt"
  | "foreign-file"
  | "full"
  | "io"
  | "newer-schema"
  | "other"
  | "read-only"
  | "too-big";

/** The cause behind an SQLite result code (its low byte; https://sqlite.org/rescode.html). */
export function failureOf(resultCode: number): SqlFailure {
  switch (resultCode & 0xff) {
    case 5:
    case 6:
      return "busy";
    case 8:
      return "read-only";
    case 10:
      return "io";
    case 11:
    case 26:
      return "corrupt";
    case 13:
      return "full";
    case 14:
      return "cannot-open";
    case 18:
      return "too-big";
    default:
      return "other";
  }
}
