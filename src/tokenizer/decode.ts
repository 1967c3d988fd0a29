import { TokenBudgetError } from "../errors.ts";
import type { OrdinaryEncoding } from "./ordinary.ts";
import { specialTokens } from "./special.ts";
import type { EncodingName } from "./types.ts";
import { decodeUtf8 } from "./utf8.ts";

const names = new Map<EncodingName, ReadonlyMap<number, Uint8Array>>();

/** The text of ids: {@link decodeBytes} read as UTF-8, with U+FFFD for bytes that are none. */
export function decodeIds(core: OrdinaryEncoding, ids: ArrayLike<number>): string {
  return decodeUtf8(decodeBytes(core, ids));
}

/**
 * The bytes of ids, special tokens as their names.
 * @throws TokenBudgetError `TOKEN_OUT_OF_RANGE` (data.index, data.id) for the first id that the encoding does not have,
 * `INVALID_ARGUMENT` for a value that is no array. Nothing has been decoded.
 * Cost: proportional to the ids and the bytes.
 */
export function decodeBytes(core: OrdinaryEncoding, ids: ArrayLike<number>): Uint8Array {
  const specials = specialBytes(core.encoding);
  const { checked, places } = checkIds(core, ids, specials);
  if (places.length === 0) return core.decodeBytes(checked);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const place of places) {
    if (place > from) parts.push(core.decodeBytes(checked.subarray(from, place)));
    parts.push(specials.get(checked[place]!)!);
    from = place + 1;
  }
  if (from < checked.length) parts.push(core.decodeBytes(checked.subarray(from)));
  return concatenate(parts);
}

/** The ids as whole numbers that the encoding has, and the places of those that are special. */
function checkIds(core: OrdinaryEncoding, ids: ArrayLike<number>, specials: ReadonlyMap<number, Uint8Array>) {
  if (ids === null || typeof ids !== "object" || !Number.isSafeInteger(ids.length) || ids.length < 0) {
    throw new TokenBudgetError("INVALID_ARGUMENT", "the ids must be an array of numbers", { type: typeof ids });
  }
  const { checked, whole } = ids instanceof Uint32Array ? { checked: ids, whole: ids.length } : wholeNumbers(ids);
  const places: number[] = [];
  // A special id may lie inside the rank table (50256 in p50k): from the lowest on, the map is asked.
  const lowest = Math.min(core.rankCount, ...specials.keys());
  for (let index = 0; index < whole; index++) {
    const id = checked[index]!;
    if (id < lowest) continue;
    if (specials.has(id)) places.push(index);
    else if (id >= core.rankCount) refuseId(index, id);
  }
  if (whole < ids.length) refuseId(whole, ids[whole]);
  return { checked, places };
}

/** The ids, and how many of them there are before the first that is no whole number of 32 bits. */
function wholeNumbers(ids: ArrayLike<number>): { checked: Uint32Array; whole: number } {
  const checked = new Uint32Array(ids.length);
  for (let index = 0; index < checked.length; index++) {
    const id = ids[index]!;
    if (!Number.isInteger(id) || id < 0 || id > 0xffffffff) return { checked, whole: index };
    checked[index] = id;
  }
  return { checked, whole: checked.length };
}

function refuseId(index: number, id: unknown): never {
  const shown = typeof id === "number" ? id : typeof id;
  const message = `ids[${index}] is no token of this encoding`;
  throw new TokenBudgetError("TOKEN_OUT_OF_RANGE", message, { index, id: shown });
}

function specialBytes(encoding: EncodingName): ReadonlyMap<number, Uint8Array> {
  let bytes = names.get(encoding);
  if (bytes === undefined) {
    // Where two names share an id, the first in the table is the one that is written.
    const entries = [...specialTokens(encoding)].reverse();
    bytes = new Map(entries.map(([name, id]) => [id, Uint8Array.from(name, (char) => char.charCodeAt(0))]));
    names.set(encoding, bytes);
  }
  return bytes;
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
