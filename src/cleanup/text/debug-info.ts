import { ansiSteps } from "./ansi.ts";
import { backspaceSteps } from "./backspaces.ts";
import { blobSteps } from "./blobs.ts";
import type { TextEdit } from "./edit.ts";
import { hexDumpSteps } from "./hex-dump.ts";
import { similarLineSteps } from "./similar-lines.ts";
import { traceShorteningSteps } from "./stack-traces.ts";
import { finish, type Steps } from "./steps.ts";

/** What {@link removeDebugInfo} removes. */
export interface DebugInfoOptions {
  /** Characters from which on base64 and hexadecimal strings go. Default 128, at least 64. */
  readonly minBlob?: number;
  /** Frames from which on all but the nearest two of a stack trace go. Default 4, at least 3. */
  readonly minFrames?: number;
}

/**
 * Removes what served debugging: the frames of stack traces but the two nearest to the error (messages stay), terminal
 * control sequences, log and progress lines that differ only in numbers, times and ids (the first and the last stay,
 * with a count between them), base64 and hex dumps. Rows of data and source code are no log lines and stay. Never
 * longer; doing it again changes nothing. The caller keeps the original.
 *
 * Cost: linear in the length of the text.
 *
 * @example
 * removeDebugInfo("12:00:01 tick 1\n12:00:02 tick 2\n12:00:03 tick 3\n12:00:04 tick 4\n12:00:05 tick 5").text;
 * // => "12:00:01 tick 1\n[3 similar lines removed]\n12:00:05 tick 5"
 */
export function removeDebugInfo(text: string, options: DebugInfoOptions = {}): TextEdit {
  const out = finish(debugInfoSteps(text, options));
  return { text: out, changed: out !== text };
}

/** The text that {@link removeDebugInfo} makes, in steps of about a millisecond. */
export function* debugInfoSteps(text: string, options: DebugInfoOptions = {}): Steps<string> {
  const minBlob = Math.max(64, options.minBlob ?? 128);
  const minFrames = Math.max(3, options.minFrames ?? 4);
  const plain = yield* backspaceSteps(yield* ansiSteps(text));
  const bare = yield* hexDumpSteps(yield* blobSteps(plain, minBlob));
  return yield* similarLineSteps(yield* traceShorteningSteps(bare, { minFrames, nearest: 2, farthest: 0 }));
}
