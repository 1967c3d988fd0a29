import { type BenchItem, cleanupItems } from "../cleanup-items.ts";
import type { CleanupCost, CleanupTask } from "../fresh/cleanup-run.ts";
import type { SmallCleanupCost } from "../fresh/cleanup-small.ts";
import { inFreshProcess } from "../measure/fresh.ts";
import { median, pairedRatio } from "../measure/statistics.ts";
import type { Context, Figure, Suite } from "../suite.ts";

type Archived = CleanupTask["archive"];

export const suite: Suite = {
  name: "cleanup",
  about:
    "a session of 5 million tokens cleaned in worker threads that have cleaned as much before, each run in a process of its own",
  async run(context) {
    const bytes = context.pick(20_000_000, 2_000_000);
    const one: CleanupCost[] = [];
    const two: CleanupCost[] = [];
    for (let round = 0; round < context.pick(5, 1); round++) {
      const pair = round % 2 === 0 ? [1, 2] : [2, 1];
      for (const workers of pair) (workers === 1 ? one : two).push(await clean({ bytes, workers, archive: "memory" }));
    }
    const stored = await clean({ bytes, workers: 2, archive: "sqlite" });
    return [
      ...parallel(one, two),
      ...calm("memory", two),
      ...calm("sqlite", [stored]),
      ...perStrategy(context, two),
      await small(context),
    ];
  },
};

async function clean(task: CleanupTask): Promise<CleanupCost> {
  const cost = await inFreshProcess<CleanupCost>("cleanup-run", task, {
    timeoutMs: 300_000,
    nodeArguments: ["--expose-gc"],
  });
  if (cost === undefined) throw new Error("a cleanup took over five minutes");
  if (cost.faults.length > 0) throw new Error(`a cleanup went wrong: ${cost.faults.join(", ")}`);
  return cost;
}

const tokensPerSecond = ({ inputTokens, ms }: CleanupCost): number => (inputTokens * 1e3) / ms;

function parallel(one: readonly CleanupCost[], two: readonly CleanupCost[]): Figure[] {
  const freed = new Set([...one, ...two].map((cost) => cost.freed));
  if (freed.size !== 1) throw new Error(`the runs freed ${[...freed].join(", ")} tokens: they should agree`);
  return [
    {
      id: "2 workers",
      value: median(two.map(tokensPerSecond)) / 1e6,
      unit: "Mtokens/s",
      better: "higher",
      peer: "1 worker",
      peerValue: median(one.map(tokensPerSecond)) / 1e6,
      ratio: pairedRatio(
        two.map(({ ms }) => ms),
        one.map(({ ms }) => ms),
      ),
      target: { of: "ratio", min: 1.6 },
      detail: `${(two[0]!.inputTokens / 1e6).toFixed(1)} million tokens in ${two[0]!.items} items, ${Math.round((100 * two[0]!.freed) / two[0]!.inputTokens)} % freed`,
    },
    {
      id: "peak memory",
      value: median(two.map(({ peakBytes, inputBytes }) => peakBytes / inputBytes)),
      unit: "x input bytes",
      better: "lower",
      target: { of: "value", max: 3 },
      gate: "none",
    },
  ];
}

function calm(archive: Archived, costs: readonly CleanupCost[]): Figure[] {
  const figure = (id: string, value: number, max: number): Figure => ({
    id: `${id}/${archive}`,
    value,
    unit: "ms",
    better: "lower",
    target: { of: "value", max },
    gate: "none",
  });
  return [
    figure("event loop delay p99", median(costs.map(({ delayP99Ms }) => delayP99Ms)), 10),
    figure("event loop delay max", median(costs.map(({ delayMaxMs }) => delayMaxMs)), 30),
  ];
}

/** Tokens that were there for a strategy to look at, by its time; components are cleaned side by side. */
function perStrategy({ corpus }: Context, costs: readonly CleanupCost[]): Figure[] {
  const { inputBytes, inputTokens } = costs[0]!;
  const bytes = bytesByComponent(cleanupItems(corpus, inputBytes));
  const names = [...new Set(costs.flatMap(({ strategies }) => strategies.map(({ name }) => name)))];
  return names.map((name) => {
    const times = costs.flatMap(({ strategies }) =>
      strategies.filter((each) => each.name === name).map(({ ms }) => ms),
    );
    const seen = ((bytes.get(componentOf[name] ?? "") ?? inputBytes) * inputTokens) / inputBytes;
    return {
      id: name,
      value: seen / median(times) / 1e3,
      unit: "Mtokens/s",
      better: "higher",
      gate: "none",
      detail: "tokens of its component by its time, while the others ran too",
    };
  });
}

const componentOf: Readonly<Record<string, string>> = {
  compressInactive: "working_memory",
  removeDebugInfo: "working_memory",
  cacheDocumentation: "knowledge_base",
  deduplicate: "knowledge_base",
  summarizeOldInteractions: "interaction_buffer",
  removeRedundantExchanges: "interaction_buffer",
  archiveInteractions: "interaction_buffer",
};

function bytesByComponent(items: readonly BenchItem[]): Map<string, number> {
  const bytes = new Map<string, number>();
  for (const { component, item } of items) {
    bytes.set(component, (bytes.get(component) ?? 0) + Buffer.byteLength(item.text));
  }
  return bytes;
}

async function small(context: Context): Promise<Figure> {
  const cost = await inFreshProcess<SmallCleanupCost>(
    "cleanup-small",
    { rounds: context.pick(15, 5) },
    { nodeArguments: ["--expose-gc"] },
  );
  if (cost === undefined) throw new Error("small cleanups took over a minute");
  return {
    id: "1,000 small items",
    value: median(cost.roundsMs),
    unit: "ms",
    better: "lower",
    target: { of: "value", max: 25 },
    gate: "none",
    detail: `${cost.edited} of 1,000 items edited, ${cost.freed} tokens freed, warm pool`,
  };
}
