import { get_encoding, type TiktokenEncoding } from "@dqbd/tiktoken";
import type { EncodingName } from "../../src/tokenizer/types.ts";

/** The encodings of @dqbd/tiktoken by our names; harmony's ordinary text is o200k_base's. */
export type Reference = ReturnType<typeof get_encoding>;

const made = new Map<string, Reference>();

/** The oracle of one encoding. Its time is quadratic in runs: keep texts below 20 kB. */
export function reference(encoding: EncodingName): Reference {
  const name = (encoding === "o200k_harmony" ? "o200k_base" : encoding) as TiktokenEncoding;
  let oracle = made.get(name);
  if (oracle === undefined) {
    oracle = get_encoding(name);
    made.set(name, oracle);
  }
  return oracle;
}
