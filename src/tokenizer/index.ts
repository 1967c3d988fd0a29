export { type ErrorCode, TokenBudgetError } from "../errors.ts";
export { BpeTokenizer } from "./bpe-tokenizer.ts";
export { isCertainBoundary, nextCertainBoundary } from "./certain-boundary.ts";
export { createTokenizer, createTokenizerSync, type TokenizerSource } from "./create.ts";
export { findModel, listModels, type ModelInfo, type ModelOverride } from "./models.ts";
export { encodingNames, nearestNames, resolveEncoding } from "./resolve-encoding.ts";
export type * from "./types.ts";
