import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { chainSessions, readSessions, type Session } from "../../adapters/index.ts";
import { printable } from "../../report/columns.ts";
import { exitCodes, Failure } from "../failure.ts";
import type { Terminal } from "../terminal.ts";

export interface SourceOptions {
  readonly lenient?: boolean;
  /** Every session of a file by itself, instead of one after the other. */
  readonly each?: boolean;
}

/** The sessions of files and folders; `-` is standard input. */
export async function readSources(
  paths: readonly string[],
  options: SourceOptions,
  terminal: Terminal,
): Promise<Session[]> {
  const sessions: Session[] = [];
  for (const path of paths.flatMap(filesOf)) {
    const read = readSessions(path === "-" ? await text(process.stdin) : contentOf(path), {
      file: path === "-" ? "standard input" : path,
      ...(options.lenient && {
        onSkip: (problem) => terminal.note(`${terminal.noteColors.yellow("skipped")} ${printable(problem.message)}`),
      }),
    });
    const name = path === "-" ? "standard input" : printable(basename(path));
    if (options.each)
      sessions.push(...read.map((session) => ({ ...session, name: `${name}: ${printable(session.name)}` })));
    else
      sessions.push({
        ...chainSessions(read, name),
        name: read.length > 1 ? `${name}, ${read.length} runs chained` : name,
      });
  }
  return sessions;
}

/** A folder stands for the session files in it. */
function filesOf(path: string): string[] {
  if (path === "-") return [path];
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new Failure(`${path}: no such file or folder`, exitCodes.input);
  if (!stats.isDirectory()) return [path];
  const files = readdirSync(path)
    .filter((name) => /\.(json|jsonl|ndjson)$/i.test(name))
    .sort()
    .map((name) => join(path, name));
  if (files.length === 0) throw new Failure(`${path}: no .json or .jsonl files in this folder`, exitCodes.input);
  return files;
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    throw new Failure(`${path}: cannot be read (${code})`, exitCodes.input);
  }
}
