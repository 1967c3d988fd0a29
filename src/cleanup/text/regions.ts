import { codeShareSteps, startsWithOne } from "./code-lines.ts";
import { type Steps, stepLines } from "./steps.ts";

/** What a line belongs to; white space has meaning in all but `prose`. */
export const Region = { prose: 0, fence: 1, diff: 2, indented: 3, code: 4 } as const;

/** Share of lines that look like code from which on a block, or a whole text, is taken for code. */
const BLOCK_SHARE = 0.4;
const TEXT_SHARE = 0.25;

/** The stages of shortening ask for the regions of the same lines. */
const regionsOf = new WeakMap<readonly string[], Uint8Array>();

/**
 * Classifies each line: fenced code (markdown), diffs and patches, indented code, and lines that look like source code.
 * Where in doubt a line is code: leaving it alone loses nothing. One pass, plus one for the look of code.
 */
export function* regionSteps(lines: readonly string[]): Steps<Uint8Array> {
  const known = regionsOf.get(lines);
  if (known) return known;
  const regions = new Uint8Array(lines.length);
  for (let i = 0; i < lines.length; ) {
    const fence = fenceOf(lines[i]!);
    if (fence !== undefined) i = yield* fillFence(lines, regions, i, fence);
    else if (opensDiff(lines, i)) i = yield* fillDiff(lines, regions, i);
    else i++;
    if (i % stepLines === 0) yield;
  }
  yield* markIndented(lines, regions);
  yield* markCode(lines, regions);
  regionsOf.set(lines, regions);
  return regions;
}

export function isBlank(line: string): boolean {
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code !== 0x20 && (code < 0x09 || code > 0x0d)) return false;
  }
  return true;
}

/** The run of ``` or ~~~ that opens a fenced block. */
function fenceOf(line: string): string | undefined {
  let i = 0;
  while (line[i] === " " || line[i] === "\t") i++;
  const mark = line[i];
  if (mark !== "`" && mark !== "~") return undefined;
  const start = i;
  while (line[i] === mark) i++;
  if (i - start < 3 || (mark === "`" && line.includes("`", i))) return undefined;
  return line.slice(start, i);
}

function* fillFence(lines: readonly string[], regions: Uint8Array, start: number, fence: string): Steps<number> {
  let i = start + 1;
  for (; i < lines.length; i++) {
    if (i % stepLines === 0) yield;
    const close = fenceOf(lines[i]!);
    if (close?.startsWith(fence) && lines[i]!.trim() === close) break;
  }
  const end = Math.min(i + 1, lines.length);
  regions.fill(Region.fence, start, end);
  return end;
}

function opensDiff(lines: readonly string[], i: number): boolean {
  const line = lines[i]!;
  switch (line[0]) {
    case "d":
      return line.startsWith("diff --git ") || line.startsWith("diff -");
    case "@":
      return line.startsWith("@@ -");
    case "-":
      return line.startsWith("--- ") && lines[i + 1]?.startsWith("+++ ") === true;
    case "I":
      return line.startsWith("Index: ") && lines[i + 1]?.startsWith("====") === true;
    case "*":
      return (
        line.startsWith("*** Begin Patch") || (line.startsWith("*** ") && lines[i + 1]?.startsWith("--- ") === true)
      );
    case "<":
      return line.startsWith("<<<<<<< ");
    default:
      return false;
  }
}

const diffHeaders = ["diff ", "index ", "Index: ", "====", "*** ", "new file", "deleted file", "old mode", "new mode"];
const moreHeaders = [
  "rename ",
  "copy ",
  "similarity ",
  "dissimilarity ",
  "Binary files",
  "GIT binary patch",
  "<<<<<<< ",
];
const headers = [...diffHeaders, ...moreHeaders, ">>>>>>> ", "|||||||"];

function continuesDiff(line: string | undefined): boolean {
  if (line === undefined || line === "") return false;
  return " +-\\@!=".includes(line[0]!) || startsWithOne(line, 0, headers);
}

function* fillDiff(lines: readonly string[], regions: Uint8Array, start: number): Steps<number> {
  const conflict = lines[start]!.startsWith("<<<<<<< ");
  let i = start + 1;
  for (; i < lines.length; i++) {
    if (i % stepLines === 0) yield;
    const line = lines[i]!;
    if (conflict) {
      if (line.startsWith(">>>>>>> ")) return close(i + 1);
      continue;
    }
    // Some tools print an empty context line without its space.
    if (!continuesDiff(line) && !(isBlank(line) && continuesDiff(lines[i + 1]))) break;
  }
  return close(i);

  function close(end: number): number {
    regions.fill(Region.diff, start, end);
    return end;
  }
}

/** Markdown's indented code: four columns after a blank line, or after such a line. */
function* markIndented(lines: readonly string[], regions: Uint8Array): Steps<void> {
  let open = true;
  let blankFrom = -1;
  for (let i = 0; i < lines.length; i++) {
    if (i % stepLines === stepLines - 1) yield;
    const line = lines[i]!;
    if (regions[i] !== Region.prose) {
      open = false;
      blankFrom = -1;
    } else if (isBlank(line)) {
      if (blankFrom < 0) blankFrom = i;
      open = true;
    } else if (open && (line.startsWith("    ") || line[0] === "\t")) {
      if (blankFrom > 0 && regions[blankFrom - 1] === Region.indented) regions.fill(Region.indented, blankFrom, i);
      regions[i] = Region.indented;
      blankFrom = -1;
    } else {
      open = false;
      blankFrom = -1;
    }
  }
}

/** Marks what looks like source code between fences and diffs: all of it, or the blocks between blank lines. */
function* markCode(lines: readonly string[], regions: Uint8Array): Steps<void> {
  for (let start = 0; start < lines.length; ) {
    let end = start;
    for (; end < lines.length && !isOther(regions[end]); end++) if (end % stepLines === stepLines - 1) yield;
    if (end > start) {
      if ((yield* codeShareSteps(lines, start, end)) >= TEXT_SHARE) regions.fill(Region.code, start, end);
      else yield* markCodeBlocks(lines, regions, start, end);
    }
    for (start = end; start < lines.length && isOther(regions[start]); start++) if (start % stepLines === 0) yield;
  }
}

const isOther = (region: number | undefined): boolean => region === Region.fence || region === Region.diff;

function* markCodeBlocks(lines: readonly string[], regions: Uint8Array, start: number, end: number): Steps<void> {
  for (let from = start; from < end; ) {
    let to = from;
    for (; to < end && !isBlank(lines[to]!); to++) if (to % stepLines === stepLines - 1) yield;
    if (to > from && (yield* codeShareSteps(lines, from, to)) >= BLOCK_SHARE) regions.fill(Region.code, from, to);
    from = to + 1;
    if (from % stepLines === 0) yield;
  }
}
