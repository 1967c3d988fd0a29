// Outputs are compared before anything is timed. The oracle is OpenAI's tiktoken (@dqbd/tiktoken, a development dependency).
import { get_encoding, type Tiktoken, type TiktokenEncoding } from "@dqbd/tiktoken";
import type { Contestant } from "./contestants.ts";
import type { PeerTokenizer } from "./peers/peer.ts";

const oracles = new Map<string, Tiktoken>();

/** The reference's ids of a text, all of it ordinary. */
export function referenceIds(encoding: string, text: string): Uint32Array {
  if (!oracles.has(encoding)) oracles.set(encoding, get_encoding(encoding as TiktokenEncoding));
  return oracles.get(encoding)!.encode_ordinary(text);
}

/**
 * Encodes and counts texts with every contestant and compares with the reference.
 *
 * @returns by how many tokens each contestant that differs is off (0: as many, but other ids).
 * @throws Error where ours differs: nothing that follows would mean anything. A peer that differs is reported and still timed.
 */
export function verify(
  encoding: string,
  what: string,
  texts: readonly string[],
  tokenizers: ReadonlyMap<Contestant, PeerTokenizer>,
): ReadonlyMap<Contestant, number> {
  const miscounts = new Map<Contestant, number>();
  for (const text of texts) {
    const expected = referenceIds(encoding, text);
    for (const [name, tokenizer] of tokenizers) {
      const ids = tokenizer.encode(text);
      const same = ids.length === expected.length && expected.every((id, index) => id === ids[index]);
      if (same && countsAlike(tokenizer, text)) continue;
      if (name === "ours") throw new Error(`ours differs from the reference on ${what}, ${encoding}`);
      miscounts.set(name, (miscounts.get(name) ?? 0) + Math.abs(ids.length - expected.length));
    }
  }
  return miscounts;
}

/** Whether count says what encode does. The start of a text is enough: some peers take seconds for a whole one. */
function countsAlike(tokenizer: PeerTokenizer, text: string): boolean {
  const start = text.slice(0, 20_000);
  return tokenizer.count(start) === tokenizer.encode(start).length;
}
