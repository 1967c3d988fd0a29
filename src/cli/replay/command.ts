import { accessSync, constants, existsSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Session } from "../../adapters/index.ts";
import { type Archive, MemoryArchive, openArchive } from "../../archive/index.ts";
import { createTokenBudgetManager } from "../../create-manager.node.ts";
import { TokenBudgetError } from "../../errors.ts";
import type { ReplayResult } from "../../replay/recording.ts";
import { replaySession } from "../../replay/replay.ts";
import { replayPage } from "../../report/html.ts";
import { exitCodes, Failure } from "../failure.ts";
import type { Terminal } from "../terminal.ts";
import { type BudgetOptions, budgetOf } from "./budget.ts";
import { liveView } from "./live-view.ts";
import { printResult } from "./print.ts";
import { readSources, type SourceOptions } from "./sources.ts";

export interface ReplayCommandOptions extends BudgetOptions, SourceOptions {
  readonly archive?: string;
  readonly html?: string;
  readonly json?: boolean;
  readonly minutesPerTurn: number;
  readonly speed?: boolean;
}

/** Replays sessions, prints what happened, and says by the exit code whether the self-checks passed. */
export async function replay(
  paths: readonly string[],
  options: ReplayCommandOptions,
  terminal: Terminal,
): Promise<number> {
  if (options.html !== undefined) checkWritable(options.html);
  const sessions = await readSources(paths, options, terminal);
  const results: ReplayResult[] = [];
  for (const session of sessions) {
    const result = await replayOne(session, options, terminal);
    results.push(result);
    if (!options.json) printResult(result, terminal, options);
  }
  if (options.html !== undefined) writePage(options.html, results, terminal);
  if (options.json) terminal.out(JSON.stringify(results.length === 1 ? results[0] : results, null, 2));
  return results.every((result) => result.selfCheck.passed) ? exitCodes.done : exitCodes.selfCheck;
}

async function replayOne(session: Session, options: ReplayCommandOptions, terminal: Terminal): Promise<ReplayResult> {
  const budget = await budgetOf(session, options);
  const archive = options.archive === undefined ? new MemoryArchive() : await openedArchive(options.archive);
  const view = options.speed ? undefined : liveView(session.name, terminal, options.json === true);
  try {
    return await replaySession(session, {
      archive,
      count: budget.count,
      mediaTokens: budget.mediaTokens,
      rule: budget.rule,
      counting: budget.counting,
      minutesPerTurn: options.minutesPerTurn,
      ...(view !== undefined && { onProgress: view }),
      createManager: (settings) =>
        createTokenBudgetManager({
          ...settings,
          total: budget.total,
          ...(budget.components !== undefined && { components: budget.components }),
          ...(budget.countTokens === undefined ? { tokenizer: budget.tokenizer } : { countTokens: budget.countTokens }),
          cleanup: { archive },
        }),
    });
  } finally {
    terminal.draw([]);
    await archive.close();
  }
}

/** Reasons for which an archive can't be opened that lie in its path or file. */
const faultsOfFile: readonly unknown[] = ["cannot-open", "read-only", "corrupt", "foreign-file", "newer-schema"];

async function openedArchive(path: string): Promise<Archive> {
  try {
    return await openArchive(path);
  } catch (error) {
    if (!(error instanceof TokenBudgetError) || error.code !== "ARCHIVE_FAILED") throw error;
    const exitCode = faultsOfFile.includes(error.data.reason) ? exitCodes.input : exitCodes.failed;
    throw new Failure(`${path}: no archive can be opened here: ${error.message}`, exitCode);
  }
}

/** Says before a replay of minutes that its page would not find its place. */
function checkWritable(file: string): void {
  try {
    accessSync(existsSync(file) ? file : dirname(file), constants.W_OK);
  } catch (error) {
    throw notWritten(file, error);
  }
}

const notWritten = (file: string, error: unknown) =>
  new Failure(`${file}: cannot be written (${(error as NodeJS.ErrnoException).code ?? ""})`, exitCodes.input);

function writePage(file: string, results: readonly ReplayResult[], terminal: Terminal): void {
  try {
    writeFileSync(file, replayPage(results));
  } catch (error) {
    throw notWritten(file, error);
  }
  terminal.note(`${terminal.noteColors.green("written")} ${file}`);
}
