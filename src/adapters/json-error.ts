/**
 * Where a text stops being JSON: the offset of the first character that no JSON text could have there (the text's length
 * where it ends too early), or -1 where it is JSON. `JSON.parse` tells this only in some engines, and quotes the text.
 *
 * Cost: one pass, without recursion.
 * @example jsonErrorAt('{"a": b}') // 6
 */
export function jsonErrorAt(text: string): number {
  const open: ("{" | "[")[] = [];
  let at = 0;
  let expected: "value" | "valueOrEnd" | "key" | "keyOrEnd" | "colon" | "commaOrEnd" = "value";
  for (;;) {
    at = skipped(text, at, /[ \t\n\r]*/y);
    const char = text[at];
    if (char === undefined) return expected === "commaOrEnd" && open.length === 0 ? -1 : at;
    const closes = open.at(-1) === "{" ? "}" : "]";
    const mayClose = open.length > 0 && (expected === "commaOrEnd" || expected.endsWith("OrEnd"));
    if (char === closes && mayClose) {
      open.pop();
      at++;
      expected = "commaOrEnd";
    } else if (expected === "commaOrEnd") {
      if (char !== "," || open.length === 0) return at;
      at++;
      expected = open.at(-1) === "{" ? "key" : "value";
    } else if (expected === "colon") {
      if (char !== ":") return at;
      at++;
      expected = "value";
    } else if (expected === "key" || expected === "keyOrEnd") {
      const end = stringEnd(text, at);
      if (end.error !== undefined) return end.error;
      at = end.at;
      expected = "colon";
    } else if (char === "{" || char === "[") {
      open.push(char);
      at++;
      expected = char === "{" ? "keyOrEnd" : "valueOrEnd";
    } else {
      const end = char === '"' ? stringEnd(text, at) : scalarEnd(text, at);
      if (end.error !== undefined) return end.error;
      at = end.at;
      expected = "commaOrEnd";
    }
  }
}

type End = { readonly at: number; readonly error?: undefined } | { readonly error: number };

/** From the opening quote to behind the closing one. */
function stringEnd(text: string, from: number): End {
  if (text[from] !== '"') return { error: from };
  let at = from + 1;
  for (;;) {
    at = skipped(text, at, /[^"\\\u0000-\u001f]*/y);
    if (text[at] === '"') return { at: at + 1 };
    const escaped = skipped(text, at, /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y);
    if (escaped === at) return { error: at };
    at = escaped;
  }
}

function scalarEnd(text: string, from: number): End {
  const at = skipped(text, from, /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  return at === from ? { error: from } : { at };
}

function skipped(text: string, from: number, pattern: RegExp): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}
