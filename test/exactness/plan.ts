import type { EncodingName } from "../../src/index.ts";

/** The long run (npm run exactness) tries everything; the short one, in npm test, a sample that changes with the seed. */
export const isLong = process.env.LONG === "1";

/** Printed with every failure: FC_SEED=<seed> repeats the run. */
export const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

/** One encoding of each table and pattern; p50k_edit and o200k_harmony differ from these in special tokens only. */
export const encodings: readonly EncodingName[] = ["r50k_base", "p50k_base", "cl100k_base", "o200k_base"];

/** Random strings for each encoding. */
export const stringCount = isLong ? 200_000 : 2_500;

/** Every how many code points one is tried, in each context. */
export const codePointStep = isLong ? 1 : 127;

/** Characters of real text for each class and encoding. */
export const realTextUnits = isLong ? 200_000 : 3_000;

/** Every how many tokens of a table one is tried. */
export const tokenStep = isLong ? 1 : 17;
