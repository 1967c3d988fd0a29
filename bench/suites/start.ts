import type { Contestant } from "../contestants.ts";
import type { StartCost, StartTask } from "../fresh/first-count.ts";
import { inFreshProcess } from "../measure/fresh.ts";
import { median, pairedRatio } from "../measure/statistics.ts";
import type { Figure, Suite } from "../suite.ts";

const encoding = "o200k_base";
const peers = ["gpt-tokenizer", "dqbd-tiktoken", "hypertok"] as const;

export const suite: Suite = {
  name: "start",
  about: "a fresh process with o200k_base: import to first count, and memory above bare Node",
  async run(context) {
    const names: (Contestant | "none")[] = ["none", "ours"];
    for (const peer of context.pick(peers, peers.slice(0, 2))) {
      if ((await context.peer(peer, encoding)) !== undefined) names.push(peer);
    }
    const costs = new Map(names.map((name) => [name, [] as StartCost[]]));
    for (let round = 0; round < context.pick(11, 5); round++) {
      for (const contestant of round % 2 === 0 ? names : names.toReversed()) {
        const task: StartTask = { contestant, encoding };
        costs.get(contestant)!.push((await inFreshProcess<StartCost>("first-count", task))!);
      }
    }
    const ms = (name: Contestant) => costs.get(name)!.map((cost) => cost.ms);
    const bareBytes = median(costs.get("none")!.map((cost) => cost.rssBytes));
    const megabytes = (name: Contestant) => (median(costs.get(name)!.map((cost) => cost.rssBytes)) - bareBytes) / 1e6;
    return names
      .filter((name) => name !== "none" && name !== "ours")
      .flatMap((name, index): Figure[] => [
        {
          id: `first count/${name}`,
          value: median(ms("ours")),
          unit: "ms",
          better: "lower",
          peer: name,
          peerValue: median(ms(name as Contestant)),
          ratio: pairedRatio(ms("ours"), ms(name as Contestant)),
          ...(name === "gpt-tokenizer" && { target: { of: "ratio", min: 1 / 0.35 } as const }),
        },
        {
          id: `memory/${name}`,
          value: megabytes("ours"),
          unit: "MB",
          better: "lower",
          peer: name,
          peerValue: megabytes(name as Contestant),
          ratio: megabytes(name as Contestant) / megabytes("ours"),
          ...(index === 0 && { target: { of: "value", max: 30 } as const }),
        },
      ]);
  },
};
