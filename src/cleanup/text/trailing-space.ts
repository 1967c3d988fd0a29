import { classifyLines, isBlank, Region } from "./regions.ts";

/**
 * Removes blanks and tabs at the ends of lines, and blank lines at the end of the text. Lines of code and diffs stay as
 * they are; two blanks before a further line of the same paragraph stay, since they are a line break in markdown.
 */
export function stripTrailingSpace(text: string): string {
  if (!hasTrailingSpace(text)) return text;
  const lines = text.split("\n");
  const regions = classifyLines(lines);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
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
  return lines.join("\n");
}

function isEmpty(line: string): boolean {
  return line === "" || line === "\r";
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function hasTrailingSpace(text: string): boolean {
  if (text.endsWith(" ") || text.endsWith("\t") || text.endsWith("\n\n") || text.endsWith("\n\r\n")) return true;
  return text.includes(" \n") || text.includes("\t\n") || text.includes(" \r\n") || text.includes("\t\r\n");
}
