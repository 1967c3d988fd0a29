const ESC = 0x1b;
const BEL = 0x07;
/** The one-character form of `ESC [`. */
const CSI = 0x9b;

/**
 * Removes terminal control sequences: colours, cursor moves, titles and every other ESC. The address of a hyperlink
 * (OSC 8) stays, in parentheses after its text. No ESC is left, so removing can't form a new sequence.
 */
export function stripAnsi(text: string): string {
  if (!text.includes("\x1b") && !text.includes("\x9b")) return text;
  const parts: string[] = [];
  let kept = 0;
  let link: { url: string; start: number } | undefined;
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i);
    if (code !== ESC && code !== CSI) {
      i++;
      continue;
    }
    if (i > kept) parts.push(text.slice(kept, i));
    const end = sequenceEnd(text, i);
    const url = linkTarget(text, i, end);
    if (url !== undefined) {
      if (link && !text.slice(link.start, i).includes(link.url)) parts.push(` (${link.url})`);
      link = url === "" ? undefined : { url, start: end };
    }
    i = kept = end;
  }
  parts.push(text.slice(kept));
  return parts.join("");
}

/** The index behind the sequence that starts at `start`; a malformed one is its first character alone. */
function sequenceEnd(text: string, start: number): number {
  if (text.charCodeAt(start) === CSI) return controlEnd(text, start + 1) ?? start + 1;
  const kind = text[start + 1];
  if (kind === "[") return controlEnd(text, start + 2) ?? start + 1;
  if (kind === "]" || kind === "P" || kind === "^" || kind === "_" || kind === "X") {
    return stringEnd(text, start + 2) ?? start + 1;
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
function stringEnd(text: string, start: number): number | undefined {
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BEL) return i + 1;
    if (code === ESC) return text[i + 1] === "\\" ? i + 2 : undefined;
    if (code === CSI || code === 0x0a) return undefined;
  }
  return undefined;
}

/** The address of an OSC 8 sequence (`ESC ] 8 ; parameters ; address ST`): empty where it closes a link. */
function linkTarget(text: string, start: number, end: number): string | undefined {
  if (!text.startsWith("]8;", start + 1) || end < start + 5) return undefined;
  const semicolon = text.indexOf(";", start + 4);
  if (semicolon < 0 || semicolon >= end) return undefined;
  return text.slice(semicolon + 1, text.charCodeAt(end - 1) === BEL ? end - 1 : end - 2);
}

function inRange(text: string, i: number, low: number, high: number): boolean {
  const code = text.charCodeAt(i);
  return code >= low && code <= high;
}
