import type { OpenPeer } from "./peer.ts";

export const open: OpenPeer = async (encoding, load) => {
  const { Tokenizer } = await load("ai-tokenizer");
  const ranks = await load(`ai-tokenizer/encoding/${encoding}`);
  const tokenizer = new Tokenizer(ranks);
  return {
    name: "ai-tokenizer",
    count: (text) => tokenizer.count(text),
    encode: (text) => tokenizer.encode(text, [], []),
    decode: (ids) => tokenizer.decode(ids),
  };
};
