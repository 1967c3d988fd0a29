// Which boundaries between two characters of three UTF-8 bytes no token spans: merging can never cross such a boundary,
// so a run of Chinese, Japanese or Korean letters can be cut there and its parts looked up in the piece cache.
// Three filters of hashed bits, a set bit meaning "some token may span": pairs of characters, then characters after
// which, and before which, a token that holds only a part of the neighbour has its boundary.
// The hashes are those of assembly/tokenizer/text/safe-split.ts.
const PAIR_BYTES = 0x8000;
const FLAG_BYTES = 0x2000;
const PAIR_HASH = 0x9e3779b97f4a7c15n;
const FLAG_HASH = 0x9e3779b1;

const isLead3 = (byte) => byte >= 0xe0 && byte < 0xf0;
const isContinuation = (byte) => (byte & 0xc0) === 0x80;
const bytes3 = (a, b, c) => a | (b << 8) | (c << 16);

export function buildSafeSplit(tokens) {
  const bits = new Uint8Array(PAIR_BYTES + 2 * FLAG_BYTES);
  const set = (base, hash) => {
    bits[base + (hash >>> 3)] |= 1 << (hash & 7);
  };
  const flag = (base, char) => set(base, Math.imul(char, FLAG_HASH) >>> 16);
  const spansPair = (left, right) =>
    set(0, Number(BigInt.asUintN(64, (BigInt(left) | (BigInt(right) << 24n)) * PAIR_HASH) >> 46n));
  const spansAfter = (char) => flag(PAIR_BYTES, char);
  const spansBefore = (char) => flag(PAIR_BYTES + FLAG_BYTES, char);

  for (const token of tokens) {
    if (!token) continue;
    for (let at = 1; at < token.length; at++) {
      if (!isLead3(token[at])) continue;
      let left = at - 1;
      while (left >= 0 && isContinuation(token[left])) left--;
      const leftWhole = left >= 0;
      if (leftWhole && !isLead3(token[left])) continue;
      const known = token.length - at;
      const leftChar = leftWhole ? bytes3(token[left], token[left + 1], token[left + 2]) : 0;
      if (known >= 3) {
        const rightChar = bytes3(token[at], token[at + 1], token[at + 2]);
        if (leftWhole) spansPair(leftChar, rightChar);
        else spansBefore(rightChar);
      } else if (leftWhole) spansAfter(leftChar);
      else {
        // Both neighbours are cut: every character that the known bytes can begin counts.
        for (let rest = 0; rest < (known === 1 ? 4096 : 64); rest++)
          spansBefore(
            known === 1
              ? bytes3(token[at], 0x80 | (rest >> 6), 0x80 | (rest & 63))
              : bytes3(token[at], token[at + 1], 0x80 | rest),
          );
      }
    }
  }
  return bits;
}
