import fc from "fast-check";
import { expect } from "vitest";
import { type RoutedItem, toItems, type WritableItem } from "../../src/adapters/index.ts";
import type { Sample } from "./samples/index.ts";

export type CleanItem = RoutedItem & Pick<WritableItem, "edited">;

/** The last message of every cleaned session: nothing waits for an answer at the end. */
const endings: Record<Sample["format"], { [key: string]: unknown }> = {
  "openai-chat": { role: "user", content: "and now?" },
  "openai-responses": { role: "user", content: "and now?" },
  "anthropic-messages": { role: "user", content: "and now?" },
  "ai-sdk": { role: "user", content: "and now?" },
  langchain: { type: "human", data: { content: "and now?", additional_kwargs: {} } },
  "swe-agent": { role: "user", content: "and now?", agent: "main" },
};

/** A session, and what any cleanup (of groups, of single items, with edits of any kind) left of its items. */
export function cleanedItems(samples: readonly Sample[]): fc.Arbitrary<{ sample: Sample; items: CleanItem[] }> {
  return fc
    .record({
      sample: fc.constantFrom(...samples),
      from: fc.nat(),
      wholeGroups: fc.boolean(),
      seed: fc.infiniteStream(fc.nat(9)),
    })
    .map(({ sample, from, wholeGroups, seed }) => {
      const start = sample.messages.length > 60 ? from % (sample.messages.length - 60) : 0;
      const messages = [...sample.messages.slice(start, start + 60), endings[sample.format]];
      const fate = new Map<string, number>();
      const items = toItems(sample.format, messages).flatMap((item): CleanItem[] => {
        const key = wholeGroups && item.group !== undefined ? item.group : item.id!;
        const drawn = fate.get(key) ?? seed.next().value;
        fate.set(key, drawn);
        if (item.id!.startsWith(`m${messages.length - 1}.`) || drawn > 5) return [item];
        if (drawn > 2) return [];
        const text = drawn === 0 ? "[archived as r1]" : drawn === 1 ? "7" : '{"short":true}';
        return [{ ...item, text, edited: "stub" }];
      });
      return { sample, items };
    });
}

/** Items of a sample without those of some ids, and with other texts for some. */
export function edited(
  items: ReturnType<typeof toItems>,
  gone: readonly string[],
  texts: Readonly<Record<string, string>> = {},
) {
  const known = items.map((item) => item.id!);
  for (const id of [...gone, ...Object.keys(texts)]) expect(known).toContain(id);
  return items
    .filter((item) => !gone.includes(item.id!))
    .map((item) =>
      texts[item.id!] === undefined ? item : { ...item, text: texts[item.id!]!, edited: "stub" as const },
    );
}
