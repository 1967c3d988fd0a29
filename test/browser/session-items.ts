import { readFileSync } from "node:fs";
import { join } from "node:path";
import { toItems } from "../../src/index.ts";
import type { PlacedItem } from "./pages/main-thread.page.ts";

const root = join(import.meta.dirname, "../..");
const sample = (name: string) => readFileSync(join(root, "bench/samples", `${name}.txt`), "utf8");

/** Each part begins with a line of its own, so that no two texts are alike. */
const joined = (names: readonly string[]) =>
  names.map((name, at) => `== part ${at}: ${name}\n${sample(name)}`).join("\n");

/**
 * Real items of a long session, more than 200,000 tokens: texts of hundreds of kilobytes (an agent's log, JSON, Chinese),
 * documents of ten, and the small messages, calls and results of real runs.
 */
export function sessionItems(): PlacedItem[] {
  const items: PlacedItem[] = [
    {
      component: "working_memory",
      id: "log",
      text: joined(["agent", "code_py", "base64_hex", "agent", "en_prose", "json_min", "code_ts"]),
    },
    {
      component: "working_memory",
      id: "json",
      text: joined(["json_pretty", "json_pretty", "json_pretty", "json_pretty"]),
    },
    { component: "working_memory", id: "chinese", text: joined(["zh", "zh", "ja", "zh"]) },
  ];
  const documents = ["markdown", "ru", "code_c", "th", "emoji_mixed", "en_prose"].map(sample);
  for (const [at, text] of documents.entries()) {
    for (let start = 0; start + 12_000 < Math.min(text.length, 49_000); start += 12_000) {
      items.push({
        component: "knowledge_base",
        id: `doc-${at}-${start}`,
        kind: "document",
        text: text.slice(start, start + 12_000),
      });
    }
  }
  const runs = readFileSync(join(root, "examples/sessions/tau-bench-airline.openai.jsonl"), "utf8").trim().split("\n");
  for (const [run, line] of runs.entries()) {
    const { messages } = JSON.parse(line) as { messages: Parameters<typeof toItems>[1] };
    for (const item of toItems("openai-chat", messages, { idPrefix: `run${run}-` })) {
      if (item.component !== "system_context") items.push(item);
    }
  }
  return items;
}

/** One text of more than 200,000 tokens: a log of everything. */
export const oneLongText = (): PlacedItem[] => [
  {
    component: "working_memory",
    id: "all",
    text: joined([
      ...["agent", "json_pretty", "code_c", "zh", "markdown", "code_ts", "en_prose", "ja", "json_min", "code_js"],
      ...["ko", "base64_hex", "ru", "code_py", "hi", "emoji_mixed", "th", "agent", "zh"],
    ]),
  },
];
