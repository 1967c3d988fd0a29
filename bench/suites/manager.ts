import type { ManyCost, ManyTask } from "../fresh/open-many.ts";
import { inFreshProcess } from "../measure/fresh.ts";
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

/** Messages of 1,000 characters put (and removed), beside counting them alone. */
async function messages({ compare, corpus, pick }: Context): Promise<Figure> {
  const { createTokenBudgetManager, createTokenizer } = await import("token-budget");
  const tokenizer = await createTokenizer("o200k_base");
  const text = corpus.text("agent");
  const texts = Array.from({ length: pick(200, 50) }, (_, index) => text.slice(index * 1_000, index * 1_000 + 1_000));
  const manager = await createTokenBudgetManager({ total: 2_000_000, tokenizer });
  const count = () => texts.reduce((sum, each) => sum + tokenizer.count(each), 0);
  const put = async () => {
    for (const each of texts) await manager.put("interaction_buffer", { text: each, kind: "message" });
    const used = manager.currentUsage.interaction_buffer;
    for (const { id } of manager.items("interaction_buffer")) manager.remove(id);
    return used;
  };
  if (count() !== (await put())) throw new Error("the manager counts otherwise than the tokenizer");
  const timed = await compare({ count, put });
  await manager.close();
  const [countUs, putUs] = [timed.ns("count"), timed.ns("put")].map((ns) => ns / texts.length / 1e3) as [
    number,
    number,
  ];
  return {
    id: "put of 1,000 characters",
    value: putUs - 1.3 * countUs,
    unit: "us",
    better: "lower",
    detail: `put and remove ${putUs.toFixed(2)} us less 1.3 x count ${countUs.toFixed(2)} us`,
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
