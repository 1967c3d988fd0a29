/** A value of a foreign message while it is being taken apart or rebuilt. Objects are plain; order of keys is kept. */
export type Json = null | undefined | string | number | boolean | Json[] | JsonRecord;
export type JsonRecord = { [key: string]: Json };

/** Where a value lies inside a message: keys and array indexes from its root. */
export type Path = readonly (string | number)[];

/** Whether `value` is an object with keys (no array, no class instance such as a URL or bytes). */
export function isRecord(value: unknown): value is JsonRecord {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** `record[key]` where it is a string. */
export function stringAt(record: Json, key: string): string | undefined {
  const value = isRecord(record) && Object.hasOwn(record, key) ? record[key] : undefined;
  return typeof value === "string" ? value : undefined;
}

/** `record[key]` where it is an array, else an empty one. */
export function arrayAt(record: Json, key: string): readonly Json[] {
  const value = isRecord(record) && Object.hasOwn(record, key) ? record[key] : undefined;
  return Array.isArray(value) ? value : [];
}

/**
 * A copy that shares nothing changeable: arrays and plain objects are copied with the order of their keys, all else
 * (strings, and instances that in-memory messages may hold, such as bytes or a URL) is kept as it is.
 */
export function cloneJson<T>(value: T): T {
  if (Array.isArray(value)) return value.map(cloneJson) as T;
  if (!isRecord(value)) return value;
  const copy: JsonRecord = {};
  for (const key of Object.keys(value)) setOwn(copy, key, cloneJson(value[key]));
  return copy as T;
}

/** Whether JSON restores the value exactly: no undefined, no -0, no number beyond JSON, no class instance. */
export function isExactJson(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0);
  if (Array.isArray(value)) return value.every(isExactJson);
  return isRecord(value) && Object.keys(value).every((key) => isExactJson(value[key]));
}

/** The value at `path`, or undefined where the way there ends. */
export function getAt(root: Json, path: Path): Json {
  let value = root;
  for (const step of path) {
    if (typeof step === "number") value = Array.isArray(value) ? value[step] : undefined;
    else value = isRecord(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** Replaces the value at `path`, which exists; the order of keys stays. Returns the root (a new one for an empty path). */
export function setAt(root: Json, path: Path, value: Json): Json {
  const last = path.at(-1);
  if (last === undefined) return value;
  const holder = getAt(root, path.slice(0, -1));
  if (Array.isArray(holder) && typeof last === "number") holder[last] = value;
  else if (isRecord(holder) && typeof last === "string") setOwn(holder, last, value);
  return root;
}

/** Deletes the keys and array elements at `paths`, all given as they were before the first deletion. */
export function deleteAll(root: Json, paths: readonly Path[]): void {
  const deepestLast = [...paths].sort(byPosition).reverse();
  for (const path of deepestLast) {
    const last = path.at(-1);
    const holder = getAt(root, path.slice(0, -1));
    if (Array.isArray(holder) && typeof last === "number") holder.splice(last, 1);
    else if (isRecord(holder) && typeof last === "string") delete holder[last];
  }
}

/** An own property even for `__proto__`, which a plain assignment would swallow. */
function setOwn(record: JsonRecord, key: string, value: Json): void {
  if (key === "__proto__")
    Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
  else record[key] = value;
}

function byPosition(a: Path, b: Path): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a[i]!;
    const y = b[i]!;
    if (x === y) continue;
    if (typeof x === "number" && typeof y === "number") return x - y;
    return String(x) < String(y) ? -1 : 1;
  }
  return a.length - b.length;
}
