import type { OpenPeer } from "./peer.ts";

/**
 * hypertok on its single tier: the one that answers in the same turn. It has no call that only counts. Without `reserved`
 * it takes its quicker way, which is right for text that holds no special token.
 */
export const open: OpenPeer = async (encoding, load) => {
  const { fromBytes } = await load("hypertok");
  const { loadVocab } = await load("hypertok/vocab-resolve");
  const vocabulary = encoding.replace("_base", "");
  await load(`@hypertok/vocab-${vocabulary}`);
  const tokenizer = await fromBytes(await loadVocab(vocabulary), { tier: "single" });
  return {
    name: "hypertok",
    count: (text) => tokenizer.encodeSync(text).length,
    encode: (text) => tokenizer.encodeSync(text),
    decode: (ids) => tokenizer.decode(ids),
  };
};
