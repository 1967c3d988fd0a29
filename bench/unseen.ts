import { type Contestant, type Encoding, openAll } from "./contestants.ts";
import type { UnseenTask } from "./fresh/unseen-pass.ts";
import { inFreshThread } from "./measure/fresh.ts";
import { median, pairedRatio } from "./measure/statistics.ts";
import type { Context } from "./suite.ts";
import type { Duel } from "./throughput.ts";
import { verify } from "./verify.ts";

/** Text of one class in pieces: messages, each counted by a call of its own, or parts of a document, counted by one call. */
export interface TextClass {
  readonly name: string;
  readonly pieces: readonly string[];
  readonly callEach: boolean;
}

/** Peers that no target comes near take part in fewer rounds: one round of js-tiktoken is as long as all of ours. */
const roundsOfSlow: Partial<Record<Contestant, number>> = {
  "dqbd-tiktoken": 5,
  "gpt-tokenizer": 5,
  "ai-tokenizer": 5,
  "js-tiktoken": 3,
};

/**
 * Times text that the tokenizer has never seen, while its caches are warm from other text of the same class.
 *
 * A round is a new thread for each contestant, so that nothing is left of the round before, in anyone. There the warm half of
 * every class is counted over and over for 0.4 s (at least once), which compiles the code; then, class by class, the
 * warm half once more and the other half once: that one pass is timed. The halves are contiguous; the cut moves
 * from round to round (round r of n starts at r/n of the class and wraps around), so that a median is one of many texts.
 */
export async function timeUnseen(context: Context, encoding: Encoding, classes: readonly TextClass[]): Promise<Duel[]> {
  const tokenizers = await openAll(context, encoding);
  const miscounts = classes.map(({ name, pieces }) => verify(encoding, name, [pieces.join("")], tokenizers));
  const rounds = context.pick(7, 2);
  const takesPart = (contestant: Contestant, round: number) => round < (roundsOfSlow[contestant] ?? rounds);
  const names = [...tokenizers.keys()];
  const times = new Map<Contestant, number[][]>();
  const bytes: number[][] = [];
  for (let round = 0; round < rounds; round++) {
    const halves = classes.map((each) => cut(each, round / rounds));
    bytes.push(halves.map(({ timed }) => timed.reduce((sum, text) => sum + Buffer.byteLength(text), 0)));
    for (const contestant of round % 2 === 0 ? names : names.toReversed()) {
      if (!takesPart(contestant, round)) continue;
      const task: UnseenTask = { contestant, encoding, warmMs: context.pick(400, 200), classes: halves };
      const passMs = await inFreshThread<number[]>("unseen-pass", task);
      times.set(contestant, [...(times.get(contestant) ?? []), passMs]);
    }
  }
  const column = (contestant: Contestant, index: number) => times.get(contestant)!.map((round) => round[index]!);
  const megabytesPerSecond = (contestant: Contestant, index: number) =>
    median(column(contestant, index).map((ms, round) => bytes[round]![index]! / 1e3 / ms));
  return classes.flatMap(({ name }, index) =>
    names
      .filter((contestant) => contestant !== "ours")
      .map((contestant) => {
        const miscount = miscounts[index]!.get(contestant);
        return {
          textClass: name,
          contestant,
          ours: megabytesPerSecond("ours", index),
          theirs: megabytesPerSecond(contestant, index),
          ratio: pairedRatio(column("ours", index), column(contestant, index)),
          ...(miscount === undefined ? {} : { miscount }),
        };
      }),
  );
}

/** Two halves of a class, the timed one starting at a share of it and wrapping around. */
function cut({ pieces, callEach }: TextClass, share: number): { warm: string[]; timed: string[] } {
  const start = Math.floor(pieces.length * share);
  const turned = [...pieces.slice(start), ...pieces.slice(0, start)];
  const half = turned.length >> 1;
  if (half === 0) throw new RangeError("a class in one piece has no halves");
  const calls = (part: string[]) => (callEach ? part : [part.join("")]);
  return { timed: calls(turned.slice(0, half)), warm: calls(turned.slice(half)) };
}
