// Which tokens decide where a merge can begin with whole characters of two or three bytes (see
// assembly/tokenizer/bpe/characters.ts): those that are one, and those that begin or end inside one.
const isContinuation = (byte) => (byte & 0xc0) === 0x80;
const lengthOf = (lead) => (lead < 0xc2 || lead > 0xef ? 0 : lead < 0xe0 ? 2 : 3);

function isCharacter(token) {
  return token.length === lengthOf(token[0]) && token.subarray(1).every(isContinuation);
}
function endsInside(token) {
  const [third, second, last] = [token.at(-3), token.at(-2), token.at(-1)];
  return (
    token.length > 1 && (lengthOf(last) > 0 || (third !== undefined && isContinuation(last) && lengthOf(second) === 3))
  );
}
function beginsInside(token) {
  return isContinuation(token[0]) && token.subarray(1, 3).some((byte) => !isContinuation(byte));
}

/** Ids in rising order, as their differences: the low bytes of all, then the high bytes. */
export function characterTokens(tokens) {
  const ids = tokens.flatMap((token, id) =>
    id > 255 && token && (isCharacter(token) || endsInside(token) || beginsInside(token)) ? [id] : [],
  );
  const steps = ids.map((id, index) => id - (ids[index - 1] ?? 0));
  if (steps.some((step) => step > 0xffff)) throw new Error("two such tokens are too far apart");
  return Buffer.from([...steps.map((step) => step & 255), ...steps.map((step) => step >> 8)]);
}
