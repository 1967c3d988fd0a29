import { type Encoding, encodings, openContestant } from "../contestants.ts";
import type { Comparison } from "../measure/compare.ts";
import type { Context, Figure, Suite } from "../suite.ts";
import { type Duel, throughputFigures } from "../throughput.ts";
import { verify } from "../verify.ts";

export const suite: Suite = {
  name: "encode",
  about: "encode beside count, and decode beside the peers, of the same 50,000 characters again and again",
  async run(context) {
    const figures: Figure[] = [];
    for (const encoding of context.pick(encodings, ["o200k_base"] as const)) {
      const { encode, decode } = await duels(context, encoding);
      figures.push(
        ...throughputFigures(`encode/${encoding}`, encode, { count: { mean: 0.6 } }),
        ...throughputFigures(`decode/${encoding}`, decode, { "dqbd-tiktoken": { mean: 2 } }),
      );
    }
    return figures;
  },
};

async function duels(context: Context, encoding: Encoding): Promise<{ encode: Duel[]; decode: Duel[] }> {
  const ours = (await openContestant("ours", encoding))!;
  const hypertok = await context.peer("hypertok", encoding);
  const tiktoken = await context.peer("dqbd-tiktoken", encoding);
  const encode: Duel[] = [];
  const decode: Duel[] = [];
  for (const textClass of context.pick(context.corpus.classes, ["en_prose", "code_ts", "th"])) {
    const text = context.corpus.text(textClass).slice(0, context.pick(50_000, 25_000));
    verify(encoding, textClass, [text], new Map([["ours", ours]]));
    const ids = ours.encode(text);
    const timed = await context.compare({
      count: () => ours.count(text),
      encode: () => ours.encode(text),
      ...(hypertok && { hypertok: () => hypertok.encode(text) }),
    });
    const decoded = await context.compare({
      decode: () => ours.decode!(ids),
      ...(hypertok && { hypertok: () => hypertok.decode!(ids) }),
      ...(tiktoken && { "dqbd-tiktoken": () => tiktoken.decode!(ids) }),
    });
    if (ours.decode!(ids) !== text) throw new Error(`ours does not decode ${textClass}, ${encoding}, to its text`);
    const speed = (nanoseconds: number) => (Buffer.byteLength(text) / nanoseconds) * 1e3;
    const duel = <Name extends string>(from: Comparison<Name>, own: Name, contestant: Name): Duel => ({
      textClass,
      contestant,
      ours: speed(from.ns(own)),
      theirs: speed(from.ns(contestant)),
      ratio: from.ratio(own, contestant),
    });
    encode.push(duel(timed, "encode", "count"), ...(hypertok ? [duel(timed, "encode", "hypertok")] : []));
    decode.push(
      ...(hypertok ? [duel(decoded, "decode", "hypertok")] : []),
      ...(tiktoken ? [duel(decoded, "decode", "dqbd-tiktoken")] : []),
    );
  }
  return { encode, decode };
}
