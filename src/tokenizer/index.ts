export { BpeTokenizer } from "./bpe-tokenizer.ts";
export { createTokenizer, createTokenizerSync } from "./create.ts";
