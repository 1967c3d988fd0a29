import type { Whereabouts } from "./recording.ts";
import type { Remainder } from "./self-check.ts";

/** Where the tokens of the session are: in the context as they came, shortened there, or in the archive alone. */
export function whereaboutsOf(found: Remainder, count: (text: string) => number): Whereabouts {
  const live = new Map(found.items.map((item) => [item.id, item]));
  const sum = { verbatim: 0, shortened: 0, saved: 0, archived: 0, denied: 0 };
  const isStub = (id: string) => live.get(id)?.metadata?.stub === true;
  for (const item of found.items) {
    if (item.edited === undefined && !isStub(item.id)) sum.verbatim += item.tokens;
    else sum.shortened += item.tokens;
  }
  // The largest text of an item is its original: what was archived later had been shortened before.
  const originals = new Map<string, { readonly tokens: number; readonly denied: boolean }>();
  for (const { itemId, text, metadata } of found.entries) {
    const tokens = count(text);
    if (tokens >= (originals.get(itemId)?.tokens ?? 0))
      originals.set(itemId, { tokens, denied: metadata?.denied === true });
  }
  for (const [id, { tokens, denied }] of originals) {
    const item = live.get(id);
    if (denied) sum.denied += tokens;
    else if (item === undefined) sum.archived += tokens;
    else if (item.edited !== undefined) sum.saved += Math.max(0, tokens - item.tokens);
  }
  return sum;
}
