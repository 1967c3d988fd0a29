import { fromItems, messageProblems, type Routing, type Session, toItems } from "../adapters/index.ts";
import type { ArchiveEntry } from "../archive/archive.ts";
import type { Item } from "../manager/item.ts";
import type { UtilizationReport } from "../manager/report.ts";
import type { Check, Denied } from "./recording.ts";

/** What a replay left behind. */
export interface Remainder {
  readonly session: Session;
  readonly items: readonly Item[];
  readonly entries: readonly ArchiveEntry[];
  readonly denied: readonly Denied[];
}

interface CheckInput extends Remainder {
  readonly report: UtilizationReport;
  readonly count: (text: string) => number;
  /** Tokens of images and files beyond the texts, by component. */
  readonly media: ReadonlyMap<string, number>;
  readonly capsKept: boolean;
  readonly routing: Routing | undefined;
}

/** Looks at everything again, from the session's own text: nothing that the manager has reported is believed. */
export function selfCheck(input: CheckInput): Check[] {
  return [recount(input), caps(input), originals(input), validity(input)];
}

/** Every item is counted again, and each component's sum is what its ledger holds. */
function recount({ items, report, count, media }: CheckInput): Check {
  const sums = new Map<string, number>(media);
  let wrong = 0;
  for (const { component, text, tokens } of items) {
    const counted = count(text);
    if (counted !== tokens) wrong++;
    sums.set(component, (sums.get(component) ?? 0) + counted);
  }
  const off = Object.entries(report.components).filter(([id, { used }]) => used !== (sums.get(id) ?? 0));
  return {
    name: "recount of every item equals the ledger",
    passed: wrong === 0 && off.length === 0,
    detail:
      wrong === 0 && off.length === 0
        ? `${items.length} items, ${report.total.used} tokens`
        : `${wrong} items differ; off: ${off.map(([id]) => id).join(", ") || "no component"}`,
  };
}

function caps({ capsKept, report }: CheckInput): Check {
  const detail = capsKept
    ? `after every message, of ${Object.keys(report.components).length} components`
    : "a cap was exceeded, or the caps did not sum to the total";
  return { name: "no cap was ever exceeded, and the caps sum to the total", passed: capsKept, detail };
}

/** What the session said is in the context as it was, or in the archive byte for byte. */
function originals({ session, items, entries, routing }: CheckInput): Check {
  const live = new Map(items.map((item) => [item.id, item]));
  const archived = new Map<string, Set<string>>();
  const byRef = new Map(entries.map((entry) => [entry.ref, entry]));
  for (const { itemId, text } of entries) archived.set(itemId, (archived.get(itemId) ?? new Set()).add(text));
  let [inContext, inArchive, lost] = [0, 0, 0];
  for (const { id, text } of toItems(session.format, session, routing === undefined ? {} : { routing })) {
    if (live.get(id!)?.text === text) inContext++;
    else if (archived.get(id!)?.has(text)) inArchive++;
    else lost++;
  }
  const dangling = items.filter(({ ref }) => ref !== undefined && !byRef.has(ref)).length;
  const passed = lost === 0 && dangling === 0;
  return {
    name: "every original is in the context or can be retrieved from the archive",
    passed,
    detail: passed
      ? `${inContext} in the context, ${inArchive} archived, byte for byte`
      : `${lost} lost, ${dangling} references lead nowhere`,
  };
}

function validity({ session, items }: CheckInput): Check {
  const messages = fromItems(items, session.format);
  const problems = messageProblems(session.format, messages);
  const before = messageProblems(session.format, session.messages);
  const passed = problems.length === 0;
  return {
    name: "the final messages are valid for their provider",
    passed,
    detail: passed
      ? `${messages.length} messages as ${session.format}`
      : `${problems.slice(0, 3).join("; ")} (${problems.length} problems, ${before.length} in the session itself)`,
  };
}
