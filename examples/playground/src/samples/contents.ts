import type { ItemKind } from "token-budget";

/** Something to push into a component. */
export interface SampleContent {
  readonly name: string;
  readonly component: string;
  readonly kind: ItemKind;
  /** The n-th of its kind differs from those before it. */
  readonly text: (n: number) => string;
}

const log = (n: number) => {
  const lines = Array.from(
    { length: 45 },
    (_, line) => `worker ${line % 9}: job ${n * 7919 + line * 31} took ${(line * 13 + n * 7) % 900} ms`,
  );
  lines.splice(20, 0, `worker 7 failed: the certificate of registry-${n} has expired`);
  return lines.join("\n");
};

const guide = (n: number) =>
  Array.from(
    { length: 14 },
    (_, part) =>
      `## ${n}.${part} Deploying service ${String.fromCharCode(97 + (part % 26))}\nBefore a deploy, check that the certificate of its registry is valid for ${30 + part} more days. A deploy is started by the release job and takes about ${part + 2} minutes. If step ${part} fails, read its log before you try again.`,
  ).join("\n\n");

const exchange = (n: number) =>
  `Deploy ${n} of yesterday failed in step ${n % 5}. I looked at the logs of worker ${n % 9}: it waited ${n * 11} seconds for the registry and gave up. What should we try before the next one, and who has to agree to it?`;

const agent = (n: number) =>
  Array.from(
    { length: 16 },
    (_, step) => `agent scout-${n} step ${step}: looked at shard ${n * 17 + step}, found ${(step * 7) % 5} candidates`,
  ).join("\n");

export const sampleContents: readonly SampleContent[] = [
  { name: "A tool result: a log", component: "working_memory", kind: "tool_result", text: log },
  { name: "A document: a guide", component: "knowledge_base", kind: "document", text: guide },
  { name: "A message: a question", component: "interaction_buffer", kind: "message", text: exchange },
  { name: "An agent's state", component: "agent_context", kind: "agent_state", text: agent },
  {
    name: "Instructions",
    component: "system_context",
    kind: "text",
    text: (n) =>
      `Rule ${n}: you find out why deploys fail. Read logs before you answer, name the step that failed, and never restart a service without being asked to.`,
  },
];
