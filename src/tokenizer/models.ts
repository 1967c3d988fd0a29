import { TokenBudgetError } from "../errors.ts";
import { encodingRules, modelEncodings, modelGroups } from "./models.gen.ts";
import type { EncodingName } from "./types.ts";

/** What is known of a model. A figure is null where its maker publishes none. */
export interface ModelInfo {
  /** The name in the table: lower case, without provider, date or fine-tune, unless a date has figures of its own. */
  readonly name: string;
  /** The encoding of its text, or null where no encoding of this library is the model's (Claude, Gemini and others). */
  readonly encoding: EncodingName | null;
  /** Tokens of input and output together. */
  readonly contextWindow: number | null;
  /** What another public source says the context window is, where it disagrees; else null. */
  readonly otherContextWindow: number | null;
  /** Tokens of input; null where only the context window bounds it. */
  readonly maxInput: number | null;
  /** Tokens of output in one answer. */
  readonly maxOutput: number | null;
}

/** A model of the caller's own, or figures that replace the table's. What is left out keeps the table's value, else null. */
export type ModelOverride = Pick<ModelInfo, "name"> & Partial<ModelInfo>;

const longestName = 200;
const date = /[-@](?:\d{4}-\d\d-\d\d|\d{8}|\d\d-\d{4}|\d\d-\d\d|\d{4}|latest|default)$/;
const vendor = /^(?:[a-z-]+\.)+(?=[a-z])/;

let table: ReadonlyMap<string, ModelInfo> | undefined;

/**
 * Finds a model by the name that its API, a cloud or a router gives it. Case, a provider before the name
 * (`openai/`, `azure:`, `us.anthropic.`), a version or date after it (`-2024-08-06`, `@20250514`, `-v2:0`, `-latest`),
 * a router's variant (`:free`) and a fine-tune (`ft:gpt-4o:...`) are understood; a dated name with figures of its own
 * keeps them. A name of a family whose encoding is known, but that the table does not list, has null figures.
 * @param name at most 200 UTF-16 units; a longer one is unknown.
 * @param overrides the caller's own models, looked at first, by whole name regardless of case.
 * @returns the model, or undefined where nothing is known.
 * @throws TokenBudgetError `INVALID_ARGUMENT` for overrides that are no array of models with names.
 * Cost: a few look-ups in a map; the first call reads the table of 400 names. Source of the rules: tiktoken 0.14.
 * @example
 * findModel("openai/gpt-4o-2024-08-06")?.encoding; // => "o200k_base"
 * findModel("claude-opus-4-5")?.encoding; // => null
 * findModel("my-model", [{ name: "my-model", encoding: "cl100k_base", contextWindow: 32_000 }])?.contextWindow; // => 32000
 */
export function findModel(name: string, overrides: readonly ModelOverride[] = []): ModelInfo | undefined {
  checkOverrides(overrides);
  if (typeof name !== "string" || name.length > longestName) return undefined;
  const wanted = name.toLowerCase();
  const own = overrides.find((model) => model.name.toLowerCase() === wanted);
  const found = listed(wanted) ?? family(wanted);
  if (own === undefined) return found;
  return { ...unknown(own.name, null), ...found, ...own };
}

/**
 * All models of the table, in alphabetical order of groups, then the caller's own. Cost: proportional to the table.
 * @throws TokenBudgetError `INVALID_ARGUMENT`, as {@link findModel}
 * @example listModels().find(({ name }) => name === "gpt-4o")?.contextWindow; // => 128000
 */
export function listModels(overrides: readonly ModelOverride[] = []): ModelInfo[] {
  checkOverrides(overrides);
  const models = new Map(modelTable());
  for (const own of overrides) {
    const known = findModel(own.name, [own]);
    if (known !== undefined) models.set(own.name.toLowerCase(), known);
  }
  return [...models.values()];
}

function checkOverrides(overrides: readonly ModelOverride[]): void {
  if (Array.isArray(overrides) && overrides.every((own: Partial<ModelOverride>) => typeof own?.name === "string"))
    return;
  throw new TokenBudgetError("INVALID_ARGUMENT", "overrides must be an array of models with names", {
    name: "overrides",
  });
}

function listed(wanted: string): ModelInfo | undefined {
  for (const candidate of candidates(wanted)) {
    const found = modelTable().get(candidate) ?? modelTable().get(respelled(candidate));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The spellings to try, the most literal first: a name that is in the table as it stands is never cut. */
function* candidates(wanted: string): Generator<string> {
  const base = fineTuned(wanted.replace(/^.*\//, ""));
  const colon = base.indexOf(":");
  const parts = colon < 0 ? [base] : [base, base.slice(0, colon), base.slice(base.lastIndexOf(":") + 1)];
  yield wanted;
  for (const part of parts) {
    for (const bare of [part, part.replace(vendor, "")]) {
      const unversioned = bare.replace(/-v\d+$/, "");
      yield bare;
      yield unversioned;
      yield unversioned.replace(date, "");
    }
  }
}

/** `ft:gpt-4o:org::id`, `gpt-4o.ft-id` and `davinci:ft-org` are tuned from the model that they name. */
function fineTuned(name: string): string {
  if (name.startsWith("ft:")) return name.slice(3).split(":")[0]!;
  return name.replace(/[.:]ft-.*$/, "");
}

/** `gpt-5-4` and `gpt-5.4`, `claude-3.5-haiku` and `claude-3-5-haiku` are one model each. */
function respelled(name: string): string {
  return name.replace(/(?<=\b\d)[.-](?=\d\b)/, (mark) => (mark === "." ? "-" : "."));
}

function family(wanted: string): ModelInfo | undefined {
  for (const candidate of candidates(wanted)) {
    const encoding = familyEncoding(candidate);
    if (encoding !== undefined) return unknown(candidate, encoding);
  }
  return undefined;
}

function familyEncoding(name: string): EncodingName | null | undefined {
  let longest = -1;
  let encoding: EncodingName | null | undefined;
  encodingRules.forEach((rules, index) => {
    for (const rule of rules.split(" ")) {
      const fits = rule.endsWith("$") ? name === rule.slice(0, -1) : name.startsWith(rule);
      if (fits && rule.length > longest) {
        longest = rule.length;
        encoding = modelEncodings[index];
      }
    }
  });
  return encoding;
}

function unknown(name: string, encoding: EncodingName | null): ModelInfo {
  return { name, encoding, contextWindow: null, otherContextWindow: null, maxInput: null, maxOutput: null };
}

function modelTable(): ReadonlyMap<string, ModelInfo> {
  table ??= new Map(modelGroups.trim().split("\n").flatMap(readGroup));
  return table;
}

function readGroup(line: string): [string, ModelInfo][] {
  const [encoding, contextWindow, maxInput, maxOutput, otherContextWindow, ...names] = line.split(" ");
  const figure = (text: string | undefined) => (text ? Number(text) : null);
  return names.map((name) => [
    name,
    {
      name,
      encoding: modelEncodings[Number(encoding)] ?? null,
      contextWindow: figure(contextWindow),
      otherContextWindow: figure(otherContextWindow),
      maxInput: figure(maxInput),
      maxOutput: figure(maxOutput),
    },
  ]);
}
