import fc from "fast-check";
import { expect, test } from "vitest";
import { indexTerms, repeatMarks } from "../../src/archive/index-terms.ts";
import { visitTerms } from "../../src/archive/segment.ts";

/** Each term that is visited, once, with its marks; and how many were. */
function byVisits(text: string) {
  const counts = new Map<string, number>();
  const length = visitTerms(text, (term) => counts.set(term, (counts.get(term) ?? 0) + 1));
  const terms = [...counts].flatMap(([term, count]) => [
    term,
    ...repeatMarks.filter(([atLeast]) => term.length > 1 && count >= atLeast).map(([, mark]) => term + mark),
  ]);
  return { terms: terms.sort(), length };
}

const sorted = (text: string) => {
  const { terms, length } = indexTerms(text);
  return { terms: [...terms].sort(), length };
};

test("terms are each there once, and marked from the second and fourth time on", () => {
  expect(sorted("東京 東京 a a ab ab ab ab")).toEqual({
    terms: ["a", "ab", "ab²", "ab⁴", "京", "東", "東京", "東京²"].sort(),
    length: 12,
  });
  expect(indexTerms("")).toEqual({ terms: [], length: 0 });
});

test("what goes by codes is what goes by strings, also where both come to the same term", () => {
  const unit = fc.constantFrom(
    ..."東京葛飾字字はのデ。 ab1_ไทย어を",
    "葛\u{e0100}",
    "ﾃﾞ",
    "か\u3099",
    "が",
    "𠮷",
    "〹",
    "卄",
    "\ud842",
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 40 }), (units) => {
      const text = units.join("");
      expect(sorted(text)).toEqual(byVisits(text));
    }),
    { numRuns: 3_000 },
  );
});
