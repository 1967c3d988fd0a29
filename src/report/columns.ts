/** A name from outside, fit for a terminal: its control characters must not steer one. */
export const printable = (name: string) => name.replace(/[\u0000-\u001f\u007f-\u009f]/g, "?");

/** What takes two columns of a terminal: East Asian wide and full-width characters, and emoji shown as pictures. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const marks = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** Columns that the text takes on a terminal. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const char of text) columns += char < "\u0300" ? 1 : marks.test(char) ? 0 : wide.test(char) ? 2 : 1;
  return columns;
}

/** As `padEnd`, by columns. */
export function padColumns(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** What fits into so many columns of a line with ANSI colours; these take none, and all of them stay. */
export function clipColumns(line: string, columns: number): string {
  let left = columns;
  let clipped = "";
  for (const piece of line.split(/(\u001b\[[0-9;]*m)/)) {
    if (piece.startsWith("\u001b[")) {
      clipped += piece;
      continue;
    }
    for (const char of piece) {
      left -= columnsOf(char);
      if (left < 0) break;
      clipped += char;
    }
  }
  return clipped;
}
