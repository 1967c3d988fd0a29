import { type Replacement, replaceAt } from "./edit.ts";
import { type Steps, Stride, stepChars } from "./steps.ts";

/** The shortest first line of a wrapped blob; PEM has 64 characters a line, MIME 76, xxd -p 60. */
const MIN_LINE = 32;
/** Characters from whose mix the kind is told. */
const SAMPLE = 4096;

/** First characters of base64 by what they encode. */
const magics: readonly (readonly [string, string])[] = [
  ["iVBORw0KGg", "PNG image"],
  ["/9j/", "JPEG image"],
  ["R0lGOD", "GIF image"],
  ["UklGR", "WebP or RIFF"],
  ["PHN2Zy", "SVG image"],
  ["JVBERi0", "PDF"],
  ["UEsDB", "ZIP archive"],
  ["H4sI", "gzip"],
  ["QlpoO", "bzip2"],
  ["/Td6WFo", "xz"],
  ["AGFzbQ", "WebAssembly"],
  ["f0VMRg", "ELF binary"],
  ["TVqQ", "Windows binary"],
  ["SUQz", "MP3 audio"],
  ["T2dnUw", "Ogg audio"],
  ["AAAAIGZ0eX", "MP4 video"],
  ["eyJ", "JSON"],
  ["PD94bWw", "XML"],
];

/**
 * Replaces base64 (plain, URL-safe, wrapped, in data URIs and PEM) and long hexadecimal strings of at least `minLength`
 * characters by a stub such as `[base64 removed: PNG image, 2048 bytes]`. Linear: text without long runs is skimmed.
 */
export function* blobSteps(text: string, minLength: number): Steps<string> {
  const replacements: Replacement[] = [];
  const stride = new Stride();
  for (let i = 0; i < text.length; ) {
    const start = nextRun(text, i, MIN_LINE, i + stepChars);
    if (start < 0) {
      i = -1 - start;
      yield;
      continue;
    }
    if (stride.over(start - i)) yield;
    const blob = yield* blobAt(text, start, stride);
    if (blob.length >= minLength) {
      const by = stubOf(text, start, blob);
      if (by !== undefined && by.length < blob.end - start) replacements.push({ start, end: blob.end, by });
    }
    i = blob.end;
  }
  return replaceAt(text, replacements);
}

/**
 * The start of the next run of at least `length` blob characters: only each `length`-th character must be looked at. Where
 * there is none before `until`, -1 less the offset where to go on.
 */
function nextRun(text: string, from: number, length: number, until: number): number {
  let start = from;
  for (let probe = from + length - 1; probe < text.length; ) {
    if (start >= until) return -1 - start;
    let i = probe;
    while (i >= start && isBlobCode(text.charCodeAt(i))) i--;
    if (i < start) return start;
    start = i + 1;
    probe = i + length;
  }
  return -1 - text.length;
}

interface Blob {
  readonly end: number;
  /** Characters without line breaks. */
  readonly length: number;
}

/** The blob whose first line starts at `start`: lines of one length, of which the last may be shorter. */
function* blobAt(text: string, start: number, stride: Stride): Steps<Blob> {
  let end = yield* runEnd(text, start, stride);
  const width = end - start;
  let length = width;
  for (;;) {
    const next = breakEnd(text, end);
    if (next === end) break;
    const lineEnd = yield* runEnd(text, next, stride);
    const line = lineEnd - next;
    if (line === 0 || line > width || !endsBlobLine(text, lineEnd)) break;
    // A shorter line ends the blob; a word of prose on the next line is no such line.
    if (line < width && !isDense(text, next, lineEnd)) break;
    end = lineEnd;
    length += line;
    if (line < width) break;
  }
  for (let k = 0; k < 2 && text[end] === "="; k++) end++;
  return { end, length };
}

/** Padding, a line's end, a quote or the text's end follows a line of a blob. */
function endsBlobLine(text: string, end: number): boolean {
  return end >= text.length || "=\n\r\\\"'`<)".includes(text[end]!);
}

function isDense(text: string, start: number, end: number): boolean {
  if (text[end] === "=" || end - start >= MIN_LINE) return true;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x41 || (code <= 0x5a && i > start)) return true;
  }
  return false;
}

/** Behind a line break with indentation, or an escaped one as in JSON strings; `from` where there is none. */
function breakEnd(text: string, from: number): number {
  let i = from;
  if (text[i] === "\r") i++;
  if (text[i] === "\n") {
    i++;
    for (let k = 0; k < 16 && (text[i] === " " || text[i] === "\t"); k++) i++;
    return i;
  }
  if (text.startsWith("\\r\\n", from)) return from + 4;
  return text.startsWith("\\n", from) ? from + 2 : from;
}

function* runEnd(text: string, from: number, stride: Stride): Steps<number> {
  for (let i = from; ; ) {
    const pause = i + stepChars;
    while (i < pause && isBlobCode(text.charCodeAt(i))) i++;
    if (stride.over(i - from + 16)) yield;
    if (i < pause) return i;
  }
}

function stubOf(text: string, start: number, { end, length }: Blob): string | undefined {
  const sample = text.slice(start, Math.min(end, start + SAMPLE));
  let upper = 0;
  let lower = 0;
  let digit = 0;
  let hex = 0;
  let seen = 0;
  for (let i = 0; i < sample.length; i++) {
    const code = sample.charCodeAt(i);
    if (!isBlobCode(code)) continue;
    seen++;
    if (code >= 0x30 && code <= 0x39) digit++;
    else if (code >= 0x41 && code <= 0x5a) upper++;
    else if (code >= 0x61 && code <= 0x7a) lower++;
    if (isHexCode(code)) hex++;
  }
  if (hex === seen) {
    return digit > seen / 20 && upper + lower > seen / 20 ? `[hex removed: ${length >> 1} bytes]` : undefined;
  }
  // Random bytes give 16 % digits and 41 % of either case; words, paths and long numbers give far less of one of them.
  if (digit < seen / 40 || upper < seen / 12 || lower < seen / 12) return undefined;
  const kind = magics.find(([magic]) => sample.startsWith(magic))?.[1];
  return `[base64 removed: ${kind === undefined ? "" : `${kind}, `}${Math.floor((length * 3) / 4)} bytes]`;
}

function isBlobCode(code: number): boolean {
  return code < 128 && blobCodes[code] === 1;
}

function isHexCode(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

const blobCodes = new Uint8Array(128);
for (const char of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")
  blobCodes[char.charCodeAt(0)] = 1;
