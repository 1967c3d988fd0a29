import type { Steps } from "./steps.ts";

/** Which end of a trace is the place of the error: the first frames, or (Python) the last. */
export type Nearest = "first" | "last";

/** A run of stack frames: line numbers at which each frame starts, and the line behind the last one. */
export interface Trace {
  readonly frames: readonly number[];
  readonly end: number;
  readonly nearest: Nearest;
}

/** How a language writes its frames. */
export interface Dialect {
  readonly nearest: Nearest;
  /** Lines of the frame at line `i`, or 0 where there is none. */
  readonly lines: (lines: readonly string[], i: number) => number;
}

/** Characters of a line that are looked at: an expression below can't take long on them. */
const PREFIX = 300;
const head = (line: string | undefined) =>
  line === undefined ? "" : line.length > PREFIX ? line.slice(0, PREFIX) : line;
const oneLine = (pattern: RegExp): Dialect => ({
  nearest: "first",
  lines: (lines, i) => (pattern.test(head(lines[i])) ? 1 : 0),
});

/** `at fn (file:1:2)`, `at com.a.B.c(B.java:1)`, `at A.B() in file:line 1`, `at file:///x:1:2`, `... 23 more`. */
const at = oneLine(
  /^\s+(?:at (?:(?:async |new )?[^\s(]+ ?\(|\S+ \[as \S+\] \(|<[\w$. ]+>$|native$|\S+:\d+|.+\) in .+:line \d+|async \S+)|\.\.\. \d+ (?:more|common frames omitted))/,
);
/** Firefox and Safari: `fn@https://host/file.js:1:2`. */
const webkit = oneLine(/^[\w$.<>/*]{0,80}@(?:https?|file|webpack|app|moz-extension):\S+:\d+(?::\d+)?$/);
/** gdb, AddressSanitizer, PHP: `#0  0x00 in f (…) at file:1`, `#0 /path/file.php(12): f()`. */
const hash = oneLine(
  /^\s*#\d+ +(?:0x[0-9a-f]+|[\w:~<>]+ ?\(.{0,200}\) at |\S+\(\d+\): |\{main\}|\[internal function\])/,
);
/** Ruby: `\tfrom file.rb:12:in 'f'`; Elixir: `    (app 1.0.0) lib/file.ex:12: f/1`. */
const from = oneLine(/^\s+(?:\d+: )?from \S+:\d+(?::in .*)?$/);
const elixir = oneLine(/^\s+(?:\([\w.-]+(?: [\d.]+)?\) )?[\w./-]+\.(?:exs?|erl):\d+: /);

const pythonFile = /^\s*(?:[|+] *)?File ".{1,200}", line \d+/;
const pythonRepeated = /^\s*\[Previous line repeated \d+ more times\]/;
const python: Dialect = {
  nearest: "last",
  lines(lines, i) {
    const line = head(lines[i]);
    if (!pythonFile.test(line)) return pythonRepeated.test(line) ? 1 : 0;
    const indent = indentation(line);
    let n = 1;
    // The source line, and from 3.11 on a line of carets; both stand deeper than `File`.
    while (
      n < 4 &&
      i + n < lines.length &&
      isDeeper(head(lines[i + n]), indent) &&
      !pythonFile.test(head(lines[i + n]))
    )
      n++;
    return n;
  },
};

const goFile = /^\t\S+\.(?:go|s):\d+(?: \+0x[0-9a-f]+)?$/;
const go: Dialect = {
  nearest: "first",
  lines: (lines, i) =>
    /^[\w./*()-]+(?:\(.*\)|\.func\d.*)?$|^created by /.test(head(lines[i])) && goFile.test(head(lines[i + 1])) ? 2 : 0,
};

const rustName = /^\s*\d+: +(?:0x[0-9a-f]+ - )?\S/;
const rustPlace = /^\s+at \S+:\d+(?::\d+)?$/;
const rust: Dialect = {
  nearest: "first",
  lines: (lines, i) => (rustName.test(head(lines[i])) && rustPlace.test(head(lines[i + 1])) ? 2 : 0),
};

const dialects = [rust, at, python, go, hash, from, elixir, webkit];

/** How the frame at line `i` is written, if there is one. */
export function dialectAt(lines: readonly string[], i: number): Dialect | undefined {
  const line = lines[i]!;
  if (line === "" || !mayBeFrame(line)) return undefined;
  for (const dialect of dialects) if (dialect.lines(lines, i) > 0) return dialect;
  return undefined;
}

/** Frames that are read between two steps. */
const STEP = 512;

/** The run of frames of one dialect that starts at line `i`. */
export function* traceSteps(lines: readonly string[], i: number, { lines: read, nearest }: Dialect): Steps<Trace> {
  const frames: number[] = [];
  let end = i;
  for (let size = read(lines, end); size > 0; size = end < lines.length ? read(lines, end) : 0) {
    frames.push(end);
    end += size;
    if (frames.length % STEP === 0) yield;
  }
  return { frames, end, nearest };
}

/** Sieves out most lines before any expression runs: a frame is indented, numbered, or holds `@`, `(` or a dot. */
function mayBeFrame(line: string): boolean {
  const code = line.charCodeAt(0);
  if (code === 0x20 || code === 0x09 || code === 0x23 || code === 0x46 || (code >= 0x30 && code <= 0x39)) return true;
  return line.length <= PREFIX && (line.includes("@") || line.endsWith(")") || line.startsWith("created by "));
}

function indentation(line: string): number {
  let i = 0;
  while (line[i] === " " || line[i] === "\t") i++;
  return i;
}

function isDeeper(line: string, indent: number): boolean {
  const own = indentation(line);
  return own > indent && own < line.length;
}
