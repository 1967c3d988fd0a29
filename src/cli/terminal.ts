import colors from "picocolors";
import { clipColumns } from "../report/columns.ts";

type Colors = ReturnType<typeof colors.createColors>;

/** Where a command writes: results on one stream, progress and complaints on the other. */
export interface Terminal {
  /** Writes a result, with a line end. */
  out(text: string): void;
  /** Writes a remark that is no part of the result, with a line end. */
  note(text: string): void;
  /** Draws over the lines that it drew last, on a terminal; does nothing elsewhere. No lines take them away. */
  draw(lines: readonly string[]): void;
  /** Colours of the results. */
  readonly colors: Colors;
  /** Colours of remarks and drawings. */
  readonly noteColors: Colors;
  /** Whether drawings are seen. */
  readonly isLive: boolean;
  readonly columns: number;
}

/**
 * The terminal of a process. Colours only on a TTY, never with NO_COLOR, always with FORCE_COLOR; drawings only where
 * both streams are a TTY that can move its cursor.
 */
export function processTerminal(process: NodeJS.Process): Terminal {
  const { stdout, stderr, env } = process;
  const wantsColors = (isTTY: boolean | undefined) => {
    if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
    if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== "" && env.FORCE_COLOR !== "0") return true;
    return isTTY === true && env.TERM !== "dumb";
  };
  const isLive = stdout.isTTY === true && stderr.isTTY === true && env.TERM !== "dumb" && env.CI === undefined;
  let drawn = 0;
  const draw = (lines: readonly string[]) => {
    if (!isLive || (drawn === 0 && lines.length === 0)) return;
    const back = drawn > 0 ? `\x1b[${drawn}A\x1b[0J` : "";
    // A line that wraps would be two to go back over.
    const columns = (stderr.columns ?? 80) - 1;
    stderr.write(back + lines.map((line) => `${clipColumns(line, columns)}\n`).join(""));
    drawn = lines.length;
  };
  const over = (write: () => void) => {
    draw([]);
    write();
  };
  return {
    out: (text) => over(() => stdout.write(`${text}\n`)),
    note: (text) => over(() => stderr.write(`${text}\n`)),
    draw,
    colors: colors.createColors(wantsColors(stdout.isTTY)),
    noteColors: colors.createColors(wantsColors(stderr.isTTY)),
    isLive,
    columns: Math.max(40, stderr.columns ?? 80),
  };
}

/** A bar of so many columns, filled to a share of it. */
export function bar(share: number, columns: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * columns * 8);
  const rest = eighths % 8;
  const full = "█".repeat(eighths >> 3) + (rest > 0 ? " ▏▎▍▌▋▊▉"[rest] : "");
  return full.padEnd(columns, "░");
}
