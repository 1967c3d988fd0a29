import { TokenBudgetError } from "../errors.ts";
import type { JsonValue } from "../manager/item.ts";
import type { ArchiveEntry, ArchiveInput, ArchiveSummary } from "./archive.ts";
import { sha256Hex } from "./sha256.ts";
import { encodeWtf8, isWellFormed } from "./wtf8.ts";

/** An input that was checked; everything but its text and time is in `info`, as JSON, so that it comes back as it came. */
export interface PreparedEntry {
  readonly text: string;
  readonly info: string;
  readonly component: string;
  readonly archivedAt: number;
}

/** The keys are short because each entry stores them. */
interface Info {
  readonly c: string;
  readonly k: string;
  readonly i: string;
  readonly n: number;
  readonly t: number;
  readonly m?: { readonly [key: string]: JsonValue };
}

/** Refs are the first 52 bits of a hash: an integer in JavaScript and in SQLite, and 13 digits in a prompt. */
const refDigits = 13;
const refPattern = /^[0-9a-f]{13}$/;

/**
 * Checks an input and takes what it says besides its text.
 *
 * @throws TokenBudgetError `INVALID_ARGUMENT` (with `field`).
 */
export function prepareEntry(input: ArchiveInput): PreparedEntry {
  if (input === null || typeof input !== "object") throw invalid("entry");
  const { text, component, kind, itemId, tokens, createdAt, archivedAt, metadata } = input;
  if (typeof text !== "string") throw invalid("text");
  if (typeof component !== "string") throw invalid("component");
  if (typeof kind !== "string") throw invalid("kind");
  if (typeof itemId !== "string") throw invalid("itemId");
  if (!Number.isSafeInteger(tokens) || tokens < 0) throw invalid("tokens");
  if (!Number.isFinite(createdAt)) throw invalid("createdAt");
  if (!Number.isFinite(archivedAt)) throw invalid("archivedAt");
  if (metadata !== undefined && (metadata === null || typeof metadata !== "object")) throw invalid("metadata");
  const info: Info = { c: component, k: kind, i: itemId, n: tokens, t: createdAt, m: metadata! };
  try {
    return { text, info: JSON.stringify(info), component, archivedAt: archivedAt + 0 };
  } catch (cause) {
    throw new TokenBudgetError("INVALID_ARGUMENT", "metadata can't be written as JSON", { field: "metadata" }, cause);
  }
}

/** An entry without its text, from what is stored of it. */
export function summaryOf(ref: string, info: string, archivedAt: number): ArchiveSummary {
  const { c, k, i, n, t, m } = JSON.parse(info) as Info;
  const summary = { ref, tokens: n, component: c, kind: k, itemId: i, createdAt: t, archivedAt };
  return m === undefined ? summary : { ...summary, metadata: m };
}

export function entryOf(ref: string, text: string, info: string, archivedAt: number): ArchiveEntry {
  return { ...summaryOf(ref, info, archivedAt), text };
}

/**
 * The key of an entry: the same text with the same circumstances has the same key in every archive, so that storing it
 * again adds nothing, and a ref never leads to another text. `attempt` counts keys that were taken by other entries.
 */
export function entryKey(contentHash: Uint8Array | string, info: string, attempt = 0): number {
  const about = attempt === 0 ? info : `${info}${attempt}`;
  const hash = sha256Hex(hashed(contentHash, about));
  return Number.parseInt(hash.slice(0, refDigits), 16);
}

const hashBytes = 32;
const scratchBytes = 16 * 1024;
const encoder = new TextEncoder();
/** What the next key is made of: it is done with when the key is there, and a cleanup makes thousands. */
let scratch: Uint8Array | undefined;

/** A hash (its bytes, or in hex) with a text behind it. */
function hashed(contentHash: Uint8Array | string, about: string): Uint8Array {
  scratch ??= new Uint8Array(scratchBytes);
  const most = hashBytes + about.length * 3;
  const bytes = most <= scratchBytes ? scratch : new Uint8Array(most);
  if (typeof contentHash !== "string") bytes.set(contentHash);
  else {
    for (let at = 0; at < hashBytes; at++)
      bytes[at] = (digit(contentHash, at * 2) << 4) | digit(contentHash, at * 2 + 1);
  }
  const rest = bytes.subarray(hashBytes);
  if (isWellFormed(about)) return bytes.subarray(0, hashBytes + encoder.encodeInto(about, rest).written);
  const written = encodeWtf8(about);
  rest.set(written);
  return bytes.subarray(0, hashBytes + written.length);
}

/** The value of a lower-case hex digit. */
function digit(hex: string, at: number): number {
  const code = hex.charCodeAt(at);
  return code < 0x3a ? code - 0x30 : code - 0x57;
}

/** The first 52 bits of a hash. */
export function hashKey(hash: Uint8Array): number {
  let key = 0;
  for (let at = 0; at < 6; at++) key = key * 256 + hash[at]!;
  return key * 16 + (hash[6]! >> 4);
}

export function refOf(key: number): string {
  // In two integers: the engine's way with larger numbers is many times slower.
  const high = Math.floor(key / 2 ** 28);
  return hex(high, refDigits - 7) + hex(key - high * 2 ** 28, 7);
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** The key behind a ref, or undefined where the string is none. */
export function keyOf(ref: string): number | undefined {
  return typeof ref === "string" && refPattern.test(ref) ? Number.parseInt(ref, 16) : undefined;
}

export function checkNamespace(namespace: string): void {
  if (typeof namespace !== "string") throw invalid("namespace");
}

/** A whole number from 0, or the default where none is given. */
export function checkCount(value: number | undefined, fallback: number, field: string): number {
  if (value === undefined) return fallback;
  if (!Number.isSafeInteger(value) || value < 0) throw invalid(field);
  return value;
}

export function invalid(field: string): TokenBudgetError {
  return new TokenBudgetError("INVALID_ARGUMENT", `the archive can't take this ${field}`, { field });
}

/** All texts that may go have gone, and those of one `put` alone are still too many bytes. */
export function fullArchive(bytes: number, maxBytes: number): TokenBudgetError {
  return new TokenBudgetError("ARCHIVE_FAILED", `the texts need ${bytes} bytes, and the archive may hold ${maxBytes}`, {
    reason: "full",
    bytes,
    maxBytes,
  });
}
