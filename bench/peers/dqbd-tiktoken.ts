import type { OpenPeer } from "./peer.ts";

/** OpenAI's tiktoken (Rust) as WebAssembly: the reference for exactness too. */
export const open: OpenPeer = async (encoding, load) => {
  const tiktoken = await load("@dqbd/tiktoken");
  const tokenizer = tiktoken.get_encoding(encoding);
  const utf8 = new TextDecoder();
  return {
    name: "@dqbd/tiktoken",
    count: (text) => tokenizer.encode_ordinary(text).length,
    encode: (text) => tokenizer.encode_ordinary(text),
    decode: (ids) => utf8.decode(tokenizer.decode(ids)),
  };
};
