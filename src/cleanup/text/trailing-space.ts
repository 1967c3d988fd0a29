import { joinLines, linesOf } from "./lines.ts";
import { isBlank, Region, regionSteps } from "./regions.ts";
import { type Steps, Stride } from "./steps.ts";

/**
 * Removes blanks and tabs at the ends of lines, and blank lines at the end of the text. Lines of code and diffs stay as
 * they are; two blanks before a further line of the same paragraph stay, since they are a line break in markdown.
 */
export function* trailingSpaceSteps(text: string): Steps<string> {
  if (!(yield* hasTrailingSpace(text))) return text;
  const given = yield* linesOf(text);
  const regions = yield* regionSteps(given);
  const lines = [...given];
  const stride = new Stride();
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (stride.over(line.length + 8)) yield;
    if (regions[i] !== Region.prose) continue;
    const returned = line.endsWith("\r") ? 1 : 0;
    const end = line.length - returned;
    let from = end;
    while (from > 0 && isSpace(line.charCodeAt(from - 1))) from--;
    // A carriage return inside the line would become part of the line's end.
    if (from === end || line[from - 1] === "\r") continue;
    const breaks = from > 0 && end - from >= 2 && line[from] === " " && line[from + 1] === " ";
    const goesOn = i + 1 < lines.length && !isBlank(lines[i + 1]!);
    lines[i] = line.slice(0, breaks && goesOn ? from + 2 : from) + line.slice(end);
  }
  let last = lines.length;
  while (last > 2 && regions[last - 1] === Region.prose && isEmpty(lines[last - 1]!) && isEmpty(lines[last - 2]!))
    last--;
  if (last < lines.length && regions[last - 2] !== Region.prose) last = lines.length;
  lines.length = last;
  return yield* joinLines(lines);
}

function isEmpty(line: string): boolean {
  return line === "" || line === "\r";
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function* hasTrailingSpace(text: string): Steps<boolean> {
  if (text.endsWith(" ") || text.endsWith("\t") || text.endsWith("\n\n") || text.endsWith("\n\r\n")) return true;
  const stride = new Stride();
  let from = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
    if (isSpace(text.charCodeAt(text.charCodeAt(at - 1) === 0x0d ? at - 2 : at - 1))) return true;
    if (stride.over(at - from + 8)) yield;
    from = at + 1;
  }
  return false;
}
