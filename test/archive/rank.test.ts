import fc from "fast-check";
import { expect, test } from "vitest";
import { bestOf } from "../../src/archive/best-of.ts";
import { documentNumber } from "../../src/archive/index-terms.ts";
import { firstPostings, furtherPostings, jointPostings, type PostingSource, rank } from "../../src/archive/rank.ts";
import { MemoryArchive } from "../../src/index.ts";
import { entry } from "./contract/rooms.ts";

/** BM25 by its definition (k1 = 1.2, b = 0.75, idf = ln(1 + (N − n + ½) / (n + ½))), over lists of words. */
function scores(documents: readonly (readonly string[])[], query: readonly string[]): number[] {
  const average = documents.reduce((sum, words) => sum + words.length, 0) / documents.length;
  return documents.map((words) => {
    let score = 0;
    for (const term of new Set(query)) {
      const having = documents.filter((each) => each.includes(term)).length;
      const frequency = words.filter((word) => word === term).length;
      const idf = Math.log(1 + (documents.length - having + 0.5) / (having + 0.5));
      score += (idf * frequency * 2.2) / (frequency + 1.2 * (0.25 + (0.75 * words.length) / average));
    }
    return score;
  });
}

test("scores are BM25", async () => {
  const word = fc.constantFrom("apple", "pear", "plum", "fig", "lime", "kiwi");
  const documents = fc.array(fc.array(word, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(documents, fc.uniqueArray(word, { minLength: 1, maxLength: 3 }), async (lists, query) => {
      // "and" keeps the words of a query from being neighbours, and the number makes each text distinct.
      const spaced = lists.map((words, at) => [...words.flatMap((each) => [each, "and"]), `number${at}`]);
      const archive = new MemoryArchive();
      const refs = await archive.put(
        "s",
        spaced.map((words) => entry(words.join(" "))),
      );
      const expected = scores(spaced, query);
      const hits = await archive.search("s", query.join(" "), { limit: 40 });
      expect(hits.length).toBe(expected.filter((score) => score > 0).length);
      for (const hit of hits) expect(hit.score).toBeCloseTo(expected[refs.indexOf(hit.ref)]!, 9);
      const inOrder = hits.map((hit) => hit.score);
      expect(inOrder).toEqual([...inOrder].sort((one, other) => other - one));
    }),
    { numRuns: 200 },
  );
});

/** A million documents; the nth term of `t1, t2, …` is in each nth document. */
function vastSource(): PostingSource & { read: number; calls: number } {
  const documents = 1_000_000;
  return {
    documents,
    terms: documents * 50,
    nextSequence: documents + 1,
    read: 0,
    calls: 0,
    postings(terms, limit) {
      this.calls++;
      const found: number[] = [];
      const steps = terms.map((term) => (/[²⁴]/.test(term) ? documents : Number(term.slice(1))));
      for (let at = documents; at > 0 && found.length < limit; at--) {
        if (steps.every((step) => at % step === 0)) found.push(documentNumber(at, 50));
      }
      this.read += found.length;
      return found;
    },
  };
}

test("common words: bounded work, the rare word decides, and documents that have all words come first", () => {
  const source = vastSource();
  const { scores, weights } = rank(source, ["t1", "t7", "t11", "t100000"]);
  const candidates = bestOf(scores, 100);
  // Ten documents have the rare word; of these, those with all words are the multiples of 7 and 11.
  const best = candidates.slice(0, 10).map((candidate) => Math.floor(candidate.document / 32));
  expect(best.every((sequence) => sequence % 100_000 === 0)).toBe(true);
  const after = candidates.slice(10, 100).map((candidate) => Math.floor(candidate.document / 32));
  expect(after.every((sequence) => sequence % 77 === 0)).toBe(true);
  expect(weights.get("t1")!).toBeLessThan(0.01);
  // How many documents have a word is estimated from the newest: 1,000,000 / 7 within a hundredth.
  expect(weights.get("t7")!).toBeCloseTo(Math.log(1 + 6e6 / 7 / (1e6 / 7)), 2);
});

test("the best of many are the first of all sorted", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 60 }), fc.nat(70), (values, count) => {
      const scores = new Map(values.map((score, document) => [document, score]));
      const sorted = [...scores].sort((one, other) => other[1] - one[1] || other[0] - one[0]);
      const expected = sorted.slice(0, count).map(([document, score]) => ({ document, score }));
      expect(bestOf(scores, count)).toEqual(expected);
    }),
  );
});

test("no query reads more postings than the bounds say", () => {
  for (const count of [1, 2, 8, 32]) {
    const source = vastSource();
    rank(
      source,
      Array.from({ length: count }, (_, at) => `t${at + 1}`),
    );
    // Each at first, the rarest again, and their repeats, of which this source has as many.
    const most = count * firstPostings + 3 * (furtherPostings + 4 * firstPostings) + jointPostings;
    expect(source.read).toBeLessThanOrEqual(most);
    expect(source.calls).toBeLessThanOrEqual(count + 33 + 8 + 1);
  }
});
