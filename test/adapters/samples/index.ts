import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ForeignMessage, FormatName } from "../../../src/adapters/index.ts";
import { aiSdk } from "./ai-sdk.ts";
import { anthropicMessages } from "./anthropic-messages.ts";
import { langchainConstructors, langchainStored } from "./langchain.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiResponses } from "./openai-responses.ts";
import { sweAgent } from "./swe-agent.ts";

export interface Sample {
  readonly name: string;
  readonly format: FormatName;
  readonly messages: readonly ForeignMessage[];
}

/** Hand-written messages of each format. */
export const literals: readonly Sample[] = [
  { name: "openai-chat", format: "openai-chat", messages: openaiChat },
  { name: "openai-responses", format: "openai-responses", messages: openaiResponses },
  { name: "anthropic-messages", format: "anthropic-messages", messages: anthropicMessages },
  { name: "ai-sdk", format: "ai-sdk", messages: aiSdk },
  { name: "langchain as JSON", format: "langchain", messages: langchainConstructors },
  { name: "langchain as stored", format: "langchain", messages: langchainStored },
  { name: "swe-agent", format: "swe-agent", messages: sweAgent },
];

const shared = join(import.meta.dirname, "../../../../shared/sessions");
const json = (file: string) => JSON.parse(readFileSync(join(shared, file), "utf8"));

/** Real sessions beside the project, where they are. */
export function realSessions(): Sample[] {
  if (!existsSync(shared)) return [];
  const swe = ["swe-agent-ctf-i-got-id", "swe-agent-ctf-katy", "swe-agent-marshmallow-1867"].map(
    (name): Sample => ({
      name,
      format: "swe-agent",
      messages: json(`${name}.traj.json`).history,
    }),
  );
  const cline = json("cline-session.anthropic.json");
  const tau = readFileSync(join(shared, "tau-bench-airline.openai.jsonl"), "utf8").trim().split("\n");
  return [
    ...swe,
    { name: "cline", format: "anthropic-messages", messages: cline.messages },
    { name: "tau-bench, chained", format: "openai-chat", messages: tau.flatMap((line) => JSON.parse(line).messages) },
  ];
}
