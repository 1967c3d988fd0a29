export { BpeTokenizer } from "./bpe-tokenizer.ts";
export { createTokenizer, createTokenizerSync, type TokenizerSource } from "./create.ts";
