import { type Contestant, type Encoding, encodings, openContestant } from "../contestants.ts";
import type { WorstTask, WorstTimes } from "../fresh/worst-call.ts";
import { inFreshProcess } from "../measure/fresh.ts";
import { geometricMean, median, pairedRatio } from "../measure/statistics.ts";
import type { Context, Figure, Suite } from "../suite.ts";
import { verify } from "../verify.ts";
import { worstInput, worstInputs } from "../worst-inputs.ts";

const megabyte = 1_000_000;
/** No process of a peer gets longer for one input. */
const timeoutMs = 30_000;
/** Calls as short as this take more rounds: a hundred microseconds of something else is a tenth of one. */
const brief = { ms: 3, rounds: 11 };

export const suite: Suite = {
  name: "worst",
  about: "count: 1 MB of one unbroken input as the first call of a fresh process; and what doubling it costs",
  async run(context) {
    const figures: Figure[] = [];
    const inputs = context.pick(worstInputs, ["one letter", "random letters", "Thai without spaces"]);
    for (const encoding of context.pick(encodings, ["o200k_base"] as const)) {
      await verifyPrefixes(encoding, inputs);
      const measured: Figure[] = [];
      for (const input of inputs) measured.push(...(await measure(context, encoding, input)));
      figures.push(...measured, ...mean(encoding, measured));
    }
    return figures;
  },
};

/** The reference takes seconds for what ours does in milliseconds: 4 kB of each input are compared. */
async function verifyPrefixes(encoding: Encoding, inputs: readonly string[]): Promise<void> {
  const ours = new Map([["ours" as Contestant, (await openContestant("ours", encoding))!]]);
  for (const input of inputs) verify(encoding, input, [worstInput(input, 4_000)], ours);
}

async function measure(context: Context, encoding: Encoding, input: string): Promise<Figure[]> {
  const peerThere = (await context.peer("hypertok", encoding)) !== undefined;
  const time = (contestant: Contestant, bytes: number) => {
    const task: WorstTask = { contestant, encoding, input, bytes };
    return inFreshProcess<WorstTimes>("worst-call", task, { timeoutMs });
  };
  const ours: number[] = [];
  const doubled: number[] = [];
  const again: number[] = [];
  const theirs: number[] = [];
  const rounds = () => context.pick(Math.min(...ours) < brief.ms ? brief.rounds : 5, 2);
  for (let round = 0; round < rounds(); round++) {
    const first = (await time("ours", megabyte))!;
    ours.push(first.firstMs);
    again.push(first.secondMs);
    doubled.push((await time("ours", 2 * megabyte))!.firstMs);
    if (!peerThere) continue;
    const peer = await time("hypertok", megabyte);
    theirs.push(peer?.firstMs ?? timeoutMs);
    if (peer !== undefined && peer.tokens !== first.tokens) {
      context.note(`${encoding}, ${input}: ours counts ${first.tokens}, hypertok ${peer.tokens} tokens`);
    }
  }
  const limitMs = input === "random letters" || input === "acgt" ? 100 : 50;
  return [
    {
      id: `${encoding}/${input}`,
      value: median(ours),
      unit: "ms",
      better: "lower",
      ...(peerThere && { peer: "hypertok", peerValue: median(theirs), ratio: pairedRatio(ours, theirs) }),
      target: { of: "value", max: limitMs },
      detail: `second call ${median(again).toFixed(1)} ms`,
      gate: "none",
    },
    {
      id: `${encoding}/${input}, doubled`,
      value: Math.min(...doubled) / Math.min(...ours), // the shortest of each: what else runs only ever adds
      unit: "x",
      better: "lower",
      target: { of: "value", max: 2.3 },
      gate: "none",
    },
  ];
}

/** One figure over all inputs, and the steepest growth, for the gates. */
function mean(encoding: Encoding, measured: readonly Figure[]): Figure[] {
  const times = measured.filter((figure) => figure.unit === "ms");
  const growths = measured.filter((figure) => figure.unit === "x");
  const steepest = growths.reduce((most, figure) => (figure.value > most.value ? figure : most));
  const ratios = times.flatMap((figure) => (figure.ratio === undefined ? [] : [figure.ratio]));
  return [
    {
      id: `${encoding}/mean`,
      value: geometricMean(times.map((figure) => figure.value)),
      unit: "ms",
      better: "lower",
      ...(ratios.length > 0 && { peer: "hypertok", ratio: geometricMean(ratios) }),
    },
    {
      id: `${encoding}/steepest`,
      value: steepest.value,
      unit: "x",
      better: "lower",
      detail: steepest.id,
      gate: "value",
    },
  ];
}
