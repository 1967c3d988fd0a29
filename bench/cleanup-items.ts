import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ItemInput, toItems } from "token-budget";
import type { Corpus } from "./corpus.ts";
import { projectFolder } from "./places.ts";

/** An item of the benchmark and where it goes; ages are hours before the clock of the run. */
export interface BenchItem {
  readonly component: string;
  readonly item: ItemInput & { readonly text: string };
  readonly ageHours: number;
}

const sessionFile = join(projectFolder, "../shared/sessions/tau-bench-airline.openai.jsonl");

/**
 * Real items of about `bytes` of UTF-8: large texts and tool output in working memory, documents in the knowledge base, messages
 * and whole agent runs (where ../shared/sessions is there) in the conversation. Slices of the corpus never repeat as they
 * are: each begins with a line of its own.
 */
export function cleanupItems(corpus: Corpus, bytes: number): BenchItem[] {
  const slices = sliceCorpus(corpus);
  const items: BenchItem[] = sessionItems(bytes / 20);
  const add = (share: number, sliceChars: number, make: (text: string, n: number) => BenchItem) => {
    for (let made = 0, n = 0; made < bytes * share; n++) {
      const text = `Part ${items.length} of a long session.\n${slices(sliceChars)}`;
      made += Buffer.byteLength(text);
      items.push(make(text, n));
    }
  };
  add(0.35, 56_000, (text) => ({ component: "working_memory", item: { kind: "text", text }, ageHours: 3 }));
  add(0.1, 4_000, (text) => ({ component: "working_memory", item: { kind: "text", text }, ageHours: 1 }));
  add(0.25, 12_000, (text) => ({ component: "knowledge_base", item: { kind: "document", text }, ageHours: 3 }));
  add(0.25, 2_000, (text, n) => ({
    component: "interaction_buffer",
    item: { kind: "message", role: n % 2 === 0 ? "user" : "assistant", text },
    ageHours: n % 4 === 0 ? 1 : 3,
  }));
  return items;
}

/** Runs of a customer service agent with their tool calls and results, where they are at hand. */
function sessionItems(bytes: number): BenchItem[] {
  if (!existsSync(sessionFile)) return [];
  const items: BenchItem[] = [];
  let made = 0;
  for (const [run, line] of readFileSync(sessionFile, "utf8").trim().split("\n").entries()) {
    const { messages } = JSON.parse(line) as { messages: Parameters<typeof toItems>[1] };
    for (const { component, ...item } of toItems("openai-chat", messages, { idPrefix: `run${run}-` })) {
      if (component === "system_context") continue;
      items.push({ component, item, ageHours: 3 });
      made += Buffer.byteLength(item.text);
    }
    if (made >= bytes) break;
  }
  return items;
}

/** Takes slices of all classes in turn, each where the one before it ended. */
function sliceCorpus(corpus: Corpus): (chars: number) => string {
  const texts = corpus.classes.map((name) => corpus.text(name));
  const positions = texts.map(() => 0);
  let next = 0;
  return (chars) => {
    const which = next++ % texts.length;
    const text = texts[which]!;
    const start = positions[which]! + chars < text.length ? positions[which]! : 0;
    positions[which] = start + chars;
    return text.slice(start, start + chars);
  };
}
