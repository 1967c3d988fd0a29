import { createTokenizerSync, type EncodingName, type Tokenizer } from "../../src/index.ts";
import { type Reference, reference } from "../support/reference.ts";
import type { Random } from "./random.ts";

/** One text on which we differ from the reference, as small as cutting it down made it. */
export interface Difference {
  readonly encoding: EncodingName;
  readonly kind: string;
  readonly check: string;
  readonly text: string;
  readonly expected: readonly number[];
  readonly got: readonly number[];
}

/** What one run has compared. */
export interface Summary {
  strings: number;
  characters: number;
  readonly differences: Difference[];
}

type Check = (text: string) => readonly number[];

/** Compares one encoding with the reference, text by text, along every way a text can be counted. */
export class Comparison {
  readonly encoding: EncodingName;
  readonly summary: Summary = { strings: 0, characters: 0, differences: [] };
  readonly #ours: Tokenizer;
  readonly #reference: Reference;
  readonly #utf8 = new TextEncoder();

  constructor(encoding: EncodingName, ours: Tokenizer = createTokenizerSync(encoding)) {
    this.encoding = encoding;
    this.#ours = ours;
    this.#reference = reference(encoding);
  }

  /** Texts of tokens, for strings made of them; tokens that are no whole characters become U+FFFD somewhere. */
  tokenTexts(): string[] {
    const utf8 = new TextDecoder();
    return Array.from(this.#reference.token_byte_values(), (bytes) => utf8.decode(Uint8Array.from(bytes)));
  }

  /** Ids, count and bytes of one text. */
  text(kind: string, text: string): void {
    const expected = this.#reference.encode_ordinary(text);
    this.summary.strings++;
    this.summary.characters += text.length;
    const ids = this.#ours.encode(text);
    if (!same(ids, expected)) this.#report(kind, "encode", text, (part) => [...this.#ours.encode(part)]);
    if (this.#ours.count(text) !== expected.length)
      this.#report(kind, "count", text, (part) => [this.#ours.count(part)]);
    const bytes = this.#utf8.encode(text);
    if (!same(this.#ours.decodeBytes(expected), bytes))
      this.#note({
        kind,
        check: "decodeBytes",
        text,
        expected: [...bytes],
        got: [...this.#ours.decodeBytes(expected)],
      });
  }

  /** The same text as bytes, which need not be valid UTF-8. */
  bytes(kind: string, bytes: Uint8Array): void {
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const expected = this.#reference.encode_ordinary(text);
    this.summary.strings++;
    this.summary.characters += text.length;
    const ids = this.#ours.encode(bytes);
    if (!same(ids, expected))
      this.#note({ kind, check: "encode of bytes", text, expected: [...expected], got: [...ids] });
    const count = this.#ours.count(bytes);
    if (count !== expected.length)
      this.#note({ kind, check: "count of bytes", text, expected: [expected.length], got: [count] });
  }

  /** A counter fed with pieces of random lengths, looked at after each, against the reference's count of the beginning. */
  chunks(kind: string, text: string, random: Random): void {
    const lengths: number[] = [];
    const longest = random.pick([1, 2, 3, 7, 40]);
    for (let at = 0; at < text.length; at += lengths.at(-1)!)
      lengths.push(Math.min(1 + random.int(longest), text.length - at));
    this.summary.strings++;
    this.summary.characters += text.length;
    const wrong = this.#firstWrong(text, lengths);
    if (wrong === undefined) return;
    this.#note({ kind, check: `append in lengths ${lengths.join()}`, text: text.slice(0, wrong.at), ...wrong });
  }

  #firstWrong(text: string, lengths: readonly number[]) {
    const counter = this.#ours.counter();
    let at = 0;
    for (const length of lengths) {
      counter.append(text.slice(at, at + length));
      at += length;
      const expected = this.#reference.encode_ordinary(text.slice(0, at)).length;
      if (counter.tokens !== expected) return { at, expected: [expected], got: [counter.tokens] };
    }
    return undefined;
  }

  #report(kind: string, check: string, text: string, ours: Check): void {
    const theirs: Check = (part) => {
      const ids = [...this.#reference.encode_ordinary(part)];
      return check === "count" ? [ids.length] : ids;
    };
    const small = shrink(text, (part) => !same(ours(part), theirs(part)));
    this.#note({ kind, check, text: small, expected: theirs(small), got: ours(small) });
  }

  #note(difference: Omit<Difference, "encoding">): void {
    this.summary.differences.push({ encoding: this.encoding, ...difference });
  }
}

/** The text without every stretch that it does not need to stay wrong: halves first, single characters last. */
function shrink(text: string, isWrong: (text: string) => boolean): string {
  let points = [...text];
  for (let size = points.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < points.length; ) {
      const rest = [...points.slice(0, at), ...points.slice(at + size)];
      if (isWrong(rest.join(""))) points = rest;
      else at += size;
    }
  }
  return points.join("");
}

function same(one: ArrayLike<number>, other: ArrayLike<number>): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}
