import { openCorpus } from "./corpus.ts";
import { seededRandom } from "./messages.ts";

/** Inputs on which a tokenizer's pieces are as long as the input: what pastes, dumps and attacks look like. */
const makers: Readonly<Record<string, (chars: number) => string>> = {
  "one letter": (chars) => "a".repeat(chars),
  "one capital": (chars) => "A".repeat(chars),
  spaces: (chars) => " ".repeat(chars),
  newlines: (chars) => "\n".repeat(chars),
  "equals signs": (chars) => "=".repeat(chars),
  digits: (chars) => "7".repeat(chars),
  base64: (chars) => drawn("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", chars),
  "random letters": (chars) => drawn("abcdefghijklmnopqrstuvwxyz", chars),
  acgt: (chars) => drawn("acgt", chars),
  "Chinese without punctuation": (chars) => unbroken("zh", /[^\p{Script=Han}]+/gu, chars),
  "Thai without spaces": (chars) => unbroken("th", /[^\p{Script=Thai}]+/gu, chars),
  "ZWJ emoji": (chars) => "👩‍👩‍👧‍👦👨🏽‍💻🏳️‍🌈🧑🏿‍🚀".repeat(chars / 30 + 1).slice(0, chars),
  "combining marks": (chars) => "\u0301".repeat(chars),
  "lone surrogates": (chars) => "\ud800".repeat(chars),
};

export const worstInputs: readonly string[] = Object.keys(makers);

/** The input of a name with this many bytes of UTF-8, to within one character; a flat string. */
export function worstInput(name: string, bytes: number): string {
  const make = makers[name];
  if (make === undefined) throw new RangeError(`no worst input ${name}`);
  const sample = make(3_000);
  const chars = Math.floor(bytes / (Buffer.byteLength(sample) / sample.length));
  return Buffer.from(make(chars), "utf16le").toString("utf16le");
}

function drawn(alphabet: string, chars: number): string {
  const random = seededRandom(chars + alphabet.length);
  return Array.from({ length: chars }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
}

/** Real text of a class without what breaks it, lengthened by blocks of 50 characters in random order. */
function unbroken(textClass: string, breaks: RegExp, chars: number): string {
  const letters = openCorpus().text(textClass).replace(breaks, "");
  const random = seededRandom(chars);
  let text = letters.slice(0, chars);
  const blocks: string[] = [];
  for (let length = text.length; length < chars; length += 50) {
    const start = Math.floor(random() * (letters.length - 50));
    blocks.push(letters.slice(start, start + 50));
  }
  text += blocks.join("");
  return text.slice(0, chars);
}
