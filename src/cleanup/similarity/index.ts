import { TokenBudgetError } from "../../errors.ts";
import { SimilarityCore, signatureLength } from "../../wasm/similarity.ts";
import { finish, type Steps, stepChars } from "../text/steps.ts";
import { BandIndex, bandsFor } from "./bands.ts";
import { normalizedParts, normalizeForComparison } from "./normalize.ts";

/**
 * How alike texts are, by the shingles they share. See {@link createSimilarity}.
 * @example
 * const { signature, estimate, jaccard, nearDuplicates, nearDuplicateSteps } = createSimilarity();
 */
export interface Similarity {
  /**
   * 128 words of 32 bits, the same for the same text in every process. Cost: linear in the text.
   * @example
   * const alike = [signature("one two three four"), signature("One, two: three FOUR!")] as const;
   * estimate(...alike); // => 1
   */
  signature(text: string): Uint32Array;
  /** {@link signature} in steps of about a millisecond. */
  signatureSteps(text: string): Generator<void, Uint32Array>;
  /** Estimates the Jaccard index from two signatures; the standard deviation is √(j(1 − j)/128), at most .045. */
  estimate(a: Uint32Array, b: Uint32Array): number;
  /**
   * The Jaccard index of the texts' shingles, 0 to 1; 1 for two texts without shingles. Cost: linear in both lengths.
   * @example jaccard("one two three four", "one two three five"); // => 1 / 3
   */
  jaccard(textA: string, textB: string): number;
  /** {@link jaccard} in steps of about a millisecond. */
  jaccardSteps(textA: string, textB: string): Generator<void, number>;
  /**
   * Groups of near-duplicates: ascending indices, at least two. The last text of a group is the one to keep: each other
   * one has a Jaccard index of at least `threshold` (above 0, at most 1) with it. A text is in one group at most.
   * Cost: linear in the texts, as long as few are alike.
   * @throws TokenBudgetError `INVALID_ARGUMENT` for another threshold.
   * @example nearDuplicates(["one two three four", "something else here", "One two three four."], 0.9); // => [[0, 2]]
   */
  nearDuplicates(texts: readonly string[], threshold: number): number[][];
  /**
   * {@link nearDuplicates} that pauses after each text, so that a caller can let others run; `threshold` as there.
   * @example nearDuplicateSteps(["a", "a"], 0.9).next().done; // => false
   */
  nearDuplicateSteps(texts: readonly string[], threshold: number): Generator<void, number[][]>;
}

/** Below this threshold bands no longer find a pair with a certainty of a millionth: every pair is looked at. */
const MIN_BANDED = 0.11;
/** Standard deviations below the threshold at which an estimate rules a candidate out. */
const SIGMAS = 5;

/**
 * Compares texts by shingles: the text in Unicode's compatibility form and lower case, signs and white space left out,
 * read as units: a word where the script has spaces, one ideograph, one kana, one letter of Thai, Lao, Burmese or Khmer.
 * A shingle is three words or ideographs, or six of the lighter units (in mixed text the shortest run that weighs as
 * much). A text with fewer units is one shingle; in a text without letters the signs are the units.
 *
 * `nearDuplicates` does not compare all pairs: texts are compared where their signatures agree in a band. At or above a
 * threshold of .11 a pair at the threshold is missed with a probability of at most a millionth for the bands and a
 * millionth for the estimate that precedes the exact comparison; what is reported always has the exact index. (Shingles
 * are compared by 62 bits of a hash: among a million of them two fall together with a probability of 10⁻⁷.)
 *
 * @throws TokenBudgetError `NO_WASM_SIMD` where the engine lacks WebAssembly with SIMD
 * Cost: 3 kB compiled, 192 kB of memory.
 *
 * @example
 * const { jaccard } = createSimilarity();
 * jaccard("The quick brown fox jumps.", "the quick, brown fox ran"); // => 0.5
 */
export function createSimilarity(): Similarity {
  const core = new SimilarityCore();

  function signature(text: string): Uint32Array {
    return finish(core.signature(() => [normalizeForComparison(text)]));
  }

  function jaccard(textA: string, textB: string): number {
    finish(core.keep(() => [normalizeForComparison(textA)]));
    const index = jaccardWithKept(normalizeForComparison(textB));
    core.trim();
    return index;
  }

  function jaccardWithKept(normalized: string): number {
    return indexOf(finish(core.compare(() => [normalized])));
  }

  // Between the steps others may use the core: a long text has one of its own.
  const isLong = (text: string) => text.length > stepChars;
  const parts = (text: string) => () => normalizedParts(text, stepChars);

  function* signatureSteps(text: string): Steps<Uint32Array> {
    return isLong(text) ? yield* new SimilarityCore().signature(parts(text)) : signature(text);
  }

  function* jaccardSteps(textA: string, textB: string): Steps<number> {
    if (!isLong(textA) && !isLong(textB)) return jaccard(textA, textB);
    const own = new SimilarityCore();
    yield* own.keep(parts(textA));
    return indexOf(yield* own.compare(parts(textB)));
  }

  function* nearDuplicateSteps(texts: readonly string[], threshold: number): Generator<void, number[][]> {
    if (!(threshold > 0 && threshold <= 1))
      throw new TokenBudgetError("INVALID_ARGUMENT", "the threshold is a number above 0 and at most 1", { threshold });
    const index = new BandIndex(bandsFor(threshold));
    const least = threshold - SIGMAS * Math.sqrt((threshold * (1 - threshold)) / signatureLength);
    const signatures: Uint32Array[] = [];
    /** Members of each group, newest first; the first one leads. */
    const groups: number[][] = [];
    const leaderOfText = new Map<string, number>();
    for (let i = texts.length - 1; i >= 0; i--) {
      const text = normalizeForComparison(texts[i]!);
      const group = leaderOfText.get(text) ?? groupOf(text);
      leaderOfText.set(text, group);
      groups[group]!.push(i);
      yield;
    }
    core.trim();
    return groups
      .filter((group) => group.length > 1)
      .map((group) => group.reverse())
      .sort((a, b) => a[0]! - b[0]!);

    /** The group whose leader is near enough, the newest first; a new one where there is none. */
    function groupOf(text: string): number {
      const own = finish(core.signature(() => [text]));
      const candidates = threshold < MIN_BANDED ? signatures.keys() : index.candidates(own);
      let kept = false;
      for (const group of candidates) {
        if (estimate(own, signatures[group]!) < least) continue;
        if (!kept) finish(core.keep(() => [text]));
        kept = true;
        if (jaccardWithKept(normalizeForComparison(texts[groups[group]![0]!]!)) >= threshold) return group;
      }
      index.add(own, groups.length);
      signatures.push(own);
      return groups.push([]) - 1;
    }
  }

  return {
    signature,
    signatureSteps,
    estimate,
    jaccard,
    jaccardSteps,
    nearDuplicateSteps,
    nearDuplicates(texts, threshold) {
      const steps = nearDuplicateSteps(texts, threshold);
      for (;;) {
        const step = steps.next();
        if (step.done) return step.value;
      }
    },
  };
}

const indexOf = ({ shared, all }: { readonly shared: number; readonly all: number }): number =>
  all === 0 ? 1 : shared / all;

function estimate(a: Uint32Array, b: Uint32Array): number {
  let equal = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) equal++;
  return equal / a.length;
}
