import fc from "fast-check";
import { expect, test } from "vitest";
import { movesBetween, rebalanced } from "../../examples/playground/src/budget/share-moves.ts";
import { ChunkCount } from "../../examples/playground/src/text/chunk-count.ts";
import { ChunkTokens } from "../../examples/playground/src/text/chunk-tokens.ts";
import { ChunkedText } from "../../examples/playground/src/text/chunked-text.ts";
import { History } from "../../examples/playground/src/text/history.ts";
import { difference } from "../../examples/playground/src/text/selection.ts";
import { createTokenizerSync } from "../../src/index.ts";
import { reference } from "../support/reference.ts";
import { runs } from "../support/runs.ts";
import { splicedText } from "../support/texts.ts";

const tokensOf = (text: string) => reference("o200k_base").encode_ordinary(text).length;
const place = fc.double({ min: 0, max: 1, noNaN: true });
/** Long enough to be cut into several chunks. */
const prose = "The ledger of step 12 was settled, and nobody asked why; it's done.\n".repeat(220);
/** Letters that no vocabulary has words of. */
const run = lettersOf(9_000);

function lettersOf(length: number): string {
  let state = 11;
  let letters = "";
  while (letters.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    letters += "abcdefghijklmnopqrstuvwxyz"[state % 26];
  }
  return letters;
}

test.each([
  ["prose", prose],
  ["a run without a blank", run],
])(
  "after any edits of %s the chunks are the text, and their counts by the reference add up to its count",
  (_, start) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(place, place, splicedText(6)), { maxLength: 8 }), (edits) => {
        const text = new ChunkedText();
        text.replace(0, 0, start);
        let plain = start;
        for (const [from, size, inserted] of edits) {
          const start = Math.floor(from * plain.length);
          const end = Math.min(plain.length, start + Math.floor(size * size * 9_000));
          text.replace(start, end, inserted);
          plain = plain.slice(0, start) + inserted + plain.slice(end);
          expect(text.slice(start, end + 50)).toBe(plain.slice(start, end + 50));
        }
        expect(text.chunks.map((chunk) => chunk.text).join("")).toBe(plain);
        expect(text.length).toBe(plain.length);
        // A half of a pair at a chunk's edge would count as a replacement character of its own, so none may be torn.
        const sum = text.chunks.reduce((tokens, chunk) => tokens + tokensOf(chunk.text), 0);
        expect(sum).toBe(tokensOf(plain));
      }),
      runs("edits of a chunked text", 40, 2_000),
    );
  },
);

test("an edit gives back the chunks it replaced, and leaves the others as they are", () => {
  const text = new ChunkedText();
  text.replace(0, 0, prose);
  const before = [...text.chunks];
  expect(before.length).toBeGreaterThan(3);
  const { removed, added } = text.replace(8, 9, "!");
  expect(removed).toEqual([before[0]]);
  expect(text.chunks).toEqual([...added, ...before.slice(1)]);
});

test("the tokens of a chunk are those of the tokenizer, in their places", () => {
  const tokenizer = createTokenizerSync("o200k_base");
  const tokens = new ChunkTokens(tokenizer, () => {});
  fc.assert(
    fc.property(splicedText(20), fc.nat(400), fc.nat(400), (text, one, other) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other) + 1];
      const found = [...tokens.between({ text }, 1_000, from, to)].map(({ id, start, end, index }) => [
        id,
        start,
        end,
        index,
      ]);
      const wanted = [...tokenizer.tokens(text)]
        .map(({ id, start, end }, index) => [id, start + 1_000, end + 1_000, index] as const)
        .filter(([, start, end]) => end - 1_000 > from && start - 1_000 < to);
      expect(found).toEqual(wanted);
    }),
    runs("tokens of a chunk", 300, 5_000),
  );
});

