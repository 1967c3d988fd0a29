import { openPeer } from "./peers/load.ts";
import type { PeerTokenizer } from "./peers/peer.ts";
import type { Context } from "./suite.ts";

export const encodings = ["cl100k_base", "o200k_base"] as const;

export type Encoding = (typeof encodings)[number];

/** All tokenizers in the order of the tables, ours first. A contestant is "ours" or an adapter's file name. */
export const contestants = [
  "ours",
  "hypertok",
  "hypertok-matching",
  "dqbd-tiktoken",
  "gpt-tokenizer",
  "ai-tokenizer",
  "js-tiktoken",
] as const;
export type Contestant = (typeof contestants)[number];

/** Those that a smoke run times: the ones that the targets name. */
export const smokeContestants: readonly Contestant[] = ["ours", "hypertok", "dqbd-tiktoken"];

/**
 * Opens a new tokenizer; undefined where a peer is not installed. Ours is imported by the name that users who only count
 * import.
 */
export async function openContestant(name: Contestant, encoding: string): Promise<PeerTokenizer | undefined> {
  if (name !== "ours") return openPeer(name, encoding);
  const { createTokenizer } = await import("token-budget/tokenizer");
  const tokenizer = await createTokenizer(encoding);
  return {
    name: "token-budget",
    count: (text) => tokenizer.count(text),
    encode: (text) => tokenizer.encode(text),
    decode: (ids) => tokenizer.decode(ids),
  };
}

/** The contestants that are there, each opened once; those that are not are noted. */
export async function openAll(context: Context, encoding: string): Promise<Map<Contestant, PeerTokenizer>> {
  const opened = new Map<Contestant, PeerTokenizer>();
  for (const name of context.pick(contestants, smokeContestants)) {
    const tokenizer = name === "ours" ? await openContestant(name, encoding) : await context.peer(name, encoding);
    if (tokenizer !== undefined) opened.set(name, tokenizer);
  }
  return opened;
}
