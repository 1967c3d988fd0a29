import { joinLines, linesOf, TextBuilder } from "./lines.ts";
import { type Steps, Stride } from "./steps.ts";

/**
 * Applies backspaces as a terminal does: a spinner shows its last state, and a letter struck over itself or over a line
 * (as manual pages do for bold and underlined) is that letter. No backspace is left.
 */
export function* backspaceSteps(text: string): Steps<string> {
  if (!text.includes("\b")) return text;
  const lines = [...(yield* linesOf(text))];
  const stride = new Stride();
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (line.includes("\b")) {
      const states = new TextBuilder("\r");
      for (let from = 0; from <= line.length; ) {
        const to = line.indexOf("\r", from);
        states.push(yield* shownSteps(line.slice(from, to < 0 ? line.length : to), stride));
        from = to < 0 ? line.length + 1 : to + 1;
      }
      lines[i] = states.text();
    }
    if (stride.over(line.length + 8)) yield;
  }
  return yield* joinLines(lines);
}

function* shownSteps(line: string, stride: Stride): Steps<string> {
  const cells: string[] = [];
  let cursor = 0;
  for (const char of line) {
    if (stride.over(2)) yield;
    if (char === "\b") {
      cursor = Math.max(0, cursor - 1);
      continue;
    }
    const below = cells[cursor];
    // A line under a letter is drawn in either order.
    if (char !== "_" || below === undefined || below === " ") cells[cursor] = char;
    cursor++;
  }
  const shown = new TextBuilder();
  for (const cell of cells) {
    shown.push(cell);
    if (stride.over(8)) yield;
  }
  return shown.text();
}
