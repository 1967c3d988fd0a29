import type { OpenPeer } from "./peer.ts";

/** gpt-tokenizer keeps one module-level instance an encoding: a new one here starts with an empty merge cache. */
export const open: OpenPeer = async (encoding, load) => {
  const tokenizer = await load(`gpt-tokenizer/encoding/${encoding}`);
  const ordinary = { disallowedSpecial: new Set<string>() };
  tokenizer.clearMergeCache();
  return {
    name: "gpt-tokenizer",
    count: (text) => tokenizer.countTokens(text, ordinary),
    encode: (text) => tokenizer.encode(text, ordinary),
    decode: (ids) => tokenizer.decode(ids),
  };
};
