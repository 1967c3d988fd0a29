import { closeSync, openSync, readSync } from "node:fs";
import type { TokenCounter } from "../../tokenizer/types.ts";

/** What became of one file. */
export type FileCount =
  | { readonly tokens: number; readonly bytes: number }
  | { readonly skipped: "binary" | "unreadable"; readonly code?: string };

/** What counting needs of a tokenizer. */
export interface Counting {
  count(text: string | Uint8Array): number;
  counter(): TokenCounter;
}

/** Files up to this size are counted in one piece; larger ones are streamed in pieces of this size. */
const pieceBytes = 1 << 20;
/** A NUL among the first bytes makes a file binary, as git sees it. */
const probedBytes = 8000;

/**
 * Counts the text of a file of any size; memory stays at a few pieces. Bytes that are no UTF-8 count as U+FFFD. A file
 * that can't be read is reported, not thrown.
 */
export function countFile(path: string, tokenizer: Counting, pieces: Uint8Array): FileCount {
  let file: number | undefined;
  try {
    file = openSync(path, "r");
    return countOpen(file, tokenizer, pieces);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    return { skipped: "unreadable", code };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** A buffer for {@link countFile}, to be used again and again by one thread. */
export function pieceBuffer(): Uint8Array {
  return new Uint8Array(pieceBytes);
}

function countOpen(file: number, tokenizer: Counting, pieces: Uint8Array): FileCount {
  let length = fill(file, pieces);
  if (pieces.subarray(0, Math.min(length, probedBytes)).includes(0)) return { skipped: "binary" };
  if (length < pieces.length) return { tokens: tokenizer.count(pieces.subarray(0, length)), bytes: length };
  const counter = tokenizer.counter();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let bytes = 0;
  for (; length > 0; length = fill(file, pieces)) {
    bytes += length;
    counter.append(decoder.decode(pieces.subarray(0, length), { stream: true }));
  }
  return { tokens: counter.append(decoder.decode()), bytes };
}

function fill(file: number, pieces: Uint8Array): number {
  let length = 0;
  while (length < pieces.length) {
    const read = readSync(file, pieces, length, pieces.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return length;
}

/** Counts what comes in, without ever holding all of it. */
export async function countStream(
  input: AsyncIterable<Uint8Array>,
  tokenizer: Pick<Counting, "counter">,
): Promise<{ readonly tokens: number; readonly bytes: number }> {
  const counter = tokenizer.counter();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let bytes = 0;
  for await (const piece of input) {
    bytes += piece.length;
    counter.append(decoder.decode(piece, { stream: true }));
  }
  return { tokens: counter.append(decoder.decode()), bytes };
}
