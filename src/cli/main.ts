#!/usr/bin/env node
import { TokenBudgetError } from "../errors.ts";
import { printable } from "../report/columns.ts";
import { exitCodes, Failure } from "./failure.ts";
import { runProgram } from "./program.ts";
import { processTerminal } from "./terminal.ts";

const usageCodes = new Set(["UNKNOWN_MODEL", "UNKNOWN_ENCODING", "NO_PUBLIC_ENCODING", "INVALID_ARGUMENT"]);

function exitCodeOf(error: unknown): number {
  if (error instanceof Failure) return error.exitCode;
  if (!(error instanceof TokenBudgetError)) return exitCodes.failed;
  if (error.code === "BAD_FORMAT") return exitCodes.input;
  return usageCodes.has(error.code) ? exitCodes.usage : exitCodes.failed;
}

const terminal = processTerminal(process);

// A reader that has seen enough (head, less) closes the pipe: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  process.exitCode = await runProgram(process.argv.slice(2), terminal);
} catch (error) {
  const known = error instanceof Failure || error instanceof TokenBudgetError;
  const text = known
    ? printable(error.message)
    : error instanceof Error
      ? (error.stack ?? error.message)
      : String(error);
  if (text !== "") terminal.note(`${terminal.noteColors.red("token-budget:")} ${text}`);
  process.exitCode = exitCodeOf(error);
}
// Workers and databases are closed by now; what a dependency left open must not hold the process.
process.stdout.write("", () => process.exit());
