import type { Item } from "../../manager/item.ts";
import type { EditUnit } from "../edit.ts";
import { isQuestion, readExchanges } from "../exchanges.ts";
import { nearDuplicates } from "../near-duplicates.ts";
import { checkSetting, minutes } from "../settings.ts";
import type { Strategy, StrategyTools } from "../strategy.ts";
import { compactLossless } from "../text/compact.ts";
import type { View } from "../view.ts";

/** Settings of {@link removeRedundantExchanges}. */
export interface RemoveRedundantExchangesOptions {
  /** Milliseconds between two questions within which the first counts as asked again. Default 10 minutes. */
  readonly withinMs?: number;
  /** Jaccard similarity of their shingles from which on two questions count as the same. Default 0.8. */
  readonly threshold?: number;
  /** Shorter questions ("yes", "go on") say too little to be compared. Default 4. */
  readonly minQuestionTokens?: number;
}

/**
 * Drops what was said twice: an exchange whose question is asked again, in the same or nearly the same words, soon after;
 * and tool calls that are identical to a later one, with their results. The newest stays.
 *
 * @returns a strategy of the default list of `interaction_buffer`. Cost: linear in the text of questions and calls.
 * @throws TokenBudgetError `INVALID_ARGUMENT` for settings that are no numbers in range.
 * @example strategies.removeRedundantExchanges({ withinMs: 60_000 }).name; // => "removeRedundantExchanges"
 */
export function removeRedundantExchanges(options: RemoveRedundantExchangesOptions = {}): Strategy {
  const { withinMs = minutes(10), threshold = 0.8, minQuestionTokens = 4 } = options;
  checkSetting("withinMs", withinMs, 0);
  checkSetting("threshold", threshold, 0.5, 1);
  checkSetting("minQuestionTokens", minQuestionTokens, 0);
  return {
    name: "removeRedundantExchanges",
    loss: "recoverable",
    async *units(view, tools) {
      const exchanges = readExchanges(view).filter(([first]) => isQuestion(first!));
      const questions = exchanges.map(([first]) => first!).filter(({ tokens }) => tokens >= minQuestionTokens);
      const again = await askedAgain(questions, { withinMs, threshold }, tools);
      const gone = new Set<Item>();
      for (const exchange of exchanges) {
        if (!again.has(exchange[0]!) || !exchange.every((item) => view.mayRemove(item))) continue;
        for (const item of exchange) gone.add(item);
        yield drop(exchange);
      }
      for (const group of await repeatedCalls(view, tools))
        if (!group.some((item) => gone.has(item))) yield drop(group);
    },
  };
}

/** Longer questions are compared by their shingles only: a change of case or marks does not change those. */
const mostCharsByWords = 300;

const drop = (items: readonly Item[]): EditUnit => ({ edits: items.map(({ id }) => ({ type: "drop", id })) });

/** Questions that a later one within the time repeats: in the same words, whatever their case and marks, or in near the same. */
async function askedAgain(
  questions: readonly Item[],
  { withinMs, threshold }: { withinMs: number; threshold: number },
  tools: StrategyTools,
): Promise<Set<Item>> {
  const soon = (older: Item, newer: Item) => newer.createdAt - older.createdAt <= withinMs;
  const again = new Set<Item>();
  const latest = new Map<string, Item>();
  for (const question of [...questions].reverse()) {
    if (question.text.length > mostCharsByWords) continue;
    const key = wordsOf(question);
    if (key === "") continue;
    const newer = latest.get(key);
    if (newer && soon(question, newer)) again.add(question);
    latest.set(key, question);
  }
  const rest = questions.filter((question) => !again.has(question));
  if (rest.some((question) => tools.isNew(question))) {
    for (const older of (await nearDuplicates(rest, threshold, tools, soon)).keys()) again.add(older);
    for (const question of rest) if (!again.has(question)) tools.markTried(question);
  }
  return again;
}

/** Items are never changed but replaced, so what a question or a call asks for is made out once. */
const questionWords = new WeakMap<Item, string>();
const callKeys = new WeakMap<Item, string>();

function wordsOf(question: Item): string {
  let words = questionWords.get(question);
  if (words === undefined) {
    words = question.text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim();
    questionWords.set(question, words);
  }
  return words;
}

function keyOfCall(call: Item): string {
  let key = callKeys.get(call);
  if (key === undefined) {
    key = JSON.stringify([call.metadata?.name ?? "", compactLossless(call.text)]);
    callKeys.set(call, key);
  }
  return key;
}

/** Groups of calls and results, oldest first, of which a later group makes the same calls. */
async function repeatedCalls(view: View, { pace }: StrategyTools): Promise<(readonly Item[])[]> {
  const seen = new Set<string>();
  const repeated: (readonly Item[])[] = [];
  const done = new Set<string>();
  for (let i = view.items.length - 1; i >= 0; i--) {
    const { group, kind } = view.items[i]!;
    if (group === undefined || kind !== "tool_call" || done.has(group)) continue;
    done.add(group);
    const members = view.members(view.items[i]!);
    const calls = members.filter((member) => member.kind === "tool_call");
    if (members.some((member) => member.kind !== "tool_call" && member.kind !== "tool_result")) continue;
    const key = calls.map(keyOfCall).join("\n");
    if (pace.due()) await pace.rest();
    if (!seen.has(key)) seen.add(key);
    else if (view.mayRemove(members[0]!)) repeated.push(members);
  }
  return repeated.reverse();
}
