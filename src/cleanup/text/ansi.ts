import { TextBuilder } from "./lines.ts";
import { type Steps, Stride } from "./steps.ts";

const CSI = 0x9b;

/**
 * Removes terminal control sequences: colours, cursor moves, titles and every other ESC. The address of a hyperlink
 * (OSC 8) stays, in parentheses after its text. No ESC is left, so removing can't form a new sequence.
 */
export function* ansiSteps(text: string): Steps<string> {
  const controls = new Controls(text);
  let i = controls.next(0);
  if (i === text.length) return text;
  const parts = new TextBuilder();
  const stride = new Stride();
  let kept = 0;
  let link: { url: string; start: number } | undefined;
  while (i < text.length) {
    if (i > kept) parts.push(text.slice(kept, i));
    const end = sequenceEnd(text, i, controls.next(i + 1));
    const url = linkTarget(text, i, end);
    if (url !== undefined) {
      if (link && !text.slice(link.start, i).includes(link.url)) parts.push(` (${link.url})`);
      link = url === "" ? undefined : { url, start: end };
    }
    if (stride.over(end - i + 16)) yield;
    kept = end;
    i = controls.next(end);
  }
  parts.push(text.slice(kept));
  return parts.text();
}

/** Finds the characters that begin sequences, for rising offsets. */
class Controls {
  readonly #text: string;
  #esc = -1;
  #csi = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** The first one from `from` on; the text's length where there is none. */
  next(from: number): number {
    if (this.#esc < from) this.#esc = this.#find("\x1b", from);
    if (this.#csi < from) this.#csi = this.#find("\x9b", from);
    return Math.min(this.#esc, this.#csi);
  }

  #find(char: string, from: number): number {
    const at = this.#text.indexOf(char, from);
    return at < 0 ? this.#text.length : at;
  }
}

/** The index behind the sequence that starts at `start`, of which the next one starts at `next`; a malformed one is its first character alone. */
function sequenceEnd(text: string, start: number, next: number): number {
  if (text.charCodeAt(start) === CSI) return controlEnd(text, start + 1) ?? start + 1;
  const kind = text[start + 1];
  if (kind === "[") return controlEnd(text, start + 2) ?? start + 1;
  if (kind === "]" || kind === "P" || kind === "^" || kind === "_" || kind === "X") {
    return stringEnd(text, start + 2, next) ?? start + 1;
  }
  let i = start + 1;
  while (i < start + 4 && inRange(text, i, 0x20, 0x2f)) i++;
  return inRange(text, i, 0x30, 0x7e) &&
    (i > start + 1 || inRange(text, i, 0x30, 0x3f) || "DEHMNOZcno|}~".includes(text[i]!))
    ? i + 1
    : start + 1;
}

/** Parameters, intermediates and final character of a CSI sequence. */
function controlEnd(text: string, start: number): number | undefined {
  let i = start;
  while (inRange(text, i, 0x30, 0x3f)) i++;
  while (inRange(text, i, 0x20, 0x2f)) i++;
  return inRange(text, i, 0x40, 0x7e) ? i + 1 : undefined;
}

/** The end of an OSC, DCS, SOS, PM or APC string, which any other ESC or a line's end breaks off. */
function stringEnd(text: string, start: number, next: number): number | undefined {
  const body = text.slice(start, next);
  const newline = body.indexOf("\n");
  const bell = (newline < 0 ? body : body.slice(0, newline)).indexOf("\x07");
  if (bell >= 0) return start + bell + 1;
  return newline < 0 && text.startsWith("\x1b\\", next) ? next + 2 : undefined;
}

/** The address of an OSC 8 sequence (`ESC ] 8 ; parameters ; address ST`): empty where it closes a link. */
function linkTarget(text: string, start: number, end: number): string | undefined {
  if (!text.startsWith("]8;", start + 1) || end < start + 5) return undefined;
  const address = text.slice(start + 4, text.charCodeAt(end - 1) === 0x07 ? end - 1 : end - 2);
  const semicolon = address.indexOf(";");
  return semicolon < 0 ? undefined : address.slice(semicolon + 1);
}

function inRange(text: string, i: number, low: number, high: number): boolean {
  const code = text.charCodeAt(i);
  return code >= low && code <= high;
}
