/** The part of a text from `at` on that has at most `most` units and does not end inside a surrogate pair. */
export function partAt(text: string, at: number, most: number): string {
  let to = Math.min(at + most, text.length);
  if (to < text.length && (text.charCodeAt(to - 1) & 0xfc00) === 0xd800) to--;
  return text.slice(at, to);
}

/** All parts of a text, in order. */
export function* partsOfText(text: string, most: number): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const part = partAt(text, at, most);
    yield part;
    at += part.length;
  }
}
