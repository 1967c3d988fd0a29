import type { TextInput } from "./types.ts";

/** The part of a text from `at` on that has at most `most` units (bytes of UTF-8: bytes) and does not end inside a character. */
export function partAt<Text extends TextInput>(text: Text, at: number, most: number): Text;
export function partAt(text: TextInput, at: number, most: number): TextInput {
  let to = Math.min(at + most, text.length);
  if (typeof text === "string") {
    if (to < text.length && (text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to--;
    return text.slice(at, to);
  }
  while (to > at && to < text.length && (text[to]! & 0xc0) === 0x80) to--;
  return text.subarray(at, to);
}

/** All parts of a text, in order. */
export function* partsOfText(text: string, most: number): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const part = partAt(text, at, most);
    yield part;
    at += part.length;
  }
}
