import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";

export const mainFile = resolve(import.meta.dirname, "../../build/js/cli/main.js");

export interface CliResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Of the terminal; default 100. */
  readonly columns?: number;
}

const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...bareEnv } = process.env;

/** Runs the built command line as a process of its own. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = spawn(process.execPath, [mainFile, ...args], { env: { ...bareEnv, ...options.env }, cwd: options.cwd });
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    err += text;
  });
  return new Promise((done) => child.on("close", (code) => done({ code, out, err })));
}

export const hasPty = spawnSync("script", ["--version"]).status === 0;

/** Runs it on a terminal, which `script` provides; both streams come as one. */
export function runCliOnTty(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const command = [process.execPath, mainFile, ...args].map((each) => `'${each.replaceAll("'", "'\\''")}'`).join(" ");
  const child = spawn("script", ["-qec", `stty cols ${options.columns ?? 100}; ${command}`, "/dev/null"], {
    env: { ...bareEnv, TERM: "xterm-256color", ...options.env },
    cwd: options.cwd,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  return new Promise((done) => child.on("close", (code) => done({ code, out, err: "" })));
}

/** A folder that is gone after the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "token-budget-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
