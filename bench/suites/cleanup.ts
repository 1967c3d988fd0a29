import { type BenchItem, cleanupItems } from "../cleanup-items.ts";
import type { ParallelCost, ParallelTask } from "../fresh/cleanup-parallel.ts";
import type { CleanupCost, CleanupTask } from "../fresh/cleanup-run.ts";
import type { SmallCleanupCost } from "../fresh/cleanup-small.ts";
import { inFreshProcess } from "../measure/fresh.ts";
import { median, pairedRatio } from "../measure/statistics.ts";
import type { Context, Figure, Suite } from "../suite.ts";

type Archived = CleanupTask["archive"];

export const suite: Suite = {
  name: "cleanup",
  about: "a session of 5 million tokens cleaned in worker threads that have cleaned as much before",
  async run(context) {
    const bytes = context.pick(20_000_000, 2_000_000);
    const parallelTask: ParallelTask = { bytes, warmRounds: context.pick(2, 1), rounds: context.pick(14, 2) };
    const inMemory: CleanupCost[] = [];
    for (let round = 0; round < context.pick(5, 1); round++) inMemory.push(await clean({ bytes, archive: "memory" }));
    const stored = await clean({ bytes, archive: "sqlite" });
    return [
      speedUp(await fresh<ParallelCost>("cleanup-parallel", parallelTask)),
      peakMemory(inMemory),
      ...calm("memory", inMemory),
      ...calm("sqlite", [stored]),
      ...perStrategy(context, inMemory),
      await small(context),
    ];
  },
};

async function fresh<Cost>(name: string, task: object): Promise<Cost> {
  const cost = await inFreshProcess<Cost>(name, task, { timeoutMs: 300_000, nodeArguments: ["--expose-gc"] });
  if (cost === undefined) throw new Error(`${name} took over five minutes`);
  return cost;
}

async function clean(task: CleanupTask): Promise<CleanupCost> {
  const cost = await fresh<CleanupCost>("cleanup-run", task);
  if (cost.faults.length > 0) throw new Error(`a cleanup went wrong: ${cost.faults.join(", ")}`);
  return cost;
}

function speedUp({ oneMs, twoMs, inputTokens, items, freed }: ParallelCost): Figure {
  const speed = (ms: readonly number[]) => inputTokens / median(ms) / 1e3;
  return {
    id: "2 workers",
    value: speed(twoMs),
    unit: "Mtokens/s",
    better: "higher",
    peer: "1 worker",
    peerValue: speed(oneMs),
    ratio: pairedRatio(twoMs, oneMs),
    target: { of: "ratio", min: 1.6 },
    detail: `${(inputTokens / 1e6).toFixed(1)} million tokens in ${items} items, ${Math.round((100 * freed) / inputTokens)} % freed`,
  };
}

const peakMemory = (costs: readonly CleanupCost[]): Figure => ({
  id: "peak memory",
  value: median(costs.map(({ peakBytes, inputBytes }) => peakBytes / inputBytes)),
  unit: "x input bytes",
  better: "lower",
  target: { of: "value", max: 3 },
  gate: "none",
});

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
  const cost = await fresh<SmallCleanupCost>("cleanup-small", { rounds: context.pick(15, 5) });
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
