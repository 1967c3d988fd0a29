import { TokenBudgetError } from "../errors.ts";
import type { EncodeOptions, EncodingName } from "./types.ts";

/** A special token found in a text: its id and its place in UTF-16 units. */
export interface SpecialMatch {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

const endOfText = "<|endoftext|>";
const fillInTheMiddle = ["<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>"];
const none: ReadonlyMap<string, number> = new Map();
const tables = new Map<EncodingName, ReadonlyMap<string, number>>();

/**
 * The special tokens of an encoding with their ids, as tiktoken 0.14 defines them. In o200k_harmony two names share
 * the id 200018; decoding gives `<|endofprompt|>`.
 * @example specialTokens("cl100k_base").get("<|endoftext|>") // 100257
 */
export function specialTokens(encoding: EncodingName): ReadonlyMap<string, number> {
  const known = tables.get(encoding);
  if (known !== undefined) return known;
  const made = makeTable(encoding);
  tables.set(encoding, made);
  return made;
}

function makeTable(encoding: EncodingName): ReadonlyMap<string, number> {
  switch (encoding) {
    case "r50k_base":
    case "p50k_base":
      return new Map([[endOfText, 50256]]);
    case "p50k_edit":
      return new Map([[endOfText, 50256], ...numbered(fillInTheMiddle, 50281)]);
    case "cl100k_base":
      return new Map([...numbered([endOfText, ...fillInTheMiddle], 100257), ["<|endofprompt|>", 100276]]);
    case "o200k_base":
      return new Map([
        [endOfText, 199999],
        ["<|endofprompt|>", 200018],
      ]);
    case "o200k_harmony":
      return harmony();
  }
}

/** o200k_base's, the control tokens of the harmony format, and each id without a name of its own, reserved. */
function harmony(): ReadonlyMap<string, number> {
  const named: [string, number][] = [
    ["<|startoftext|>", 199998],
    [endOfText, 199999],
    ["<|return|>", 200002],
    ["<|constrain|>", 200003],
    ["<|channel|>", 200005],
    ["<|start|>", 200006],
    ["<|end|>", 200007],
    ["<|message|>", 200008],
    ["<|call|>", 200012],
    ["<|endofprompt|>", 200018],
  ];
  const taken = new Set(named.map(([, id]) => id).filter((id) => id < 200013));
  const reserved = Array.from({ length: 201088 - 200000 }, (_, index) => 200000 + index)
    .filter((id) => !taken.has(id))
    .map((id): [string, number] => [`<|reserved_${id}|>`, id]);
  return new Map([...named, ...reserved]);
}

function numbered(names: readonly string[], first: number): [string, number][] {
  return names.map((name, index) => [name, first + index]);
}

/**
 * Which special tokens the options allow, by name.
 * @throws TokenBudgetError `INVALID_ARGUMENT` (data.index) for a name that is no special token of the encoding.
 */
export function allowedSpecials(
  encoding: EncodingName,
  options: EncodeOptions | undefined,
): ReadonlyMap<string, number> {
  const allowed = options?.allowedSpecial;
  if (allowed === undefined) return none;
  const all = specialTokens(encoding);
  if (allowed === "all") return all;
  const names: unknown = Object.prototype.toString.call(allowed) === "[object Set]" ? [...allowed] : allowed;
  if (!Array.isArray(names)) {
    throw new TokenBudgetError("INVALID_ARGUMENT", 'allowedSpecial must be "all", or an array or a Set of names');
  }
  return new Map(
    names.map((name: string, index): [string, number] => {
      const id = all.get(name);
      if (id === undefined) {
        const message = `allowedSpecial[${index}] is no special token of ${encoding}`;
        throw new TokenBudgetError("INVALID_ARGUMENT", message, { index, encoding });
      }
      return [name, id];
    }),
  );
}

/**
 * The allowed special tokens in a text, from left to right. All names have the form `<|word|>`, so at most one can begin
 * at a place, and none can begin inside another.
 * Cost: proportional to the text's length for any text and any number of names: what is read after one `<|` is not
 * read again after the next.
 */
export function* findSpecials(text: string, allowed: ReadonlyMap<string, number>): Generator<SpecialMatch> {
  if (allowed.size === 0) return;
  let start = text.indexOf("<|");
  while (start >= 0) {
    const wordEnd = skipWord(text, start + 2);
    const end = wordEnd + 2;
    const id = text.startsWith("|>", wordEnd) ? allowed.get(text.slice(start, end)) : undefined;
    if (id !== undefined) yield { id, start, end };
    start = text.indexOf("<|", id === undefined ? Math.max(start + 1, wordEnd) : end);
  }
}

/** No name has a word of more than this many characters. */
const longestWord = 16;

function skipWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && at - from <= longestWord && isWord(text.charCodeAt(at))) at++;
  return at;
}

function isWord(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57) || unit === 95;
}
