import type { ManyCost, ManyTask } from "../fresh/open-many.ts";
import { inFreshProcess } from "../measure/fresh.ts";
import { median } from "../measure/statistics.ts";
import type { Context, Figure, Suite } from "../suite.ts";

export const suite: Suite = {
  name: "manager",
  about: "single allocations, messages put, and the memory of idle managers",
  async run(context) {
    return [await allocations(context), await messages(context), await idleManagers(context)];
  },
};

async function allocations({ compare }: Context): Promise<Figure> {
  const { createTokenBudgetManagerSync } = await import("token-budget");
  const manager = createTokenBudgetManagerSync({ total: 200_000 });
  const pairs = 10_000;
  const run = () => {
    let granted = 0;
    for (let i = 0; i < pairs; i++) {
      granted += manager.tryAllocate("working_memory", 120);
      manager.release("working_memory", 120);
    }
    return granted;
  };
  if (run() !== 120 * pairs || manager.currentUsage.working_memory !== 0) throw new Error("a pair was refused");
  const timed = await compare({ run });
  await manager.close();
  return {
    id: "tryAllocate and release",
    value: (pairs / timed.ns("run")) * 1e3,
    unit: "M pairs/s",
    better: "higher",
    target: { of: "value", min: 3 },
    gate: "value",
  };
}

/** Messages of 1,000 characters put, beside counting them alone. */
async function messages({ corpus, pick }: Context): Promise<Figure> {
  const { createTokenBudgetManager, createTokenizer } = await import("token-budget");
  const tokenizer = await createTokenizer("o200k_base");
  const text = corpus.text("agent");
  const texts = Array.from({ length: pick(200, 50) }, (_, index) => text.slice(index * 1_000, index * 1_000 + 1_000));
  const manager = await createTokenBudgetManager({ total: 2_000_000, tokenizer });
  const countsUs: number[] = [];
  const putsUs: number[] = [];
  // Timed here: what a benchmark's own promises cost is more than what a put adds to a count.
  for (let round = -20; round < pick(60, 20); round++) {
    const countMs = performance.now();
    let tokens = 0;
    for (const each of texts) tokens += tokenizer.count(each);
    const putMs = performance.now();
    for (const each of texts) await manager.put("interaction_buffer", { text: each, kind: "message" });
    const endMs = performance.now();
    if (manager.currentUsage.interaction_buffer !== tokens) throw new Error("manager and tokenizer count otherwise");
    for (const { id } of manager.items("interaction_buffer")) manager.remove(id);
    if (round < 0) continue; // the rounds that compile the code
    countsUs.push(((putMs - countMs) * 1e3) / texts.length);
    putsUs.push(((endMs - putMs) * 1e3) / texts.length);
  }
  await manager.close();
  const [countUs, putUs] = [median(countsUs), median(putsUs)];
  return {
    id: "put of 1,000 characters",
    value: putUs - 1.3 * countUs,
    unit: "us",
    better: "lower",
    detail: `put ${putUs.toFixed(2)} us less 1.3 x count ${countUs.toFixed(2)} us`,
    target: { of: "value", max: 2 },
    gate: "none",
  };
}

async function idleManagers({ pick }: Context): Promise<Figure> {
  const task: ManyTask = { kind: "managers", count: pick(100_000, 20_000) };
  const { bytes, ms } = (await inFreshProcess<ManyCost>("open-many", task, { nodeArguments: ["--expose-gc"] }))!;
  return {
    id: "100,000 idle managers",
    value: (bytes / task.count) * 0.1,
    unit: "MB",
    better: "lower",
    detail: `${((ms * 1e3) / task.count).toFixed(1)} us to create one`,
    target: { of: "value", max: 150 },
    gate: "value",
  };
}
