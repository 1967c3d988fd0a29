// The rule of src/cleanup/similarity said a second time, slowly: sets of strings, Unicode's own scripts, no hashes.

const light = String.raw`[\p{Script=Hiragana}\p{Script=Katakana}ー\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]`;
const word = String.raw`(?:(?!${light}|\p{Script=Han})[\p{L}\p{M}\p{N}_])+`;
const unit = new RegExp(String.raw`(?<light>${light})|\p{Script=Han}|${word}`, "gu");

export function shinglesOf(text: string): Set<string> {
  const units = [...text.normalize("NFKC").toLowerCase().matchAll(unit)].map((match) => ({
    text: match[0],
    weight: match.groups?.light === undefined ? 2 : 1,
  }));
  const shingles = new Set<string>();
  for (let from = 0; from < units.length; from++) {
    let weight = 0;
    let to = from;
    while (to < units.length && weight < 6) weight += units[to++]!.weight;
    const shingle = units.slice(from, to).map((each) => each.text);
    if (weight >= 6 || from === 0) shingles.add(shingle.join("\u0000"));
  }
  return shingles;
}

export function plainJaccard(a: string, b: string): number {
  const one = shinglesOf(a);
  const other = shinglesOf(b);
  const shared = [...one].filter((shingle) => other.has(shingle)).length;
  const all = one.size + other.size - shared;
  return all === 0 ? 1 : shared / all;
}
