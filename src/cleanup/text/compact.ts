import { ansiSteps } from "./ansi.ts";
import { backspaceSteps } from "./backspaces.ts";
import { jsonSpaceSteps } from "./json-space.ts";
import { repeatedLineSteps } from "./repeated-lines.ts";
import { finish, type Steps } from "./steps.ts";
import { trailingSpaceSteps } from "./trailing-space.ts";

/**
 * Shortens a text without losing what it says: removes terminal control sequences, applies backspaces, removes white space between the tokens of
 * JSON documents, white space at line ends, and folds lines that repeat into one and a count. White space inside code
 * and diffs stays. The result is never longer; compacting it again gives it back; a text with nothing to do comes back
 * as the same string.
 *
 * Cost: linear in the length of the text, whatever it holds.
 *
 * @example
 * compactLossless('{ "a": 1.0 }'); // => '{"a":1.0}'
 */
export function compactLossless(text: string): string {
  return finish(compactSteps(text));
}

/** {@link compactLossless} in steps of about a millisecond. */
export function* compactSteps(text: string): Steps<string> {
  const plain = yield* backspaceSteps(yield* ansiSteps(text));
  return yield* repeatedLineSteps(yield* trailingSpaceSteps(yield* jsonSpaceSteps(plain)));
}
