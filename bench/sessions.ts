import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ForeignMessage } from "token-budget";
import { projectFolder } from "./places.ts";

const files = [
  join(projectFolder, "../shared/sessions/tau-bench-airline.openai.jsonl"),
  join(projectFolder, "examples/sessions/tau-bench-airline.openai.jsonl"),
];

/** Runs of customer-service agents, OpenAI chat: those beside the project where they are, else the shipped ones. */
function runs(): ForeignMessage[][] {
  const text = readFileSync(files.find(existsSync)!, "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { messages: ForeignMessage[] }).messages);
}

/**
 * One long session of about so many characters: the runs one after the other, the system prompt once. From the second
 * time on every name and number of a run is another, so that no text comes twice.
 */
export function longSession(characters: number): ForeignMessage[] {
  const known = runs();
  const session: ForeignMessage[] = [...known[0]!.slice(0, 1)];
  let length = 0;
  for (let pass = 0; length < characters; pass++)
    for (const run of known) {
      if (length >= characters) break;
      const text = JSON.stringify(run.filter((message) => message.role !== "system"));
      length += text.length;
      session.push(...(JSON.parse(pass === 0 ? text : varied(text, pass)) as ForeignMessage[]));
    }
  return session;
}

/** Other digits and other names in the same places. */
export function varied(text: string, pass: number): string {
  return text
    .replace(/\d/g, (digit) => String((Number(digit) + pass) % 10))
    .replace(
      /\b([A-Z])([a-z]{3,})\b/g,
      (_, first: string, rest: string) => first + rest.slice(pass % rest.length) + rest.slice(0, pass % rest.length),
    );
}

/** The texts of a message that count: what a recount of the whole context goes over. */
export function textsOf(message: ForeignMessage): string[] {
  const calls = (message.tool_calls ?? []) as readonly {
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
  const content = typeof message.content === "string" ? [message.content] : [];
  return [...content, ...calls.flatMap((call) => [call.function.name, call.function.arguments])];
}
