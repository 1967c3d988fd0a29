// An overflow being cleaned: the report before and after, and an archived text that is found and recalled.
// Run it: npm run build && node examples/overflow.mjs
import { createTokenBudgetManager, formatReport } from "token-budget";

let now = 0;
const budget = await createTokenBudgetManager({ total: 20_000, now: () => now, proactiveCleanup: false });
const minute = 60_000;

await budget.allocateTokens("system_context", 1_900); // content that the caller holds itself
for (let turn = 0; turn < 7; turn++) {
  now += 30 * minute;
  const lines = Array.from(
    { length: 60 },
    (_, line) => `worker ${line}: job ${turn * 7919 + line} took ${line * 13} ms`,
  );
  if (turn === 2) lines.push("worker 7 failed: the certificate of registry-7 has expired");
  await budget.put("working_memory", { kind: "tool_result", text: lines.join("\n") });
}
await budget.idle(); // a cleanup that made room for a put goes on to the low edge of its band
console.log(formatReport(budget.getUtilizationReport()));

const plan = await budget.plan("working_memory", 3_000); // what would happen; changes nothing
console.log(`\nplan: ${plan.strategies.map((each) => `${each.strategy} frees ${each.freed}`).join(", ")}`);
await budget.cleanupComponent("working_memory", { need: 3_000 });
console.log(formatReport(budget.getUtilizationReport()));

const [hit] = await budget.search("certificate expired");
console.log(`\nfound in the archive: ${hit.snippet.trim().split("\n").at(-1)} (${hit.tokens} tokens)`);
const item = await budget.recall(hit.ref); // reserves its tokens first
console.log(`recalled ${item.tokens} tokens into ${item.component}`);
await budget.close();
