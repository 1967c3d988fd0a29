import { findModel, listModels, type ModelInfo } from "../../tokenizer/models.ts";
import { nearestNames } from "../../tokenizer/resolve-encoding.ts";
import { exitCodes, Failure } from "../failure.ts";
import type { Terminal } from "../terminal.ts";

export interface ModelsOptions {
  readonly json?: boolean;
}

/** Lists the models of the table, or those whose name contains the query, or the one that the query is a name of. */
export async function models(query: string | undefined, options: ModelsOptions, terminal: Terminal): Promise<number> {
  const found = query === undefined ? listModels() : matching(query);
  if (found.length === 0) {
    const nearest = nearestNames(query ?? "");
    const hint = nearest.length > 0 ? `; the nearest names are ${nearest.join(", ")}` : "";
    throw new Failure(`no model of this name is known${hint}`, exitCodes.usage);
  }
  if (options.json) terminal.out(JSON.stringify(found, null, 2));
  else print(found, terminal);
  return exitCodes.done;
}

function matching(query: string): readonly ModelInfo[] {
  const words = query.toLowerCase().split(/\s+/);
  const found = listModels().filter((model) => words.every((word) => model.name.includes(word)));
  const named = found.length === 0 ? findModel(query) : undefined;
  return named === undefined ? found : [named];
}

function print(found: readonly ModelInfo[], { out, colors }: Terminal): void {
  const width = Math.max(5, ...found.map((model) => model.name.length));
  const figure = (value: number | null) => (value === null ? "–" : value.toLocaleString("en-US")).padStart(11);
  const heading = ["context", "max input", "max output"].map((each) => each.padStart(11)).join(" ");
  out(colors.bold(`${"model".padEnd(width)}  ${"encoding".padEnd(13)} ${heading}`));
  for (const model of found) {
    const encoding = (model.encoding ?? "not public").padEnd(13);
    const figures = [model.contextWindow, model.maxInput, model.maxOutput].map(figure).join(" ");
    out(
      `${model.name.padEnd(width)}  ${model.encoding === null ? colors.dim(encoding) : colors.cyan(encoding)} ${figures}`,
    );
  }
}
