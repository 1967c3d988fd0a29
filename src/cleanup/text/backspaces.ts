/**
 * Applies backspaces as a terminal does: a spinner shows its last state, and a letter struck over itself or over a line
 * (as manual pages do for bold and underlined) is that letter. No backspace is left.
 */
export function applyBackspaces(text: string): string {
  if (!text.includes("\b")) return text;
  return text
    .split("\n")
    .map((line) => (line.includes("\b") ? line.split("\r").map(shownLine).join("\r") : line))
    .join("\n");
}

function shownLine(line: string): string {
  const cells: string[] = [];
  let cursor = 0;
  for (const char of line) {
    if (char === "\b") {
      cursor = Math.max(0, cursor - 1);
      continue;
    }
    const below = cells[cursor];
    // A line under a letter is drawn in either order.
    if (char !== "_" || below === undefined || below === " ") cells[cursor] = char;
    cursor++;
  }
  return cells.join("");
}
