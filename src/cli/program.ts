import { createRequire } from "node:module";
import { Command, CommanderError, Option } from "commander";
import { type CountOptions, count } from "./count/command.ts";
import { exitCodes, Failure } from "./failure.ts";
import { type ModelsOptions, models } from "./models/command.ts";
import { type ReplayCommandOptions, replay } from "./replay/command.ts";
import type { Terminal } from "./terminal.ts";

const codes = `
Exit codes:
  0  done
  1  something went wrong that is no fault of the input
  2  wrong usage, or a model that is not known
  3  a file that is not there, cannot be read, or is malformed
  4  a replay did not pass its self-check`;

/**
 * Runs the command line on its arguments and resolves to the exit code.
 *
 * @throws Failure and TokenBudgetError: what to tell the user.
 */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = new Command("token-budget")
    .description("Exact token counts, and a budget for every part of an agent's context.")
    .version(packageVersion(), "-V, --version", "print the version")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
    })
    .addHelpText("after", codes);
  const done = (code: number) => {
    exitCode = code;
  };
  addReplay(program, terminal, done);
  addCount(program, terminal, done);
  addModels(program, terminal);
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has said it all: help and version end well, everything else is wrong usage.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
  return exitCode;
}

function packageVersion(): string {
  const { version } = createRequire(import.meta.url)("token-budget/package.json") as { readonly version: string };
  return version;
}

function addReplay(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("replay")
    .summary("put a recorded agent session through a budget")
    .description(
      "Feeds recorded sessions message by message through a budget and shows what happened: OpenAI chat and Responses, Anthropic, AI SDK, LangChain and SWE-agent, as JSON or JSON lines. The format is found by content.",
    )
    .argument("<paths...>", "session files, folders of them, or - for standard input")
    .option("-m, --model <name>", "the budget is this model's context window, less its largest answer")
    .option("-b, --budget <tokens>", "the budget in tokens (default: as much as the session holds)", (text) =>
      positiveInteger("--budget", text),
    )
    .option("--profile <file>", "components and shares, as a JSON file")
    .option("--archive <path>", "keep the originals in this SQLite file (default: in memory)")
    .option("--html <file>", "write a page with the course of the session")
    .option("--json", "print the result as JSON")
    .option("--minutes-per-turn <minutes>", "how long the session's clock goes on with each answer", minutes, 10)
    .option("--speed", "measure: no live view, and the CPU time of a turn")
    .option("--each", "take each session of a file by itself, instead of one after the other")
    .option("--lenient", "name broken lines and messages, and skip them")
    .addHelpText(
      "after",
      `
Examples:
  token-budget replay session.json --budget 32000
  token-budget replay --model gpt-4o --html report.html runs.jsonl
  token-budget replay examples/sessions --minutes-per-turn 30
  cat session.json | token-budget replay - --json`,
    )
    .action(async (paths: string[], options: ReplayCommandOptions) => done(await replay(paths, options, terminal)));
}

function minutes(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0) || !Number.isFinite(value))
    throw new Failure("--minutes-per-turn takes a number of minutes", exitCodes.usage);
  return value;
}

function addCount(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("count")
    .summary("count the tokens of files, folders and standard input")
    .description(
      "Counts the tokens of files and folders on all cores; `-` is standard input. Binary files and what .gitignore excludes are skipped.",
    )
    .argument("<paths...>", "files, folders, or - for standard input")
    .addOption(
      new Option(
        "-m, --model <name>",
        "count as this model does (an estimate with bounds for Claude and Gemini)",
      ).conflicts("encoding"),
    )
    .addOption(new Option("-e, --encoding <name>", "count in this encoding (default: o200k_base)"))
    .option("--by-file", "list every file, the largest first")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `
Examples:
  token-budget count src README.md
  token-budget count --model gpt-4 --by-file docs
  git diff | token-budget count -`,
    )
    .action(async (paths: string[], options: CountOptions) => done(await count(paths, options, terminal)));
}

function addModels(program: Command, terminal: Terminal): void {
  program
    .command("models")
    .summary("list models with their encoding and limits")
    .description("Lists the known models, or those whose name has all the words of the query.")
    .argument("[query]", "a part of a name, or a whole name as an API gives it")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `
Examples:
  token-budget models
  token-budget models "gpt-4o mini"
  token-budget models us.anthropic.claude-sonnet-4-5-20250929-v1:0`,
    )
    .action(async (query: string | undefined, options: ModelsOptions) => {
      await models(query, options, terminal);
    });
}

/** @throws Failure where an option's value is not a whole number above zero. */
function positiveInteger(name: string, text: string): number {
  const value = Number(text.replaceAll("_", "").replaceAll(",", ""));
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new Failure(`${name} takes a whole number above zero`, exitCodes.usage);
  return value;
}
