import type { TokenizerCore } from "../wasm/tokenizer-core.ts";
import { partAt } from "./text-parts.ts";
import type { TextInput } from "./types.ts";

/** Bytes as text: invalid ones become U+FFFD as the WHATWG Encoding Standard says; a byte order mark stays. */
export function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

/** What the core can take as it is: a string, or bytes that are UTF-8 all through and that no other thread can change. */
export function readable(core: TokenizerCore, input: TextInput): TextInput {
  if (typeof input === "string") return input;
  const bytes = input.buffer instanceof ArrayBuffer ? input : input.slice();
  for (let at = 0; at < bytes.length; ) {
    const part = partAt(bytes, at, core.unitsMost);
    // A part of no bytes: more continuations in a row than a part has.
    if (part.length === 0 || !core.isUtf8(part)) return decodeUtf8(bytes);
    at += part.length;
  }
  return bytes;
}
