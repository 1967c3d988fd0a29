import { openTokenizer } from "./hypertok-matching.ts";
import type { OpenPeer } from "./peer.ts";

/**
 * hypertok counting all text as ordinary text, as ours does (its `encode_ordinary` makes the same call). It has no call that
 * only counts.
 */
export const open: OpenPeer = async (encoding, load) => {
  const tokenizer = await openTokenizer(encoding, load);
  const ordinary = { reserved: { match: [] } };
  return {
    name: "hypertok",
    count: (text) => tokenizer.encodeSync(text, ordinary).length,
    encode: (text) => tokenizer.encodeSync(text, ordinary),
    decode: (ids) => tokenizer.decode(ids),
  };
};
