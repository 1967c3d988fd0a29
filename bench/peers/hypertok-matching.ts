import type { OpenPeer } from "./peer.ts";

/**
 * hypertok as it comes: without `reserved` it takes its quickest way, on which `<|endoftext|>` in a text becomes the control
 * token. That is not what ours counts, so it agrees only on text that holds no special token.
 */
export const open: OpenPeer = async (encoding, load) => {
  const tokenizer = await openTokenizer(encoding, load);
  return {
    name: "hypertok, matching special tokens",
    count: (text) => tokenizer.encodeSync(text).length,
    encode: (text) => tokenizer.encodeSync(text),
    decode: (ids) => tokenizer.decode(ids),
  };
};

/** The single tier: the one that answers in the same turn. */
export const openTokenizer: (...args: Parameters<OpenPeer>) => Promise<HypertokTokenizer> = async (encoding, load) => {
  const { fromBytes } = await load("hypertok");
  const { loadVocab } = await load("hypertok/vocab-resolve");
  const vocabulary = encoding.replace("_base", "");
  await load(`@hypertok/vocab-${vocabulary}`);
  return fromBytes(await loadVocab(vocabulary), { tier: "single" });
};

interface HypertokTokenizer {
  encodeSync(text: string, options?: { reserved: { match: readonly string[] } }): Uint32Array;
  decode(ids: ArrayLike<number>): string;
}
