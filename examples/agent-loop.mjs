// An agent's loop with a budget: what a runtime does around each call of its model. The model here is a mock, so that the
// example runs without a network. Run it: npm run build && node examples/agent-loop.mjs
import { createTokenBudgetManager, fromItems, MemoryArchive, MessageReader } from "token-budget";

const archive = new MemoryArchive();
const budget = await createTokenBudgetManager({ total: 12_000, cleanup: { archive }, namespace: "example" });
const reader = new MessageReader("openai-chat");

/** Puts the parts of a message where they belong. Where one finds no room, the oldest and least used are archived first. */
async function remember(message, task) {
  for (const item of reader.message(message)) await budget.put(item.component, { ...item, ...task });
}

/** What belongs to a finished task may be archived first. */
async function finish(taskId) {
  for (const item of budget.items())
    if (item.taskId === taskId) await budget.put(item.component, { ...item, taskState: "completed" });
}

/** Stands for a provider's API: asks for a file's log until it has seen enough. */
function mockModel(messages, turn) {
  const reply =
    turn < 12
      ? { role: "assistant", content: null, tool_calls: [toolCall(turn)] }
      : { role: "assistant", content: `After ${messages.length} messages: the deploy failed in step 3.` };
  return { reply, usage: { completion_tokens: 40 } };
}

function toolCall(turn) {
  return { id: `call_${turn}`, type: "function", function: { name: "read_log", arguments: `{"step":${turn}}` } };
}

function readLog(step) {
  const lines = Array.from(
    { length: 40 },
    (_, line) => `step ${step} line ${line}: worker ${line % 7} says ${(step * 7919 + line * 104729) % 99991}`,
  );
  return `${lines.join("\n")}\n${step === 3 ? "ERROR: the certificate of registry-7 has expired" : "ok"}`;
}

await remember({ role: "system", content: "You find out why deploys fail. Read logs with read_log." });
await remember({ role: "user", content: "The deploy of yesterday failed. Why?" });

for (let turn = 1; turn <= 12; turn++) {
  // Room for the answer is held while the model works, and what it really took is booked after.
  const reply = await budget.reserveTokens("interaction_buffer", 200);
  const messages = fromItems(budget.items());
  const answer = mockModel(messages, turn);
  reply.release();
  await remember(answer.reply);
  for (const call of answer.reply.tool_calls ?? []) {
    const content = readLog(JSON.parse(call.function.arguments).step);
    await remember({ role: "tool", tool_call_id: call.id, content }, { taskId: `log ${turn}`, taskState: "open" });
  }
  await finish(`log ${turn - 1}`);
  budget.adjustAllocations();
}

// A sub-agent gets a part of a component, and gives back what it did not need.
const helper = budget.child("agent_context", { tokens: 500 });
helper.tryAllocate("working_memory", 100);
await helper.close();

// What was archived is found again and brought back: its tokens are booked first.
const [hit] = await archive.search(budget.namespace, "expired certificate", { limit: 1 });
if (hit !== undefined) {
  const recalled = await budget.recall(hit.ref);
  console.log(`recalled ${recalled.id}: ${recalled.tokens} tokens, ${recalled.text.split("\n").at(-1)}`);
}

const report = budget.getUtilizationReport();
for (const [name, { used, allocated, status, freed }] of Object.entries(report.components))
  console.log(
    `${name.padEnd(18)} ${String(used).padStart(5)} of ${String(allocated).padStart(5)} ${status.padEnd(6)} ${freed} freed`,
  );
console.log(
  `${fromItems(budget.items()).length} messages for the next call, ${report.total.used} of ${report.total.allocated} tokens`,
);
await budget.close();
await archive.close();
