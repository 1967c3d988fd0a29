import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bandsFor } from "../../../src/cleanup/similarity/bands.ts";
import { createSimilarity, TokenBudgetError } from "../../../src/index.ts";
import { plainJaccard } from "./plain-jaccard.ts";

const similarity = createSimilarity();
const { jaccard, signature, estimate, nearDuplicates } = similarity;

/** Numbers that look random, the same in each run. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A text of `length` words out of 2,000. */
function randomWords(random: () => number, length: number): string[] {
  return Array.from({ length }, () => `w${Math.floor(random() * 2000)}`);
}

describe("jaccard", () => {
  test.each([
    ["the same text", "a b c d", "a b c d", 1],
    ["signs, case and white space aside", "Hello, big  World!", "hello BIG\nworld", 1],
    ["two shingles of four", "The quick brown fox jumps.", "the quick, brown fox ran", 0.5],
    ["nothing shared", "one two three", "four five six", 0],
    ["fewer words than a shingle", "yes please", "yes please", 1],
    ["fewer words than a shingle, another one", "yes please", "yes", 0],
    ["repeated shingles count once", "a b c a b c a b c", "a b c a b c", 1],
    ["full-width and composed letters", "Ｃａｆé noir ici", "cafe\u0301 noir ici", 1],
    ["ideographs", "数据库连接", "数据库连通", 0.5],
    ["kana", "あいうえおかき", "あいうえおかく", 1 / 3],
    ["Thai", "การเชื่อม", "การเชื่อง", 0.6],
    ["empty texts", "", "", 1],
    ["an empty text and a full one", "", "a b c", 0],
    ["signs only", "!!! --- ???", "!!! --- ???", 1],
    ["other signs only", "!!!", "???", 0],
  ])("%s", (_, a, b, expected) => {
    expect(jaccard(a, b)).toBeCloseTo(expected, 12);
    expect(jaccard(b, a)).toBeCloseTo(expected, 12);
  });

  const word = fc.constantFrom(
    ..."the The fox x1 42 _id é straße Ünï слово 한국어 हिन्दी 数 据 库 あ カ ー ก า เ ່ ក မ , . \n - ( )".split(" "),
  );
  const text = fc
    .array(fc.tuple(word, fc.constantFrom(" ", "", " ")), { maxLength: 40 })
    .map((parts) => parts.flat().join(""));

  test("equals a plain Jaccard index over sets of strings", () => {
    fc.assert(
      fc.property(text, text, fc.integer({ min: 0, max: 30 }), (a, b, cut) => {
        // The second text shares a part with the first one, so that the index is not always 0.
        const other = a.slice(cut) + b.slice(0, 12);
        fc.pre(/[\p{L}\p{N}]/u.test(a) && /[\p{L}\p{N}]/u.test(other));
        expect(jaccard(a, other)).toBeCloseTo(plainJaccard(a, other), 12);
      }),
      { numRuns: 2000 },
    );
  });

  test("a text longer than one window, cut anywhere in a word", () => {
    const random = randomOf(1);
    const words = randomWords(random, 30_000);
    const other = [...words.slice(0, 20_000), ...randomWords(random, 10_000)];
    expect(jaccard(words.join(" "), other.join(" "))).toBeCloseTo(plainJaccard(words.join(" "), other.join(" ")), 12);
  });
});

describe("signature", () => {
  test("is the same in every instance and for the same normalised text", () => {
    const text = "A signature is 128 numbers.";
    expect(createSimilarity().signature(text)).toEqual(signature("a signature IS 128 numbers"));
    expect(signature(text)).toHaveLength(128);
    expect(estimate(signature(text), signature(text))).toBe(1);
  });

  test("its estimate has the mean and the spread of 128 independent draws", () => {
    const random = randomOf(7);
    for (const share of [0.5, 0.9]) {
      const errors: number[] = [];
      for (let i = 0; i < 300; i++) {
        const words = randomWords(random, 400);
        const other = [
          ...words.slice(0, Math.round(400 * share)),
          ...randomWords(random, Math.round(400 * (1 - share))),
        ];
        const [a, b] = [words.join(" "), other.join(" ")];
        const exact = jaccard(a, b);
        errors.push((estimate(signature(a), signature(b)) - exact) / Math.sqrt((exact * (1 - exact)) / 128));
      }
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      const variance = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / errors.length;
      // 300 draws: the mean's standard deviation is .058, the variance's .082; five of each.
      expect(Math.abs(mean)).toBeLessThan(0.29);
      expect(variance).toBeGreaterThan(0.59);
      expect(variance).toBeLessThan(1.41);
    }
  });
});

