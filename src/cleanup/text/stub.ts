import { blobSteps } from "./blobs.ts";
import type { TextEdit } from "./edit.ts";
import { hexDumpSteps } from "./hex-dump.ts";
import { traceShorteningSteps } from "./stack-traces.ts";
import { finish, type Steps } from "./steps.ts";

/** What {@link stubBulky} replaces. */
export interface StubOptions {
  /** Characters from which on base64 and hexadecimal strings are replaced. Default 256, at least 64. */
  readonly minBlob?: number;
  /** Frames from which on a stack trace is shortened to five. Default 10, at least 6. */
  readonly minFrames?: number;
}

/**
 * Replaces what is bulky and seldom read again by a stub that says what was there: base64 (with the kind of file where
 * it shows), long hexadecimal strings, hex dumps, and the middle of long stack traces (JavaScript, Python, Java and .NET,
 * Go, Rust, Ruby, PHP, Elixir, C). Never longer; doing it again changes nothing. The caller keeps the original.
 *
 * Cost: linear in the length of the text.
 *
 * @example
 * const bytes = [137, 80, 78, 71, 13, 10, 26, 10, ...Array.from({ length: 292 }, (_, i) => (i * i) % 251)];
 * const png = btoa(String.fromCharCode(...bytes));
 * stubBulky(`logo: data:image/png;base64,${png}`).text;
 * // => "logo: data:image/png;base64,[base64 removed: PNG image, 300 bytes]"
 */
export function stubBulky(text: string, options: StubOptions = {}): TextEdit {
  const out = finish(stubSteps(text, options));
  return { text: out, changed: out !== text };
}

/** The text that {@link stubBulky} makes, in steps of about a millisecond. */
export function* stubSteps(text: string, options: StubOptions = {}): Steps<string> {
  const minBlob = Math.max(64, options.minBlob ?? 256);
  const minFrames = Math.max(6, options.minFrames ?? 10);
  const plain = yield* hexDumpSteps(yield* blobSteps(text, minBlob));
  return yield* traceShorteningSteps(plain, { minFrames, nearest: 4, farthest: 1 });
}
