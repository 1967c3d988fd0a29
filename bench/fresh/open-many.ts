// A process of its own in the suites "ledger" and "manager": opens many budgets and looks at what they take.
export interface ManyTask {
  readonly kind: "ledger sessions" | "managers";
  readonly count: number;
}

export interface ManyCost {
  /** JavaScript heap and linear memory together, after a collection. */
  readonly bytes: number;
  readonly ms: number;
}

const { kind, count } = JSON.parse(process.argv[2]!) as ManyTask;
const { createTokenBudgetManager } = await import("token-budget");
const { createLedgerSync } = await import("token-budget/ledger");
const collect = (globalThis as { gc?: () => void }).gc;
if (collect === undefined) throw new Error("needs --expose-gc");

const bytesNow = () => {
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};
const open = opener();
await open();
const before = bytesNow();
const startedMs = performance.now();
const opened: unknown[] = [];
for (let i = 0; i < count; i++) opened.push(await open());
const ms = performance.now() - startedMs;
const cost: ManyCost = { bytes: bytesNow() - before, ms };
if (opened.length !== count) throw new Error("some were not opened");
console.log(JSON.stringify(cost));

function opener(): () => unknown {
  if (kind === "managers") return () => createTokenBudgetManager({ total: 200_000 });
  const ledger = createLedgerSync();
  const caps = {
    system_context: 20_000,
    working_memory: 60_000,
    knowledge_base: 40_000,
    agent_context: 30_000,
    interaction_buffer: 50_000,
  };
  return () => ledger.open({ caps });
}