describe("nearDuplicates", () => {
  const long = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen";
  test.each([
    ["equal texts", ["a b c", "x y z", "A, b, c!"], 0.9, [[0, 2]]],
    ["nothing", ["a b c", "x y z"], 0.9, []],
    ["near ones", [long, "x y z", `${long} seventeen`], 0.9, [[0, 2]]],
    ["below the threshold", [long, `${long} seventeen eighteen`], 0.9, []],
    ["a lower threshold", [long, `${long} seventeen eighteen`], 0.8, [[0, 1]]],
    ["a threshold below the bands", ["a b c d e f g h i j k l", "a b c x y z u v w q r s t"], 0.05, [[0, 1]]],
    ["no texts", [], 0.9, []],
    [
      "two groups",
      ["a b c", "x y z", "a b c", "x y z", "a b c"],
      1,
      [
        [0, 2, 4],
        [1, 3],
      ],
    ],
  ])("%s", (_, texts, threshold, expected) => expect(nearDuplicates(texts, threshold)).toEqual(expected));

  test("each member is near its group's last text, no two leaders are near, every text is in one group at most", () => {
    const random = randomOf(3);
    const texts: string[] = [];
    for (let i = 0; i < 60; i++) {
      const words = randomWords(random, 120);
      for (let k = 0; k < 4; k++) {
        const copy = [...words];
        for (let n = 0; n < k; n++) copy[Math.floor(random() * copy.length)] = `n${i}-${k}-${n}`;
        texts.push(copy.join(" "));
      }
    }
    const groups = nearDuplicates(texts, 0.9);
    const members = groups.flat();
    expect(new Set(members).size).toBe(members.length);
    for (const group of groups) {
      expect(group).toEqual([...group].sort((a, b) => a - b));
      for (const member of group)
        expect(plainJaccard(texts[member]!, texts[group.at(-1)!]!)).toBeGreaterThanOrEqual(0.9);
    }
    const leaders = [...texts.keys()].filter((i) => !members.includes(i) || groups.some((group) => group.at(-1) === i));
    for (const a of leaders)
      for (const b of leaders) if (a < b) expect(plainJaccard(texts[a]!, texts[b]!)).toBeLessThan(0.9);
  });

  test("of 2,000 pairs at .9 and above none is missed", () => {
    const random = randomOf(11);
    let found = 0;
    let pairs = 0;
    for (let round = 0; round < 20; round++) {
      const texts: string[] = [];
      for (let i = 0; i < 100; i++) {
        const words = randomWords(random, 150 + Math.floor(random() * 150));
        const copy = [...words];
        // One word exchanged costs three shingles: 2 × 3 of some 200 keep the index at .94 or above; 4 of 300 at .92.
        const changes = words.length > 250 ? 4 : 2;
        for (let n = 0; n < changes; n++) copy[Math.floor(random() * copy.length)] = `new${n}`;
        texts.push(words.join(" "), copy.join(" "));
        if (plainJaccard(texts.at(-2)!, texts.at(-1)!) >= 0.9) pairs++;
        else texts.splice(-2);
      }
      const groups = nearDuplicates(texts, 0.9);
      found += groups.filter((group) => group.length === 2 && group[0]! % 2 === 0 && group[1] === group[0]! + 1).length;
    }
    expect(pairs).toBeGreaterThan(1900);
    expect(found).toBe(pairs);
  });

  test("10,000 texts are not compared pairwise", () => {
    const random = randomOf(5);
    const texts = Array.from({ length: 10_000 }, () => randomWords(random, 30).join(" "));
    texts[9_000] = texts[17]!;
    const startedMs = performance.now();
    expect(nearDuplicates(texts, 0.9)).toEqual([[17, 9_000]]);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  test.each([0, -0.1, 1.01, Number.NaN])("a threshold of %s is refused", (threshold) => {
    expect(() => nearDuplicates(["a"], threshold)).toThrow(TokenBudgetError);
  });
});

test.each([0.11, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1])(
  "bands miss a pair at %s once in a million at most",
  (threshold) => {
    const { bands, rows, missProbability } = bandsFor(threshold);
    expect(bands * rows).toBeLessThanOrEqual(128);
    expect(missProbability).toBeLessThanOrEqual(1e-6);
    expect(missProbability).toBeCloseTo((1 - threshold ** rows) ** bands, 12);
  },
);

test("10 MB of text without a break is compared, and a small one after it", () => {
  const text = "数据库".repeat(1_000_000);
  expect(jaccard(text, text)).toBe(1);
  expect(jaccard("a b c d", "a b c e")).toBeCloseTo(1 / 3, 12);
});
