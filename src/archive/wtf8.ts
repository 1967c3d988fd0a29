const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const loneSurrogate = /\p{Surrogate}/u;

/**
 * The bytes of any JavaScript string: UTF-8, and a lone surrogate as the three bytes of its code (WTF-8). Distinct
 * strings have distinct bytes, which UTF-8 alone does not give: it maps every lone surrogate to U+FFFD.
 */
export function encodeWtf8(text: string): Uint8Array {
  return isWellFormed(text) ? encoder.encode(text) : encodeIllFormed(text);
}

/** By the engine's own check, many times as quick, where it has one (ES2024). */
export function isWellFormed(text: string): boolean {
  const checked = (text as { isWellFormed?(): boolean }).isWellFormed?.();
  return checked ?? !loneSurrogate.test(text);
}

/** The string behind bytes made by {@link encodeWtf8}, code unit by code unit. */
export function decodeWtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return decodeIllFormed(bytes);
  }
}

function encodeIllFormed(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code < 0x80) {
      bytes[length++] = code;
      continue;
    }
    if (code < 0x800) {
      bytes[length++] = 0xc0 | (code >> 6);
    } else {
      if (code < 0x10000) bytes[length++] = 0xe0 | (code >> 12);
      else {
        bytes[length++] = 0xf0 | (code >> 18);
        bytes[length++] = 0x80 | ((code >> 12) & 0x3f);
      }
      bytes[length++] = 0x80 | ((code >> 6) & 0x3f);
    }
    bytes[length++] = 0x80 | (code & 0x3f);
  }
  return bytes.slice(0, length);
}

function decodeIllFormed(bytes: Uint8Array): string {
  const parts: string[] = [];
  let start = 0;
  // A surrogate's code is ED A0..BF xx; ED followed by less is an ordinary character. All between is plain UTF-8.
  for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at + 1)) {
    const second = bytes[at + 1]!;
    if (second < 0xa0) continue;
    parts.push(decoder.decode(bytes.subarray(start, at)));
    parts.push(String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (bytes[at + 2]! & 0x3f)));
    start = at + 3;
  }
  parts.push(decoder.decode(bytes.subarray(start)));
  return parts.join("");
}
