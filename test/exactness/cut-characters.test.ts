import { describe, expect, test } from "vitest";
import { reference } from "../support/reference.ts";
import { Comparison } from "./compare.ts";
import { encodings, isLong, seed } from "./plan.ts";
import { Random } from "./random.ts";

const strict = new TextDecoder("utf-8", { fatal: true });

/** Texts around the tokens that begin or end inside a character: the rest of it is drawn until the text is valid. */
function aroundCutTokens(tokens: Iterable<ArrayLike<number>>, random: Random): string[] {
  const texts: string[] = [];
  for (const token of tokens) {
    const bytes = Array.from(token);
    if (bytes.length < 2 || decoded(bytes) !== undefined) continue;
    for (let tries = 0, found = 0; tries < 200 && found < 3; tries++) {
      const before = [[], [0xc3], [0xe0], [0xe4, 0xb8]][random.int(4)] as number[];
      const lead = random.pick([0xc2, 0xd0, 0xe0, 0xe1, 0xe3, 0xe5, 0xec, 0xf0]);
      if (before.length === 1) before[0] = lead;
      else if (before.length === 2) before.splice(0, 2, lead, 0x80 + random.int(64));
      const after = Array.from({ length: random.int(4) }, () => 0x80 + random.int(64));
      const text = decoded([...before, ...bytes, ...after]);
      if (text === undefined) continue;
      texts.push(text);
      found++;
    }
  }
  return texts;
}

function decoded(bytes: readonly number[]): string | undefined {
  try {
    return strict.decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}

describe.each(encodings)(`%s (seed ${seed})`, (encoding) => {
  test("text around tokens that cut characters, alone and mixed, short and longer than a window", {
    timeout: 1_800_000,
  }, () => {
    const comparison = new Comparison(encoding);
    const random = new Random(seed);
    const pool = aroundCutTokens(reference(encoding).token_byte_values(), random);
    expect(pool.length).toBeGreaterThan(100);
    for (const text of pool) comparison.text("around a cut token", text);
    for (let i = 0; i < (isLong ? 60_000 : 1_500); i++) {
      const alphabet = Array.from({ length: 1 + random.int(12) }, () => random.pick(pool));
      const letters = [...alphabet.join("")];
      const length = random.pick([3, 12, 40, 40, isLong ? 700 : 200]);
      comparison.text(
        "mixed",
        random.join(1 + random.int(length), () => random.pick(random.int(3) === 0 ? alphabet : letters)),
      );
    }
    const { strings, characters, differences } = comparison.summary;
    if (isLong)
      console.log(
        `${encoding}, cut characters: ${strings} strings, ${characters} characters, ${differences.length} differences`,
      );
    expect(differences).toEqual([]);
  });
});
