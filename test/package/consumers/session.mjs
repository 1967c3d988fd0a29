// What every consumer runs: counts, a manager whose cleanup makes room, and an original that is found and brought back.
import { createTokenBudgetManager, createTokenizer, MemoryArchive } from "token-budget";
import { text } from "./text.mjs";

const log = (step) =>
  Array.from({ length: 60 }, (_, n) => `step ${step} line ${n}: ${(step * 104_729 + n * 7919) % 99_991}`);

export async function session() {
  const tokens = (await createTokenizer("o200k_base")).count(text);
  const archive = new MemoryArchive();
  const manager = await createTokenBudgetManager({ total: 20_000, namespace: "consumer", cleanup: { archive } });
  for (let step = 0; step < 40; step++) {
    const lines = [...log(step), step === 3 ? "the certificate of registry-7 has expired" : "ok"];
    const task = { taskId: `t${step}`, taskState: "completed" };
    await manager.put("working_memory", { id: `log ${step}`, text: lines.join("\n"), ...task });
  }
  const { used, allocated, freed } = manager.getUtilizationReport().components.working_memory;
  const [hit] = await archive.search("consumer", "expired certificate", { limit: 1 });
  const recalled = hit === undefined ? undefined : (await manager.recall(hit.ref)).id;
  await manager.close();
  await archive.close();
  return { tokens, fits: used <= allocated, freed: freed > 0, recalled };
}
