import { type Contestant, type Encoding, openAll } from "./contestants.ts";
import type { Context } from "./suite.ts";
import type { Duel } from "./throughput.ts";
import { verify } from "./verify.ts";

/** Texts of one class, each counted by a call of its own. */
export interface RepeatedClass {
  readonly name: string;
  readonly texts: readonly string[];
}

/** Times counting the same texts again and again, after verifying each contestant's ids: every cache holds what it can. */
export async function timeRepeated(
  context: Context,
  encoding: Encoding,
  classes: readonly RepeatedClass[],
): Promise<Duel[]> {
  const tokenizers = await openAll(context, encoding);
  const duels: Duel[] = [];
  for (const { name, texts } of classes) {
    const miscounts = verify(encoding, name, texts, tokenizers);
    const megabytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6;
    const countAll = [...tokenizers].map(([contestant, tokenizer]) => [
      contestant,
      () => texts.reduce((tokens, text) => tokens + tokenizer.count(text), 0),
    ]);
    const timed = await context.compare(Object.fromEntries(countAll) as Record<Contestant, () => number>);
    for (const contestant of tokenizers.keys()) {
      if (contestant === "ours") continue;
      const miscount = miscounts.get(contestant);
      duels.push({
        textClass: name,
        contestant,
        ours: megabytes / (timed.ns("ours") / 1e9),
        theirs: megabytes / (timed.ns(contestant) / 1e9),
        ratio: timed.ratio("ours", contestant),
        ...(miscount === undefined ? {} : { miscount }),
      });
    }
  }
  return duels;
}
