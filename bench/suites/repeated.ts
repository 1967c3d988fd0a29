import { encodings } from "../contestants.ts";
import { timeRepeated } from "../repeated.ts";
import type { Figure, Suite } from "../suite.ts";
import { throughputFigures } from "../throughput.ts";

/** Characters of each class: a document of ordinary size, which fits the caches of all that have one. */
const documentChars = 50_000;

export const suite: Suite = {
  name: "repeated",
  about: "count: the same 50,000 characters of each class again and again",
  async run(context) {
    const figures: Figure[] = [];
    const names = context.pick(context.corpus.classes, ["en_prose", "code_ts", "agent", "th"]);
    const classes = names.map((name) => {
      const text = context.corpus.text(name).slice(0, context.pick(documentChars, documentChars / 2));
      return { name, texts: [text] };
    });
    for (const encoding of context.pick(encodings, ["o200k_base"] as const)) {
      const duels = await timeRepeated(context, encoding, classes);
      figures.push(...throughputFigures(encoding, duels, { hypertok: { mean: 3.5, worst: 1.5 } }));
    }
    return figures;
  },
};
