import type { Pace } from "../manager/pace.ts";
import { maxBatchChars } from "./batches.ts";

/** A long text on its way to a worker: UTF-16 in shared memory, so that posting it copies nothing. */
export interface SharedText {
  readonly sharedText: SharedArrayBuffer;
}

const chunkChars = 64 * 1024;

/**
 * Replaces long texts in a batch's inputs (`text` of a record, or of the records of a list) by shared memory, written in
 * chunks with rests in between. Lone surrogates survive. Node only.
 */
export async function shareLongTexts(inputs: readonly unknown[], pace: Pace): Promise<readonly unknown[]> {
  const shared: unknown[] = [];
  for (const input of inputs) {
    if (Array.isArray(input)) shared.push(await shareLongTexts(input, pace));
    else if (hasText(input) && input.text.length > maxBatchChars) {
      shared.push({ ...input, text: { sharedText: await share(input.text, pace) } satisfies SharedText });
    } else shared.push(input);
  }
  return shared;
}

/** The inputs as they were before {@link shareLongTexts}. */
export function readLongTexts(inputs: readonly unknown[]): readonly unknown[] {
  return inputs.map((input) => {
    if (Array.isArray(input)) return readLongTexts(input);
    const text = (input as { text?: unknown } | null)?.text;
    return isShared(text) ? { ...(input as object), text: Buffer.from(text.sharedText).toString("utf16le") } : input;
  });
}

async function share(text: string, pace: Pace): Promise<SharedArrayBuffer> {
  const memory = new SharedArrayBuffer(text.length * 2);
  const bytes = Buffer.from(memory);
  for (let start = 0; start < text.length; start += chunkChars) {
    bytes.write(text.slice(start, start + chunkChars), start * 2, "utf16le");
    if (pace.due()) await pace.rest();
  }
  return memory;
}

const hasText = (input: unknown): input is { text: string } =>
  typeof (input as { text?: unknown } | null)?.text === "string";
const isShared = (text: unknown): text is SharedText =>
  (text as SharedText | undefined)?.sharedText instanceof SharedArrayBuffer;
