/** Characters of a line that are compared. */
const PREFIX = 400;
const levels =
  /^\W{0,3}(?:\[?\w{0,20}\]?\W{1,3})?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|trace|debug|info|warn|error)\b/;
/** A date, a time, or seconds since the start. */
const stamped =
  /^\W{0,2}(?:\d{4}-\d\d-\d\d|\d{4}\/\d\d\/\d\d|\d\d?:\d\d:\d\d|\d{10,13}\b|\[ *\d+\.\d+\]|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d )/;
const levelMember = /"(?:level|lvl|severity|log\.level)" ?:/;
const timeMember = /"(?:ts|time|timestamp|@timestamp|datetime)" ?:/;
const messageMember = /"(?:msg|message|event)" ?:/;
/** `12%`, `3/14`, `[####  ]`, `1.2 MB/s`: the signs of progress. */
const progress = /\d{1,3}(?:\.\d+)? ?%|\[[#=>. -]{8,}\]|[█▏▎▍▌▋▊▉░▒▓━╸]{3,}|\b[kKMG]i?B\/s/;

/**
 * The line with what changes from one log entry to the next masked: numbers, times, hexadecimal and other ids. Undefined
 * where the line does not look like a log entry or a progress line: rows of data differ in their numbers on purpose.
 */
export function logTemplate(line: string): string | undefined {
  const text = line.length > PREFIX ? line.slice(0, PREFIX) : line;
  if (!stamped.test(text) && !levels.test(text) && !progress.test(text))
    return isRecord(text) ? maskNumbers(text) : undefined;
  return maskNumbers(text);
}

/** An entry of a log of JSON lines: rows of data have times too, but neither levels nor messages with them. */
function isRecord(text: string): boolean {
  if (text[0] !== "{" || text[1] !== '"') return false;
  return levelMember.test(text) || (timeMember.test(text) && messageMember.test(text));
}

/** Replaces each word that holds a digit by `#`, and bars by `=`. */
function maskNumbers(text: string): string {
  let out = "";
  for (let i = 0; i < text.length; ) {
    const code = text.charCodeAt(i);
    if (isWord(code)) {
      let digits = false;
      const start = i;
      for (; i < text.length && isWord(text.charCodeAt(i)); i++) digits ||= isDigit(text.charCodeAt(i));
      out += digits ? "#" : text.slice(start, i);
    } else if (code === 0x20 || code === 0x3d || code === 0x23 || code === 0x3e || code === 0x2e || code >= 0x2500) {
      // Padding and bars grow and shrink with the numbers.
      const start = i;
      while (i < text.length && isFill(text.charCodeAt(i))) i++;
      if (i === start) i++;
      out += " ";
    } else {
      out += text[i++];
    }
  }
  return out;
}

function isFill(code: number): boolean {
  return (
    code === 0x20 ||
    code === 0x3d ||
    code === 0x23 ||
    code === 0x3e ||
    code === 0x2e ||
    (code >= 0x2500 && code < 0x2600)
  );
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isWord(code: number): boolean {
  return (
    isDigit(code) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x5f ||
    (code >= 0xc0 && code < 0x2000)
  );
}