test("a long run has probable tokens at once and certain ones soon, also while it is edited", async () => {
  const tokenizer = createTokenizerSync("o200k_base");
  const places = (tokens: Iterable<{ id: number; start: number; end: number }>) =>
    [...tokens].map(({ id, start, end }) => `${id}:${start}-${end}`);
  let walked = () => {};
  const tokens = new ChunkTokens(tokenizer, () => walked());
  let text = lettersOf(60_000);
  let chunk = { text };
  const inView = () => places(tokens.between(chunk, 0, 40_000, 40_600));
  const wanted = () => places([...tokenizer.tokens(text)].filter(({ start, end }) => end > 40_000 && start < 40_600));
  for (const at of [40_300, 40_301, 100, 59_999]) {
    const certain = new Promise<void>((resolve) => {
      walked = resolve;
    });
    expect([...tokens.between(chunk, 0, 40_000, 40_600)].every(({ index }) => index === undefined)).toBe(true);
    expect(inView()).toEqual(wanted());
    await certain;
    expect(inView()).toEqual(wanted());
    expect([...tokens.between(chunk, 0, 0, 1)][0]!.index).toBe(0);
    text = `${text.slice(0, at)}q${text.slice(at)}`;
    const known = chunk;
    chunk = { text };
    tokens.apply({ removed: [known], added: [chunk], at });
  }
});

test("a long chunk is counted part by part, and after an edit from the part on that it changed", () => {
  const tokenizer = createTokenizerSync("o200k_base");
  const finish = (count: ChunkCount) => {
    for (let steps = 1; ; steps++) {
      const tokens = count.step();
      if (tokens !== undefined) return { tokens, steps };
    }
  };
  const text = lettersOf(200_000);
  let count = new ChunkCount(tokenizer, text);
  expect(finish(count)).toEqual({ tokens: tokenizer.count(text), steps: 7 });
  for (const [at, steps] of [
    [199_000, 1],
    [100_000, 4],
    [0, 7],
  ] as const) {
    const edited = `${text.slice(0, at)}Q${text.slice(at)}`;
    count = new ChunkCount(tokenizer, edited, { count, at });
    expect(finish(count)).toEqual({ tokens: tokenizer.count(edited), steps });
    // Back to the text itself, as by undo.
    count = new ChunkCount(tokenizer, text, { count, at });
    expect(finish(count)).toEqual({ tokens: tokenizer.count(text), steps });
  }
});

test("the difference of two texts makes one of the other", () => {
  fc.assert(
    fc.property(splicedText(8), splicedText(8), splicedText(3), (head, tail, middle) => {
      const [before, after] = [head + tail, head + middle + tail];
      const { at, removed, inserted } = difference(before, after);
      expect(before.slice(0, at) + inserted + before.slice(at + removed.length)).toBe(after);
      expect(before.slice(at, at + removed.length)).toBe(removed);
    }),
    runs("differences", 200, 5_000),
  );
});

test("what is typed in a run is taken back at once, and can be brought again", () => {
  const history = new History();
  history.record({ at: 0, removed: "", inserted: "a" }, 0);
  history.record({ at: 1, removed: "", inserted: "b" }, 100);
  history.record({ at: 2, removed: "", inserted: "c" }, 5_000);
  expect(history.undo()).toEqual({ at: 2, removed: "c", inserted: "" });
  expect(history.undo()).toEqual({ at: 0, removed: "ab", inserted: "" });
  expect(history.undo()).toBeUndefined();
  expect(history.redo()).toEqual({ at: 0, removed: "", inserted: "ab" });
});

test("sliders keep the sum of the shares, the fixed share and the least share; moves make the one of the other", () => {
  const ids = ["system", "memory", "knowledge", "agents", "talk"];
  const weights = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(weights, place, fc.integer({ min: 1, max: 4 }), (parts, value, which) => {
      const total = parts.reduce((sum, part) => sum + part, 0);
      const now = Object.fromEntries([
        ["system", 0.1],
        ...parts.map((part, at) => [ids[at + 1]!, (0.9 * part) / total]),
      ]);
      const wanted = rebalanced(now, ids[which]!, value, new Set(["system"]));
      expect(Object.values(wanted).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      expect(wanted.system).toBe(0.1);
      const least = Math.min(...Object.values(wanted));
      expect(least).toBeGreaterThan(0.0099);
      const moved: Record<string, number> = { ...now };
      for (const { from, to, share } of movesBetween(now, wanted, "test")) {
        moved[from]! -= share;
        moved[to]! += share;
      }
      for (const id of ids) expect(moved[id]).toBeCloseTo(wanted[id]!, 4);
    }),
    runs("shares", 200, 5_000),
  );
});
