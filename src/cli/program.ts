import { Command, CommanderError, Option } from "commander";
import { type CountOptions, count } from "./count/command.ts";
import { exitCodes, Failure } from "./failure.ts";
import { type ModelsOptions, models } from "./models/command.ts";
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
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
    })
    .addHelpText("after", codes);
  addCount(program, terminal, (code) => {
    exitCode = code;
  });
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
export function positiveInteger(name: string, text: string): number {
  const value = Number(text.replaceAll("_", "").replaceAll(",", ""));
  if (!Number.isSafeInteger(value) || value <= 0)
    throw new Failure(`${name} takes a whole number above zero`, exitCodes.usage);
  return value;
}
