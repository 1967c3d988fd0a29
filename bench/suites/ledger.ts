import type { ManyCost, ManyTask } from "../fresh/open-many.ts";
import { MapLedger } from "../ledgers/map-ledger.ts";
import { TypedArrayLedger } from "../ledgers/typed-array-ledger.ts";
import { WasmLedger } from "../ledgers/wasm-ledger.ts";
import { type Contestant, makeWorkload, type Workload } from "../ledgers/workload.ts";
import { inFreshProcess } from "../measure/fresh.ts";
import type { Context, Figure, Suite } from "../suite.ts";

const accounts = 1_000;

export const suite: Suite = {
  name: "ledger",
  about: "reserve and settle in batches and single calls, against ledgers in JavaScript with the same checks; memory",
  async run(context) {
    const workload = makeWorkload(accounts, context.pick(20_480, 4_096));
    return [...(await speed(context, workload)), ...(await randomVisits(context)), await sessions(context)];
  },
};

async function speed({ compare }: Context, workload: Workload): Promise<Figure[]> {
  const { caps, now } = workload;
  const ledgers = { ours: new WasmLedger(caps, now), arrays: new TypedArrayLedger(caps), map: new MapLedger(caps) };
  verify(Object.values(ledgers), workload);
  const pairs = workload.accounts.length;
  const batch = await compare({
    ours: () => ledgers.ours.pairs(workload),
    arrays: () => ledgers.arrays.pairs(workload),
    map: () => ledgers.map.pairs(workload),
  });
  const single = await compare({
    ours: () => ledgers.ours.singles(workload),
    arrays: () => ledgers.arrays.singles(workload),
    map: () => ledgers.map.singles(workload),
  });
  const perSecond = (ns: number) => (pairs / ns) * 1e3;
  const against = (timed: typeof batch, peer: "arrays" | "map") => ({
    unit: "M pairs/s",
    better: "higher" as const,
    value: perSecond(timed.ns("ours")),
    peer: peer === "arrays" ? "typed arrays" : "objects and a Map",
    peerValue: perSecond(timed.ns(peer)),
    ratio: timed.ratio("ours", peer),
  });
  return [
    {
      id: "batch/pairs",
      value: perSecond(batch.ns("ours")),
      unit: "M pairs/s",
      better: "higher",
      target: { of: "value", min: 5 },
      gate: "none",
    },
    { id: "batch/typed arrays", ...against(batch, "arrays"), target: { of: "ratio", min: 1.3 } },
    { id: "batch/objects and a Map", ...against(batch, "map"), target: { of: "ratio", min: 3 } },
    { id: "single/typed arrays", ...against(single, "arrays"), target: { of: "ratio", min: 0.5 } },
    { id: "single/objects and a Map", ...against(single, "map"), gate: "none" },
  ];
}

/** All ledgers answer alike and hold the same in the end. */
function verify(ledgers: readonly Contestant[], workload: Workload): void {
  const answers = ledgers.map((ledger) => {
    const refused = ledger.pairs(workload);
    return [refused, ledger.singles(workload), ledger.used()].join(" ");
  });
  if (new Set(answers).size !== 1) throw new Error(`the ledgers differ: ${answers.join(", ")}`);
}

/** The same work in 500,000 accounts in random order, and in 50: what is left of the difference is the machine's caches. */
async function randomVisits({ compare, pick }: Context): Promise<Figure[]> {
  const many = pick(500_000, 50_000);
  const visits = many;
  const visitor = (count: number) => {
    const workload = makeWorkload(count, visits);
    const ledger = new WasmLedger(workload.caps, workload.now);
    const order = ledger.numbersOf(workload.accounts);
    return { batch: () => ledger.pairs(workload), single: () => ledger.visit(order, workload.now) };
  };
  const few = visitor(50);
  const spread = visitor(many);
  const figures: Figure[] = [];
  for (const way of ["batch", "single"] as const) {
    // A pass over many fills a case's time by itself: as many samples of it as of the few, of which each round takes the shortest.
    const timed = await compare({ few: few[way], spread: spread[way] }, { minSamples: 5 });
    const [fewNs, spreadNs] = [timed.ns("few") / visits, timed.ns("spread") / visits];
    figures.push({
      id: `${many} accounts at random/${way}`,
      value: spreadNs / fewNs,
      unit: "x",
      better: "lower",
      detail: `${Math.round(spreadNs)} ns a pair, against ${Math.round(fewNs)} ns in 50 accounts`,
      target: { of: "value", max: 8 },
      gate: "value",
    });
  }
  return figures;
}

async function sessions({ pick }: Context): Promise<Figure> {
  const task: ManyTask = { kind: "ledger sessions", count: pick(100_000, 20_000) };
  const { bytes, ms } = (await inFreshProcess<ManyCost>("open-many", task, { nodeArguments: ["--expose-gc"] }))!;
  return {
    id: "100,000 sessions of 5 components",
    value: (bytes / task.count) * 0.1,
    unit: "MB",
    better: "lower",
    detail: `${Math.round((ms * 1e6) / task.count)} ns to open one`,
    target: { of: "value", max: 60 },
    gate: "value",
  };
}
