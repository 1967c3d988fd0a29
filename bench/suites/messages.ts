import { type Encoding, encodings } from "../contestants.ts";
import { cutMessages, cutShort } from "../messages.ts";
import { timeRepeated } from "../repeated.ts";
import type { Context, Figure, Suite } from "../suite.ts";
import { throughputFigures } from "../throughput.ts";
import { timeUnseen } from "../unseen.ts";

const kinds = ["agent", "en_prose", "code_ts", "zh"];
const asked = { hypertok: { mean: 4 } };

export const suite: Suite = {
  name: "messages",
  about: "count: chat messages of 100-2,000 characters, a call each, unseen and repeated; and of 20 characters",
  async run(context) {
    const figures: Figure[] = [];
    for (const encoding of context.pick(encodings, ["o200k_base"] as const)) {
      const classes = kinds.map((name) => ({ name, pieces: messagesOf(context, name), callEach: true }));
      const unseen = await timeUnseen(context, encoding, classes);
      figures.push(...throughputFigures(encoding, unseen, asked).map(under("unseen")));
      const same = kinds.map((name) => ({ name, texts: messagesOf(context, name).slice(0, 100) }));
      const repeated = await timeRepeated(context, encoding, same);
      figures.push(...throughputFigures(encoding, repeated, asked).map(under("repeated")));
      figures.push(...(await short(context, encoding)));
    }
    return figures;
  },
};

const under = (folder: string) => (figure: Figure) => ({ ...figure, id: `${folder}/${figure.id}` });

const messagesOf = (context: Context, name: string) =>
  cutMessages(context.corpus.text(name)).slice(0, context.pick(400, 40));

/** 256 different strings of 20 characters in turn, so that nothing is gained from counting one string for ever. */
async function short(context: Context, encoding: Encoding): Promise<Figure[]> {
  const texts = cutShort(context.corpus.text("markdown"), 20, 256);
  const megabytes = Buffer.byteLength(texts.join("")) / 1e6;
  const duels = await timeRepeated(context, encoding, [{ name: "20 characters", texts }]);
  const us = (megabytesPerSecond: number) => (megabytes / megabytesPerSecond / texts.length) * 1e6;
  return duels.map(({ contestant, ours, theirs, ratio }, index) => ({
    id: `${encoding}/20 characters/${contestant}`,
    value: us(ours),
    unit: "us",
    better: "lower",
    peer: contestant,
    peerValue: us(theirs),
    ratio,
    ...(index === 0 ? { target: { of: "value", max: 0.3 } } : {}),
  }));
}
