import { checkText } from "./check-input.ts";
import type { OrdinaryEncoding } from "./ordinary.ts";
import { allowedSpecials, findSpecials, type SpecialMatch } from "./special.ts";
import type { EncodeOptions, TextInput } from "./types.ts";
import { decodeUtf8 } from "./utf8.ts";

/** Counts a text's tokens: {@link encodeText}'s length, without making the ids. */
export function countText(core: OrdinaryEncoding, text: TextInput, options?: EncodeOptions): number {
  checkText(text);
  const allowed = allowedSpecials(core.encoding, options);
  if (allowed.size === 0) return core.count(text);
  let tokens = 0;
  for (const part of partsOf(text, allowed)) tokens += typeof part === "string" ? core.count(part) : 1;
  return tokens;
}

/** Encodes a text. The ordinary text between two special tokens is encoded as a text of its own, as the reference does. */
export function encodeText(core: OrdinaryEncoding, text: TextInput, options?: EncodeOptions): Uint32Array {
  checkText(text);
  const allowed = allowedSpecials(core.encoding, options);
  if (allowed.size === 0) return core.encode(text);
  const runs = [...partsOf(text, allowed)].map((part) => (typeof part === "string" ? core.encode(part) : [part.id]));
  const ids = new Uint32Array(runs.reduce((sum, run) => sum + run.length, 0));
  let at = 0;
  for (const run of runs) {
    ids.set(run, at);
    at += run.length;
  }
  return ids;
}

/** As {@link encodeText}, bit by bit: {@link OrdinaryEncoding.encodeSteps}. Options are checked before the first step. */
export function encodeSteps(
  core: OrdinaryEncoding,
  text: string,
  options?: EncodeOptions,
): Generator<ArrayLike<number>> {
  return stepsOf(core, partsOf(text, allowedSpecials(core.encoding, options)));
}

function* stepsOf(core: OrdinaryEncoding, parts: Iterable<string | SpecialMatch>): Generator<ArrayLike<number>> {
  for (const part of parts) {
    if (typeof part === "string") yield* core.encodeSteps(part);
    else yield [part.id];
  }
}

/** The text's parts in order: strings of ordinary text, none of them empty, and special tokens. */
function* partsOf(text: TextInput, allowed: ReadonlyMap<string, number>): Generator<string | SpecialMatch> {
  const whole = typeof text === "string" ? text : decodeUtf8(text);
  let from = 0;
  for (const match of findSpecials(whole, allowed)) {
    if (match.start > from) yield whole.slice(from, match.start);
    yield match;
    from = match.end;
  }
  if (from < whole.length) yield whole.slice(from);
}
