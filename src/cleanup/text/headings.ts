const htmlHeading = /^\s{0,3}<h([1-6])[\s>]/i;

/** The level, 1 to 6, of the heading on line `i` (markdown, reStructuredText, HTML); 0 where there is none. */
export function headingLevel(lines: readonly string[], i: number): number {
  const line = lines[i]!;
  if (line[0] === "#") {
    let level = 1;
    while (line[level] === "#") level++;
    return level <= 6 && (line[level] === " " || line[level] === "\t") && line.trim().length > level ? level : 0;
  }
  const code = line.charCodeAt(0);
  if (code === 0x3c || code === 0x20) return Number(htmlHeading.exec(line.slice(0, 12))?.[1] ?? 0);
  const under = lines[i + 1];
  if (under === undefined || line.length > 120 || line.length < 2) return 0;
  return underlineLevel(under, line.trimEnd().length);
}

/** `===` is level 1; `---`, `~~~` and the like, as long as the title, are level 2. */
function underlineLevel(line: string, width: number): number {
  const mark = line[0];
  if (mark === undefined || !"=-~^*".includes(mark)) return 0;
  const run = line.trimEnd();
  if (run.length < 3 || run.length + 2 < width || run.length > width + 40) return 0;
  for (let i = 1; i < run.length; i++) if (run[i] !== mark) return 0;
  return mark === "=" ? 1 : 2;
}
