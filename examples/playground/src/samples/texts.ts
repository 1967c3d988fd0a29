/** A text to begin with. */
export interface SampleText {
  readonly name: string;
  readonly text: () => string;
}

const welcome = `Tokens are what a language model reads. Common words are one token each, rare ones are several: "tokenization", "antidisestablishmentarianism".

Numbers fall into groups: 3.14159, 2026-11-22, 1,048,576. So does code:

    function total(items) {
      return items.reduce((sum, item) => sum + item.tokens, 0);
    }

Other scripts cost more or less: Wie viele Token hat dieser Satz? \u6211\u5011\u6578\u4e00\u6578\u9019\u53e5\u8a71\u6709\u591a\u5c11\u500b\u8a5e\u5143\u3002 \u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440! \ud83d\ude80\ud83e\udd16

Type anywhere: counts and colours follow each key.
`;

const log = () =>
  Array.from({ length: 60 }, (_, line) => {
    const second = String(line % 60).padStart(2, "0");
    const level = line % 17 === 5 ? "WARN" : "INFO";
    return `2026-11-22T09:14:${second}Z ${level} worker-${line % 7} job=${7919 * (line + 3)} took ${(line * 37) % 400} ms`;
  }).join("\n");

const json = () =>
  JSON.stringify(
    Array.from({ length: 12 }, (_, at) => ({
      id: 1000 + at,
      name: `item ${at}`,
      price: (at * 7.25).toFixed(2),
      tags: ["new", "blue"],
    })),
    null,
    2,
  );

/** About a megabyte of prose, made of sentences that differ. */
export function megabyte(): string {
  const subjects = ["The scheduler", "A worker", "The archive", "This component", "The reader", "Each session"];
  const verbs = ["keeps", "counts", "moves", "archives", "recalls", "measures"];
  const objects = [
    "the tokens of a message",
    "what was said before",
    "an old log",
    "the last answer",
    "a share of the window",
  ];
  let text = "";
  for (let at = 0; text.length < 1_000_000; at++) {
    const pick = <T>(list: readonly T[], step: number): T => list[Math.floor(at / step) % list.length]!;
    text += `${pick(subjects, 1)} ${pick(verbs, 7)} ${pick(objects, 3)}, and step ${at} costs ${(at * 7919) % 10_007} tokens.`;
    text += at % 5 === 4 ? "\n\n" : at % 2 === 0 ? " " : "\n";
  }
  return text;
}

export const sampleTexts: readonly SampleText[] = [
  { name: "Welcome", text: () => welcome },
  { name: "Log", text: log },
  { name: "JSON", text: json },
  { name: "1 MB of prose", text: megabyte },
];
