import { checkString } from "./check-input.ts";
import { encodeText } from "./count-text.ts";
import { decodeBytes } from "./decode.ts";
import type { OrdinaryEncoding } from "./ordinary.ts";
import type { EncodeOptions, TokenSpan } from "./types.ts";

/** Token lengths of each encoding in bytes, by id; 0 where not yet asked for. */
const lengths = new Map<string, Uint8Array>();

/**
 * The tokens of a text with their places. A token that holds only some bytes of a character has that character's whole
 * place, so neighbours may overlap; otherwise each token begins where the one before it ends.
 * Cost: one encode when the iteration begins, then one step a token.
 */
export function* tokenSpans(core: OrdinaryEncoding, text: string, options?: EncodeOptions): Generator<TokenSpan> {
  const ids = encodeText(core, text, options);
  /** Offset and bytes of the text before the character that is being taken apart, and how many of its bytes are used. */
  let unit = 0;
  let usedBytes = 0;
  for (const id of ids) {
    const start = unit;
    let left = usedBytes + byteLength(core, id);
    let end = unit;
    while (left > 0) {
      const size = characterBytes(text, unit);
      end = unit + (size === 4 ? 2 : 1);
      if (left < size) break;
      left -= size;
      unit = end;
    }
    usedBytes = left;
    yield { id, start, end };
  }
}

/** {@link tokenSpans} behind the check of its argument, which a generator would put off until its first step. */
export function iterateTokens(
  core: OrdinaryEncoding,
  text: string,
  options?: EncodeOptions,
): IterableIterator<TokenSpan> {
  checkString(text);
  return tokenSpans(core, text, options);
}

/** The length of each id's token in bytes. No token has more than 255 of them. */
export function byteLength(core: OrdinaryEncoding, id: number): number {
  let known = lengths.get(core.encoding);
  if (known === undefined || known.length <= id) {
    const wider = new Uint8Array(Math.max(core.rankCount, id + 1));
    wider.set(known ?? []);
    known = wider;
    lengths.set(core.encoding, known);
  }
  const length = known[id]!;
  if (length > 0) return length;
  const found = decodeBytes(core, [id]).length;
  known[id] = found;
  return found;
}

function characterBytes(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  const pair = unit >= 0xd800 && unit <= 0xdbff && isLow(text.charCodeAt(at + 1));
  return pair ? 4 : 3;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
