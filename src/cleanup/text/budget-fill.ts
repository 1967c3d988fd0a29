import { type CountTokens, fitStart } from "./fit.ts";
import { CoverQueue, Rank, type Ranking } from "./select.ts";
import type { Steps } from "./steps.ts";
import { type Unit, UnitKind } from "./units.ts";

/** Rounds of filling up what the joins left over. */
const MAX_ROUNDS = 6;
/** Units that are tried one after another without one that fits. */
const MAX_MISSES = 40;
/** The part of the budget above which an aside is no longer taken. */
const FULL = 0.85;
/** Units taken between two steps. */
const STEP = 64;

/**
 * The units that say most within `maxTokens`, in their order in the text. The result's own count is at most
 * `maxTokens`: units are counted one by one, then the joined text is, and the least of them go until it fits.
 */
export function* fillSteps(
  text: string,
  units: readonly Unit[],
  ranking: Ranking,
  maxTokens: number,
  count: CountTokens,
): Steps<string> {
  const queue = new CoverQueue(ranking);
  const chosen: Counted[] = [];
  let missed: Counted[] = [];
  let used = 0;
  let out = "";
  let best = -1;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    // What did not fit before may fit now that the joins are counted.
    const waiting = missed;
    missed = [];
    const before = chosen.length;
    for (let tries = 0; used < maxTokens && missed.length < MAX_MISSES; tries++) {
      const next = tries < waiting.length ? waiting[tries]! : counted(text, units, queue.take(), count);
      if (next === undefined) break;
      if (best < 0) best = next.index;
      const welcome = used < FULL * maxTokens || (ranking.ranks[next.index]! & Rank.aside) === 0;
      if (welcome && used + next.tokens <= maxTokens) {
        queue.cover(next.index);
        chosen.push(next);
        used += next.tokens;
      } else missed.push(next);
      if (tries % STEP === STEP - 1) yield;
    }
    if (chosen.length === before) break;
    let joined = join(text, units, chosen);
    let tokens = count(joined);
    yield;
    while (tokens > maxTokens && chosen.length > 0) {
      let over = tokens - maxTokens;
      while (over > 0 && chosen.length > 0) over -= chosen.pop()!.tokens;
      joined = join(text, units, chosen);
      tokens = count(joined);
      yield;
    }
    out = joined;
    used = tokens;
  }
  if (out !== "" || best < 0) return out;
  const { start, end } = units[best]!;
  return fitStart(text.slice(start, end).trimStart(), maxTokens, count);
}

interface Counted {
  readonly index: number;
  readonly tokens: number;
}

const indexOf = ({ index }: Counted): number => index;

function counted(text: string, units: readonly Unit[], index: number, count: CountTokens): Counted | undefined {
  if (index < 0) return undefined;
  return { index, tokens: count(text.slice(units[index]!.start, units[index]!.end)) };
}

/** Joins units in the text's order: sentences of a paragraph by a blank, where the script has them, others by a line break. */
function join(text: string, units: readonly Unit[], chosen: readonly Counted[]): string {
  const order = Int32Array.from(chosen, indexOf).sort();
  const parts: string[] = [];
  let last = -1;
  for (const index of order) {
    if (last >= 0) parts.push(between(text, units, last, index));
    parts.push(text.slice(units[index]!.start, units[index]!.end));
    last = index;
  }
  return parts.join("");
}

function between(text: string, units: readonly Unit[], a: number, b: number): string {
  const gap = text.slice(units[a]!.end, units[a + 1]!.start);
  if (units[a]!.paragraph !== units[b]!.paragraph || gap.includes("\n")) return "\n";
  if (b === a + 1) return gap;
  const { kind } = units[b]!;
  const inLine = kind === UnitKind.sentence || kind === UnitKind.line || kind === UnitKind.data;
  if (!inLine || text.slice(units[b - 1]!.end, units[b]!.start).includes("\n")) return "\n";
  return gap === "" && kind !== UnitKind.data ? "" : " ";
}
