import { encodings } from "../contestants.ts";
import { characterEnd } from "../messages.ts";
import type { Figure, Suite } from "../suite.ts";
import { throughputFigures } from "../throughput.ts";
import { timeUnseen } from "../unseen.ts";

export const suite: Suite = {
  name: "unseen",
  about: "count: text never seen before, caches warm from other text of the same class (see unseen.ts)",
  async run(context) {
    const names = context.pick(context.corpus.classes, ["en_prose", "code_ts", "agent", "th"]);
    const classes = names.map((name) => {
      const text = context.corpus.text(name);
      return { name, pieces: parts(context.smoke ? text.slice(0, 60_000) : text), callEach: false };
    });
    const figures: Figure[] = [];
    for (const encoding of context.pick(encodings, ["o200k_base"] as const)) {
      const duels = await timeUnseen(context, encoding, classes);
      figures.push(
        ...throughputFigures(encoding, duels, { hypertok: { mean: 3, worst: 1.5 }, "dqbd-tiktoken": { mean: 25 } }),
      );
    }
    return figures;
  },
};

/** About 56 parts of a text, cut after line ends where lines are shorter than a part, else after any character. */
function parts(text: string): string[] {
  const size = Math.ceil(text.length / 56);
  const cuts: string[] = [];
  for (let start = 0; start < text.length; ) {
    const lineEnd = text.indexOf("\n", start + size) + 1;
    const end = lineEnd > 0 && lineEnd <= start + 2 * size ? lineEnd : characterEnd(text, start + size);
    cuts.push(text.slice(start, end));
    start = end;
  }
  return cuts;
}
