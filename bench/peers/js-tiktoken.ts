import type { OpenPeer } from "./peer.ts";

export const open: OpenPeer = async (encoding, load) => {
  const { Tiktoken } = await load("js-tiktoken/lite");
  const { default: ranks } = await load(`js-tiktoken/ranks/${encoding}`);
  const tokenizer = new Tiktoken(ranks);
  return {
    name: "js-tiktoken",
    count: (text) => tokenizer.encode(text, [], []).length,
    encode: (text) => tokenizer.encode(text, [], []),
    decode: (ids) => tokenizer.decode(ids),
  };
};
