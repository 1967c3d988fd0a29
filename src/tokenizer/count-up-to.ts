import { previousCertainBoundary } from "./certain-boundary.ts";
import { checkLimit, checkText } from "./check-input.ts";
import { countText } from "./count-text.ts";
import type { OrdinaryEncoding } from "./ordinary.ts";
import { allowedSpecials } from "./special.ts";
import type { EncodeOptions, LimitedCount, TextInput } from "./types.ts";
import { decodeUtf8 } from "./utf8.ts";

/** UTF-16 units that are counted between two looks at the limit. */
const stride = 4096;

/**
 * Tokens that appending text can take away from a count at most, with room to spare: only the last few hundred bytes
 * before the end (the merge horizon of each table, at most 301) can still be joined otherwise.
 */
const slack = 2048;

/**
 * Counts until it is certain that the text has more tokens than the limit.
 * @throws TokenBudgetError as {@link countText}; `INVALID_TOKENS` for a limit that is no whole number from 0 on.
 */
export function countUpTo(
  core: OrdinaryEncoding,
  text: TextInput,
  limit: number,
  options?: EncodeOptions,
): LimitedCount {
  checkText(text);
  checkLimit("limit", limit);
  const special = allowedSpecials(core.encoding, options).size > 0;
  // A token has one byte or more, and a UTF-16 unit three bytes at most: a short text, or a high limit, ends nothing early.
  if (special || text.length <= 2 * stride || 3 * text.length <= limit) {
    return limited(countText(core, text, options), limit);
  }
  return typeof text === "string" ? countStrides(core, text, limit) : countByteStrides(core, text, limit);
}

function limited(tokens: number, limit: number): LimitedCount {
  return tokens > limit ? { tokens: limit, exceeded: true } : { tokens, exceeded: false };
}

function countStrides(core: OrdinaryEncoding, text: string, limit: number): LimitedCount {
  let tokens = 0;
  let from = 0;
  while (text.length - from > stride) {
    const to = previousCertainBoundary(text, from + stride, from + stride / 2);
    if (to < 0) return countRun(core, text, from, tokens, limit);
    tokens += core.count(text.slice(from, to));
    if (tokens >= limit) return limited(tokens + 1, limit);
    from = to;
  }
  return limited(tokens + core.count(text.slice(from)), limit);
}

/** From a place on where no certain boundary is near: a running count, which may still shrink by `slack`. */
function countRun(core: OrdinaryEncoding, text: string, start: number, before: number, limit: number): LimitedCount {
  const counter = core.counter();
  for (let from = start; from < text.length; from += stride) {
    counter.append(text.slice(from, from + stride));
    if (before + counter.tokens > limit + slack) return { tokens: limit, exceeded: true };
  }
  return limited(before + counter.tokens, limit);
}

/** Bytes are read as text a stretch at a time; a stretch ends before a byte that begins a character. */
function countByteStrides(core: OrdinaryEncoding, bytes: Uint8Array, limit: number): LimitedCount {
  const counter = core.counter();
  for (let from = 0; from < bytes.length; ) {
    const to = characterStart(bytes, from + 4 * stride);
    counter.append(decodeUtf8(bytes.subarray(from, to)));
    if (counter.tokens > limit + slack) return { tokens: limit, exceeded: true };
    from = to;
  }
  return limited(counter.tokens, limit);
}

function characterStart(bytes: Uint8Array, near: number): number {
  if (near >= bytes.length) return bytes.length;
  let at = near;
  while (near - at < 4 && (bytes[at]! & 0xc0) === 0x80) at--;
  return (bytes[at]! & 0xc0) === 0x80 ? near : at;
}
