import { countingEncoding, profileOf } from "../../adapters/index.ts";
import { printable } from "../../report/columns.ts";
import { figure, quantity } from "../../report/quantity.ts";
import { createTokenizerSync } from "../../tokenizer/index.ts";
import { findModel } from "../../tokenizer/models.ts";
import { exitCodes } from "../failure.ts";
import { bar, type Terminal } from "../terminal.ts";
import { type Counting, countStream, type FileCount } from "./count-file.ts";
import { countFiles } from "./count-files.ts";
import { kindOf, type ListedFile, listFiles } from "./list-files.ts";

export interface CountOptions {
  readonly model?: string;
  readonly encoding?: string;
  readonly byFile?: boolean;
  readonly json?: boolean;
}

interface Totals {
  tokens: number;
  bytes: number;
  files: number;
  binary: number;
  readonly unreadable: string[];
  readonly byFile: { readonly path: string; readonly tokens: number; readonly bytes: number }[];
}

/** Counts files, folders and standard input, and prints the totals. */
export async function count(paths: readonly string[], options: CountOptions, terminal: Terminal): Promise<number> {
  const name = options.encoding ?? options.model ?? "o200k_base";
  const encoding = countingEncoding(name);
  const startedMs = performance.now();
  const { files, ignored, unreadable } = listFiles(paths.filter((path) => path !== "-"));
  const totals: Totals = { tokens: 0, bytes: 0, files: 0, binary: 0, unreadable: [...unreadable], byFile: [] };
  const progress = progressOf(files, terminal, startedMs);
  const take = (path: string, counted: FileCount) => {
    if ("skipped" in counted) {
      if (counted.skipped === "binary") totals.binary++;
      else totals.unreadable.push(path);
      return;
    }
    totals.tokens += counted.tokens;
    totals.bytes += counted.bytes;
    totals.files++;
    totals.byFile.push({ path, ...counted });
  };
  if (paths.includes("-")) {
    const tokenizer: Counting = createTokenizerSync(encoding);
    take("-", await countStream(process.stdin as AsyncIterable<Uint8Array>, tokenizer));
  }
  await countFiles(files, encoding, (file, counted) => {
    take(file.path, counted);
    progress(file, totals);
  });
  terminal.draw([]);
  const elapsedMs = performance.now() - startedMs;
  const isPublic = findModel(name)?.encoding !== null;
  const result = { name, encoding, isPublic, ignored, elapsedMs, ...totals };
  if (options.json) printJson(result, options, terminal);
  else print(result, options, terminal);
  for (const path of totals.unreadable)
    terminal.note(`${terminal.noteColors.yellow("skipped")} ${printable(path)}: cannot be read`);
  return totals.unreadable.length > 0 ? exitCodes.input : exitCodes.done;
}

interface Result extends Totals {
  readonly name: string;
  readonly encoding: string;
  readonly isPublic: boolean;
  readonly ignored: number;
  readonly elapsedMs: number;
}

/** A model without a public tokenizer: the count in o200k_base, and what that comes to with the model. */
function estimateOf({ name, tokens, isPublic }: Pick<Result, "name" | "tokens" | "isPublic">) {
  if (isPublic) return undefined;
  const [low, likely, high] = profileOf(name).perToken;
  return { tokens: Math.round(tokens * likely), low: Math.floor(tokens * low), high: Math.ceil(tokens * high) };
}

function printJson(result: Result, options: CountOptions, terminal: Terminal): void {
  const { name, encoding, tokens, bytes, files, binary, ignored, unreadable, elapsedMs } = result;
  const estimate = estimateOf(result);
  const byFile = result.byFile.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  terminal.out(
    JSON.stringify(
      {
        model: name === encoding ? null : name,
        encoding,
        tokens,
        ...(estimate !== undefined && { estimate }),
        bytes,
        files,
        skipped: { binary, ignored, unreadable: unreadable.length },
        elapsedMs: Math.round(elapsedMs * 10) / 10,
        ...(options.byFile && { byFile }),
      },
      null,
      2,
    ),
  );
}

function print(result: Result, options: CountOptions, terminal: Terminal): void {
  const { bold, dim, cyan } = terminal.colors;
  const rows = options.byFile ? result.byFile.toSorted((a, b) => b.tokens - a.tokens) : byKind(result);
  const width = Math.max(8, ...rows.map((row) => figure(row.tokens).length));
  if (options.byFile || rows.length > 1)
    for (const row of rows) {
      const share = `${((100 * row.tokens) / Math.max(1, result.tokens)).toFixed(1)}%`.padStart(6);
      terminal.out(`${figure(row.tokens).padStart(width)} ${dim(share)}  ${printable(row.path)}`);
    }
  const estimate = estimateOf(result);
  const tokens = estimate ?? result;
  const name = result.name === result.encoding ? result.name : `${result.name} (${result.encoding})`;
  terminal.out(
    `${bold(figure(tokens.tokens).padStart(width))} tokens in ${quantity(result.files, "file")}, ${size(result.bytes)}, ${cyan(name)}`,
  );
  if (estimate !== undefined)
    terminal.out(
      `an estimate: ${figure(estimate.low)} to ${figure(estimate.high)}; this model's tokenizer is not public (${figure(result.tokens)} in o200k_base)`,
    );
  const skipped = [
    result.binary > 0 ? `${result.binary} binary` : "",
    result.ignored > 0 ? `${result.ignored} ignored by .gitignore` : "",
  ].filter((each) => each !== "");
  const seconds = result.elapsedMs / 1000;
  const speed = seconds > 0.05 ? `, ${(result.bytes / 1e6 / seconds).toFixed(0)} MB/s` : "";
  const rest = skipped.length > 0 ? `; skipped: ${skipped.join(", ")}` : "";
  terminal.out(dim(`${seconds.toFixed(2)} s${speed}${rest}`));
}

/** Totals by kind of file, the greatest first; what is beyond ten is summed up. */
function byKind({ byFile }: Result) {
  const kinds = new Map<string, { files: number; tokens: number }>();
  for (const { path, tokens } of byFile) {
    const kind = path === "-" ? "standard input" : kindOf(path);
    const known = kinds.get(kind) ?? { files: 0, tokens: 0 };
    kinds.set(kind, { files: known.files + 1, tokens: known.tokens + tokens });
  }
  const rows = [...kinds]
    .sort(([, a], [, b]) => b.tokens - a.tokens)
    .map(([kind, { files, tokens }]) => ({ path: `${kind}  (${quantity(files, "file")})`, tokens }));
  if (rows.length <= 10) return rows;
  const rest = rows.slice(9).reduce((sum, row) => sum + row.tokens, 0);
  return [...rows.slice(0, 9), { path: `${rows.length - 9} other kinds`, tokens: rest }];
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A bar on a terminal, from half a second on, ten times a second. */
function progressOf(files: readonly ListedFile[], terminal: Terminal, startedMs: number) {
  const all = files.reduce((sum, file) => sum + file.bytes, 0);
  let done = 0;
  let drawnMs = startedMs + 400;
  return (file: ListedFile, totals: Totals) => {
    done += file.bytes;
    const nowMs = performance.now();
    if (nowMs - drawnMs < 100) return;
    drawnMs = nowMs;
    const share = done / Math.max(1, all);
    const percent = `${Math.round(share * 100)}%`.padStart(4);
    terminal.draw([`${bar(share, 24)} ${percent}  ${figure(totals.tokens)} tokens, ${size(done)} of ${size(all)}`]);
  };
}
