import { TokenBudgetError } from "../errors.ts";
import { findModel, listModels } from "./models.ts";
import type { EncodingName } from "./types.ts";

/** The encodings of this library, oldest first. `gpt2` is another name of the first. */
export const encodingNames: readonly EncodingName[] = [
  "r50k_base",
  "p50k_base",
  "p50k_edit",
  "cl100k_base",
  "o200k_base",
  "o200k_harmony",
];

/**
 * The encoding that a name stands for: an encoding's own name, its alias `gpt2`, or a model's name as
 * {@link findModel} understands it.
 * @throws TokenBudgetError `UNKNOWN_MODEL` (data.nearest: similar names) for a name that nothing is known of, or
 * `UNKNOWN_ENCODING` where it has an encoding's form; `NO_PUBLIC_ENCODING` for a model whose tokenizer is not public
 * or not one of these; `INVALID_ARGUMENT` for a value that is no string. Nothing has changed.
 * Cost: a few look-ups; a name that is unknown is compared with all others for the error.
 * @example
 * resolveEncoding("gpt-oss-20b"); // => "o200k_harmony"
 * resolveEncoding("gpt-40"); // throws UNKNOWN_MODEL
 */
export function resolveEncoding(name: string): EncodingName {
  checkName(name);
  const encoding = encodingNames.find((known) => known === name);
  if (encoding !== undefined) return encoding;
  const model = findModel(name);
  if (model === undefined) {
    const nearest = nearestNames(name);
    const hint = nearest.length > 0 ? `; the nearest names are ${nearest.join(", ")}` : "";
    const code = /_(?:base|edit|harmony)$/.test(name) ? "UNKNOWN_ENCODING" : "UNKNOWN_MODEL";
    throw new TokenBudgetError(code, `no encoding or model of this name is known${hint}`, { nearest });
  }
  if (model.encoding === null) {
    throw new TokenBudgetError(
      "NO_PUBLIC_ENCODING",
      "this model's tokenizer is not public or not one of this library's encodings, so its tokens can't be counted exactly; a manager takes a counter of yours as countTokens",
      { contextWindow: model.contextWindow, encodings: encodingNames },
    );
  }
  return model.encoding;
}

/**
 * The encodings and models whose names are most like a given one, nearest first: those within a third of its length
 * in insertions, deletions and replacements of a character, then those that it is the beginning of.
 * @param name at most 100 UTF-16 units; a longer one is like nothing.
 * @param limit how many names at most.
 * @throws TokenBudgetError `INVALID_ARGUMENT` for a name that is no string.
 * Cost: proportional to the table times the square of the name's length; meant for error messages.
 * @example nearestNames("gpt4o"); // => ["gpt-4o", "gpt-2", "gpt2"]
 */
export function nearestNames(name: string, limit = 3): string[] {
  checkName(name);
  const wanted = name.toLowerCase().replace(/^.*\//, "");
  if (wanted.length > 100) return [];
  const reach = Math.max(2, Math.floor(wanted.length / 3));
  return [...encodingNames, ...listModels().map((model) => model.name)]
    .map((known) => ({ known, distance: editDistance(wanted, known, reach) }))
    .filter(({ known, distance }) => distance <= reach || (wanted.length > 2 && known.startsWith(wanted)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ known }) => known);
}

function checkName(name: string): void {
  if (typeof name === "string") return;
  throw new TokenBudgetError("INVALID_ARGUMENT", "an encoding's or a model's name must be a string", {
    type: typeof name,
  });
}

/** Levenshtein's distance, row by row; reach + 1 as soon as it is certain to be above reach. */
function editDistance(a: string, b: string, reach: number): number {
  if (Math.abs(a.length - b.length) > reach) return reach + 1;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    if (Math.min(...next) > reach) return reach + 1;
    row = next;
  }
  return row[b.length]!;
}
