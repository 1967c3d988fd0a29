/** What surrounds each code point; the point itself stands for X. */
export const contexts: readonly string[] = [
  "X",
  "aX",
  "Xa",
  " X",
  "  Xb",
  "AX",
  "XA",
  "1X2",
  ".X",
  "X.",
  "'X",
  "X's",
  "\nX\n",
  "使XAb",
  "XX",
  "e\u0301X\u0301",
];

/** One text for each context, holding all the code points from `from` to `to` (exclusive), `step` apart, in lines. */
export function* contextTexts(from: number, to: number, step = 1): Generator<{ context: string; text: string }> {
  const points: string[] = [];
  for (let point = from; point < to; point += step) points.push(String.fromCodePoint(point));
  for (const context of contexts) {
    yield { context, text: points.map((point) => context.replaceAll("X", () => point)).join("\n") };
  }
}
