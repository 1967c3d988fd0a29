import type { Draft } from "./format.ts";

/**
 * Moves each answer to directly behind the message that makes its call, in the order they had, where anything else
 * stands between them. What is in order already stays as it is.
 */
export function answersFollowCalls(drafts: readonly Draft[]): readonly Draft[] {
  const ordered: Draft[] = [];
  const moved = new Set<Draft>();
  const answers = answersByCall(drafts);
  for (const draft of drafts) {
    if (moved.has(draft)) continue;
    ordered.push(draft);
    for (const answer of answers.get(draft) ?? []) {
      if (moved.has(answer)) continue;
      moved.add(answer);
      ordered.push(answer);
    }
  }
  return ordered;
}

/** The answers to the calls of each draft, in order. An id that is used again belongs to the latest call before. */
function answersByCall(drafts: readonly Draft[]): Map<Draft, Draft[]> {
  const caller = new Map<string, Draft>();
  const answers = new Map<Draft, Draft[]>();
  for (const draft of drafts) {
    for (const id of draft.results) {
      const from = caller.get(id);
      if (from === undefined || from === draft) continue;
      const known = answers.get(from);
      if (known === undefined) answers.set(from, [draft]);
      else if (known.at(-1) !== draft) known.push(draft);
    }
    for (const id of draft.calls) caller.set(id, draft);
  }
  return answers;
}
