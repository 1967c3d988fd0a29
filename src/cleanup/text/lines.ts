import { type Steps, Stride, stepChars } from "./steps.ts";

/** One stage of shortening mostly hands its text on as it is to the next, which asks for the same lines. */
let last: { readonly text: string; readonly lines: readonly string[] } = { text: "", lines: [""] };

/** `text.split("\n")` in steps. */
export function* linesOf(text: string): Steps<readonly string[]> {
  if (text.length <= stepChars) {
    if (text !== last.text) last = { text, lines: text.split("\n") };
    return last.lines;
  }
  const lines: string[] = [];
  for (let start = 0; ; ) {
    const end = text.indexOf("\n", start + stepChars);
    for (const line of text.slice(start, end < 0 ? text.length : end).split("\n")) lines.push(line);
    if (end < 0) return lines;
    start = end + 1;
    yield;
  }
}

/** Joins parts as they come, so that no list of them grows with the text and the last join is quick. */
export class TextBuilder {
  readonly #separator: string;
  readonly #chunks: string[] = [];
  #parts: string[] = [];
  #chars = 0;

  constructor(separator = "") {
    this.#separator = separator;
  }

  push(part: string): void {
    this.#parts.push(part);
    this.#chars += part.length + 8;
    if (this.#chars >= stepChars) this.#flush();
  }

  /** Takes over what another one has, which is used no more. */
  append(other: TextBuilder): void {
    this.#flush();
    other.#flush();
    for (const chunk of other.#chunks) this.#chunks.push(chunk);
  }

  text(): string {
    this.#flush();
    return this.#chunks.join(this.#separator);
  }

  #flush(): void {
    if (this.#parts.length > 0) this.#chunks.push(this.#parts.join(this.#separator));
    this.#parts = [];
    this.#chars = 0;
  }
}

/** `lines.join("\n")` in steps. */
export function* joinLines(lines: readonly string[]): Steps<string> {
  const out = new TextBuilder("\n");
  const stride = new Stride();
  for (const line of lines) {
    out.push(line);
    if (stride.over(line.length + 8)) yield;
  }
  return out.text();
}

/** Lines `from` up to `to`, and the line that stands for them. */
export interface Fold {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

/** The text of the lines with folds, which rise and do not overlap, in their places. */
export function* foldLines(lines: readonly string[], folds: readonly Fold[]): Steps<string> {
  const out = new TextBuilder("\n");
  const stride = new Stride();
  let i = 0;
  for (const { from, to, by } of [...folds, { from: lines.length, to: lines.length, by: undefined }]) {
    for (; i < from; i++) {
      out.push(lines[i]!);
      if (stride.over(lines[i]!.length + 8)) yield;
    }
    if (by !== undefined) out.push(by);
    if (stride.over(32)) yield;
    i = to;
  }
  return out.text();
}

/** True where lines `start` to `end` have more characters, with their breaks, than `than`. */
export function isLonger(lines: readonly string[], start: number, end: number, than: number): boolean {
  let length = 0;
  for (let i = start; i < end && length <= than; i++) length += lines[i]!.length + 1;
  return length > than;
}
